# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A cluster as it would be if one container were gone."""

from __future__ import annotations

import heapq
import typing as t

from ...expression import Expression, Pattern
from ...model.container import Container
from ...model.ports import HostPort
from .domains import Domains
from .indexes import matches
from .node import NodeState
from .nodeset import NodeSet, holds
from .passing import Test
from .ranking import Entry, Order, entry_of
from .values import values_on
from .view import ClusterView


class ClusterWithout(ClusterView):
    """``cluster`` without ``container``, which stands on ``state``, one of its nodes.

    Every answer is the cluster's own but for that one node, which is asked by itself: nothing is taken out, so that a
    question about a container that will be replaced leaves no trace.
    """

    def __init__(self, cluster: ClusterView, state: NodeState, container: Container) -> None:
        self._cluster = cluster
        self._here = state.without(container)
        self._bit = 1 << state.position
        self.nodes = [*cluster.nodes[: state.position], self._here, *cluster.nodes[state.position + 1 :]]
        self.all = cluster.all

    def nodes_meeting(self, constraint: Expression) -> NodeSet:
        return self._cluster.nodes_meeting(constraint)

    def nodes_holding(self, key: str, pattern: Pattern) -> NodeSet:
        return self._corrected(self._cluster.nodes_holding(key, pattern), matches(pattern, key, self._here))

    def times_held(self, key: str, value: str) -> t.Dict[int, int]:
        times = self._cluster.times_held(key, value)
        times.pop(self._here.position, None)
        here = sum(each == value for each in values_on(key, self._here))
        return {**times, self._here.position: here} if here else times

    def nodes_with_taken(self, port: HostPort) -> NodeSet:
        return self._corrected(self._cluster.nodes_with_taken(port), not self._here.port_is_free(port))

    def nodes_where(self, test: Test) -> NodeSet:
        return self._corrected(self._cluster.nodes_where(test), test(self._here))

    def domains(self, key: str) -> Domains:
        return self._cluster.domains(key)

    def in_order(self, order: Order, part: t.Hashable, candidates: NodeSet, chosen: NodeSet) -> t.Iterator[Entry]:
        others = self._cluster.in_order(order, part, candidates & ~self._bit, chosen & ~self._bit)
        if not candidates & self._bit:
            return others
        here = entry_of(order, part, self._here)
        return heapq.merge(others, [here]) if holds(chosen, self._here.position) else others

    def _corrected(self, nodes: NodeSet, here: bool) -> NodeSet:
        return nodes | self._bit if here else nodes & ~self._bit
