# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The order in which a strategy would take the nodes, kept up to date while a batch is placed."""

from __future__ import annotations

import bisect
import typing as t

from .journal import Journal
from .node import NodeState
from .nodeset import NodeSet, from_positions, holds, positions_in

#: What is compared, less first: the weight (more turned to less), what tells apart nodes of one weight, the position.
#: Positions go by name and address, so that no two entries are alike.
Entry = t.Tuple[float, float, int]

#: Entries in one block, once it was cut. The search reads one set for each block and then the entries of one of them.
_BLOCK = 64


class Order(t.Protocol):
    """What puts nodes in order: a strategy, as far as it goes here. Orders are kept by their identity."""

    def __hash__(self) -> int: ...

    @property
    def more_is_better(self) -> bool:
        """Whether the node with the greatest weight comes first; else that with the least."""

    def weigh(self, part: t.Any, state: NodeState) -> float:
        """The weight of one node for requests of which the order reads ``part``."""

    def tie(self, part: t.Any, state: NodeState) -> float:
        """What tells apart nodes of one weight, less first."""


def entry_of(order: Order, part: t.Any, state: NodeState) -> Entry:
    """The place of one node in an order."""
    weight = order.weigh(part, state)
    return -weight if order.more_is_better else weight, order.tie(part, state), state.position


def weight_of(order: Order, entry: Entry) -> float:
    """The weight that an entry was made of."""
    return -entry[0] if order.more_is_better else entry[0]


class Ranking:
    """The nodes in one order, for all requests of which it reads the same ``part``.

    A node is weighed when it is first a candidate, and again when it is one after it has changed. The entries stand in
    sorted blocks, each with the set of its nodes: whether any of 64 nodes in a row is a candidate is one question.
    """

    def __init__(self, order: Order, part: t.Any) -> None:
        self._order = order
        self._part = part
        self._entries: t.Dict[int, Entry] = {}
        self._known: NodeSet = 0
        self._moment = 0
        # Never an empty one among them. The end of a block is its last entry.
        self._blocks: t.List[t.List[Entry]] = []
        self._sets: t.List[NodeSet] = []
        self._ends: t.List[Entry] = []

    def in_order(
        self, nodes: t.Sequence[NodeState], journal: Journal, candidates: NodeSet, chosen: NodeSet
    ) -> t.Iterator[Entry]:
        """The entries of ``chosen``, best first, to be read before anything changes.

        :param nodes: always those of the same cluster, at the same positions
        :param journal: that of the cluster
        :param candidates: all of them are weighed, so that one that cannot be weighed is told whoever wins
        :param chosen: those of ``candidates`` that are asked for
        """
        self._bring_up_to_date(nodes, journal, candidates)
        return self._read(chosen)

    def _read(self, chosen: NodeSet) -> t.Iterator[Entry]:
        for at, nodes in enumerate(self._sets):
            if nodes & chosen:
                for entry in self._blocks[at]:
                    if holds(chosen, entry[2]):
                        yield entry

    def _bring_up_to_date(self, nodes: t.Sequence[NodeState], journal: Journal, candidates: NodeSet) -> None:
        for position in journal.changed_since(self._moment):
            if position in self._entries:
                self._take_out(position)
        self._moment = journal.now.number
        unknown = candidates & ~self._known
        if not unknown:
            return
        missing = [entry_of(self._order, self._part, nodes[position]) for position in positions_in(unknown)]
        if len(missing) > len(self._entries):
            self._cut_anew(sorted([*self._entries.values(), *missing]))
        else:
            for entry in missing:
                self._put_in(entry)

    def _cut_anew(self, entries: t.List[Entry]) -> None:
        self._entries = {entry[2]: entry for entry in entries}
        self._known = from_positions(self._entries)
        self._blocks = [entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK)]
        self._sets = list(map(_set_of, self._blocks))
        self._ends = [block[-1] for block in self._blocks]

    def _put_in(self, entry: Entry) -> None:
        at = min(bisect.bisect_left(self._ends, entry), len(self._blocks) - 1)
        block = self._blocks[at]
        bisect.insort(block, entry)
        self._ends[at] = block[-1]
        bit = 1 << entry[2]
        self._sets[at] |= bit
        self._known |= bit
        self._entries[entry[2]] = entry
        if len(block) == 2 * _BLOCK:
            halves = [block[:_BLOCK], block[_BLOCK:]]
            self._blocks[at : at + 1] = halves
            self._sets[at : at + 1] = map(_set_of, halves)
            self._ends[at : at + 1] = [half[-1] for half in halves]

    def _take_out(self, position: int) -> None:
        entry = self._entries.pop(position)
        at = bisect.bisect_left(self._ends, entry)
        block = self._blocks[at]
        del block[bisect.bisect_left(block, entry)]
        bit = 1 << position
        self._sets[at] ^= bit
        self._known ^= bit
        if block:
            self._ends[at] = block[-1]
        else:
            del self._blocks[at], self._sets[at], self._ends[at]


def _set_of(block: t.Sequence[Entry]) -> NodeSet:
    return from_positions(position for _weight, _tie, position in block)
