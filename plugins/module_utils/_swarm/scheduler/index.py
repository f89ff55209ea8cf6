# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which nodes hold which values of one key, kept up to date while a batch is placed."""

from __future__ import annotations

import typing as t

from ..expression import Pattern

if t.TYPE_CHECKING:
    from .state import NodeState

#: How often each node holds something.
Holders = t.Dict["NodeState", int]


class Index:
    """Values of one key (a label, container names, images) and the nodes that hold them.

    One exact value is one look-up. Any other pattern is compared with every distinct value the first time it is asked
    for; from then on only values that come and go are compared with it.
    """

    def __init__(self) -> None:
        self._values: t.Dict[str, Holders] = {}
        self._patterns: t.Dict[Pattern, Holders] = {}

    def add(self, value: str, node: NodeState) -> None:
        """``node`` holds ``value`` once more."""
        for holders in self._concerned(value):
            holders[node] = holders.get(node, 0) + 1

    def remove(self, value: str, node: NodeState) -> None:
        """``node`` holds ``value`` once less.

        :raises KeyError: it did not hold it
        """
        for holders in self._concerned(value):
            holders[node] -= 1
            if not holders[node]:
                del holders[node]

    def holders(self, pattern: Pattern) -> t.Mapping[NodeState, int]:
        """The nodes that hold at least one value that fits; a live view."""
        if pattern.exact is not None:
            return self._values.get(pattern.exact, {})
        if pattern not in self._patterns:
            self._patterns[pattern] = self._collect(pattern)
        return self._patterns[pattern]

    def _concerned(self, value: str) -> t.Iterator[Holders]:
        yield self._values.setdefault(value, {})
        for pattern, holders in self._patterns.items():
            if pattern.test(value):
                yield holders

    def _collect(self, pattern: Pattern) -> Holders:
        found: Holders = {}
        for value, holders in self._values.items():
            if pattern.test(value):
                for node, times in holders.items():
                    found[node] = found.get(node, 0) + times
        return found
