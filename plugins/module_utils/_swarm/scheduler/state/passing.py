# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The nodes that pass a test, kept up to date while a batch is placed."""

from __future__ import annotations

import typing as t

from .nodeset import NodeSet, from_answers, holds

if t.TYPE_CHECKING:
    from .cluster import ClusterState, NodeState

#: A question about one node. The answer hangs on that node alone.
Test = t.Callable[["NodeState"], bool]


class Watch:
    """Every node is tested when this is first asked, and later only those that have changed since."""

    def __init__(self, test: Test) -> None:
        self._test = test
        self._passing: t.Optional[NodeSet] = None
        self._moment = 0

    def nodes(self, cluster: ClusterState) -> NodeSet:
        """The nodes that pass now. :param cluster: always the same one"""
        if self._passing is None:
            self._passing = from_answers(map(self._test, cluster.nodes))
        else:
            for position in cluster.changed_since(self._moment):
                if self._test(cluster.nodes[position]) != holds(self._passing, position):
                    self._passing ^= 1 << position
        self._moment = cluster.moment
        return self._passing
