# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which nodes hold which values of one key, kept up to date while a batch is placed."""

from __future__ import annotations

import typing as t

from ...expression import Pattern
from .nodeset import NodeSet, from_positions

#: How many patterns are kept up to date, the latest asked. Each is compared with every value that comes or goes.
_KEPT_PATTERNS = 256


class Holders:
    """The nodes that hold something, and how often each holds it.

    The set is made when it is first asked for: most values never are.
    """

    __slots__ = ("_nodes", "_times")

    def __init__(self) -> None:
        self._times: t.Dict[int, int] = {}
        self._nodes: t.Optional[NodeSet] = None

    @property
    def times(self) -> t.Dict[int, int]:
        """How often each node holds it; a copy."""
        return dict(self._times)

    @property
    def nodes(self) -> NodeSet:
        """The nodes that hold it at least once."""
        if self._nodes is None:
            self._nodes = from_positions(self._times)
        return self._nodes

    def add(self, position: int, times: int = 1) -> None:
        """The node at ``position`` holds it so many times more."""
        held = self._times.get(position, 0)
        self._times[position] = held + times
        if not held and self._nodes is not None:
            self._nodes |= 1 << position

    def remove(self, position: int) -> None:
        """The node at ``position`` holds it once less.

        :raises KeyError: it did not hold it
        """
        self._times[position] -= 1
        if not self._times[position]:
            del self._times[position]
            if self._nodes is not None:
                self._nodes ^= 1 << position

    def add_all(self, others: Holders) -> None:
        """Whatever ``others`` hold is held too."""
        for position, times in others._times.items():
            self.add(position, times)


class Index:
    """Values of one key (a label, container names, images) and the nodes that hold them.

    One exact value is one look-up. Any other pattern is compared with every distinct value the first time it is asked
    for; from then on only values that come and go are compared with it.
    """

    def __init__(self) -> None:
        # What one node holds once is kept as the position of that node: names and IDs of containers are many.
        self._values: t.Dict[str, t.Union[int, Holders]] = {}
        self._patterns: t.Dict[Pattern, Holders] = {}

    def add(self, value: str, position: int) -> None:
        """The node at ``position`` holds ``value`` once more."""
        held = self._values.get(value)
        if held is None:
            self._values[value] = position
        else:
            if isinstance(held, int):
                held = self._values[value] = _held_once(held)
            held.add(position)
        for pattern, holders in self._patterns.items():
            if pattern.test(value):
                holders.add(position)

    def remove(self, value: str, position: int) -> None:
        """The node at ``position`` holds ``value`` once less.

        :raises KeyError: it did not hold it
        """
        held = self._values[value]
        if isinstance(held, Holders):
            held.remove(position)
        elif held == position:
            del self._values[value]
        else:
            raise KeyError(position)
        for pattern, holders in self._patterns.items():
            if pattern.test(value):
                holders.remove(position)

    def times(self, value: str) -> t.Dict[int, int]:
        """How often each node holds exactly ``value``; those that do not are left out."""
        held = self._values.get(value)
        if held is None:
            return {}
        return {held: 1} if isinstance(held, int) else held.times

    def nodes(self, pattern: Pattern) -> NodeSet:
        """The nodes that hold at least one value that fits."""
        if pattern.exact is not None:
            held = self._values.get(pattern.exact)
            if held is None:
                return 0
            return 1 << held if isinstance(held, int) else held.nodes
        holders = self._patterns.pop(pattern, None)
        if holders is None:
            holders = self._collect(pattern)
            if len(self._patterns) >= _KEPT_PATTERNS:
                del self._patterns[next(iter(self._patterns))]
        # Taken out and put in again, so that the one asked longest ago stands first.
        self._patterns[pattern] = holders
        return holders.nodes

    def _collect(self, pattern: Pattern) -> Holders:
        found = Holders()
        for value, held in self._values.items():
            if pattern.test(value):
                if isinstance(held, int):
                    found.add(held)
                else:
                    found.add_all(held)
        return found


def _held_once(position: int) -> Holders:
    holders = Holders()
    holders.add(position)
    return holders
