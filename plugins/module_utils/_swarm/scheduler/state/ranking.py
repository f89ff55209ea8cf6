# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The order in which a strategy would take the nodes, kept up to date while a batch is placed."""

from __future__ import annotations

import bisect
import typing as t

from .nodeset import NodeSet, from_positions, holds, positions_in

if t.TYPE_CHECKING:
    from ..strategies.base import Strategy
    from .cluster import ClusterState, NodeState

#: What is compared, less first: the weight (more turned to less), what tells apart nodes of one weight, the position.
#: Positions go by name and address, so that no two entries are alike.
_Entry = t.Tuple[float, float, int]

#: Entries in one block, once it was cut. The search reads one set for each block and then the entries of one of them.
_BLOCK = 64


class Ranking:
    """The nodes in the order of ``strategy``, for all requests of which the strategy reads the same ``part``.

    A node is weighed when it is first a candidate, and again when it is one after it has changed. The entries stand in
    sorted blocks, each with the set of its nodes: whether any of 64 nodes in a row is a candidate is one question.
    """

    def __init__(self, strategy: Strategy[t.Any], part: t.Any) -> None:
        self._strategy = strategy
        self._part = part
        self._sign = -1 if strategy.more_is_better else 1
        self._entries: t.Dict[int, _Entry] = {}
        self._known: NodeSet = 0
        self._moment = 0
        # Never an empty one among them.
        self._blocks: t.List[t.List[_Entry]] = []
        self._sets: t.List[NodeSet] = []

    def best(self, cluster: ClusterState, candidates: NodeSet, preferred: NodeSet) -> int:
        """The position of the node that comes first among ``preferred``.

        :param cluster: always the same one
        :param candidates: all of them are weighed, so that one that cannot be weighed is told whoever wins
        :param preferred: those of ``candidates`` to choose from; not empty
        """
        self._bring_up_to_date(cluster, candidates)
        at = next(at for at, nodes in enumerate(self._sets) if nodes & preferred)
        return next(position for _weight, _tie, position in self._blocks[at] if holds(preferred, position))

    def _bring_up_to_date(self, cluster: ClusterState, candidates: NodeSet) -> None:
        for position in cluster.changed_since(self._moment):
            if position in self._entries:
                self._take_out(position)
        self._moment = cluster.moment
        missing = [self._weigh(cluster.nodes[position]) for position in positions_in(candidates & ~self._known)]
        if len(missing) > len(self._entries):
            self._cut_anew(sorted([*self._entries.values(), *missing]))
        else:
            for entry in missing:
                self._put_in(entry)

    def _weigh(self, state: NodeState) -> _Entry:
        weight = self._strategy.weigh(self._part, state)
        return self._sign * weight, self._strategy.tie(self._part, state), state.position

    def _cut_anew(self, entries: t.List[_Entry]) -> None:
        self._entries = {entry[2]: entry for entry in entries}
        self._known = from_positions(self._entries)
        self._blocks = [entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK)]
        self._sets = list(map(_set_of, self._blocks))

    def _put_in(self, entry: _Entry) -> None:
        at = min(self._block_of(entry), len(self._blocks) - 1)
        block = self._blocks[at]
        bisect.insort(block, entry)
        bit = 1 << entry[2]
        self._sets[at] |= bit
        self._known |= bit
        self._entries[entry[2]] = entry
        if len(block) == 2 * _BLOCK:
            halves = [block[:_BLOCK], block[_BLOCK:]]
            self._blocks[at : at + 1] = halves
            self._sets[at : at + 1] = map(_set_of, halves)

    def _take_out(self, position: int) -> None:
        entry = self._entries.pop(position)
        at = self._block_of(entry)
        block = self._blocks[at]
        del block[bisect.bisect_left(block, entry)]
        bit = 1 << position
        self._sets[at] ^= bit
        self._known ^= bit
        if not block:
            del self._blocks[at], self._sets[at]

    def _block_of(self, entry: _Entry) -> int:
        """The first block that does not end before ``entry``; their number where all do."""
        low, high = 0, len(self._blocks)
        while low < high:
            middle = (low + high) // 2
            if self._blocks[middle][-1] < entry:
                low = middle + 1
            else:
                high = middle
        return low


def _set_of(block: t.Sequence[_Entry]) -> NodeSet:
    return from_positions(position for _weight, _tie, position in block)
