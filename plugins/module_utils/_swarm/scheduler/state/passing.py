# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The nodes that pass a test, kept up to date while a batch is placed."""

from __future__ import annotations

import typing as t

from .journal import Journal
from .node import NodeState
from .nodeset import NodeSet, from_answers, holds

#: A question about one node. The answer hangs on that node alone.
Test = t.Callable[[NodeState], bool]


class Passing:
    """The nodes that pass one test: all are tested when this is first asked, later those that changed since."""

    __slots__ = ("_moment", "_passing", "_test")

    def __init__(self, test: Test) -> None:
        self._test = test
        self._passing: t.Optional[NodeSet] = None
        self._moment = 0

    def among(self, nodes: t.Sequence[NodeState], journal: Journal) -> NodeSet:
        """The nodes that pass now.

        :param nodes: always those of the same cluster, at the same positions
        :param journal: that of the cluster
        """
        now = journal.now.number
        if self._passing is None:
            self._passing = from_answers(map(self._test, nodes))
        elif self._moment != now:
            for position in journal.changed_since(self._moment):
                if self._test(nodes[position]) != holds(self._passing, position):
                    self._passing ^= 1 << position
        self._moment = now
        return self._passing
