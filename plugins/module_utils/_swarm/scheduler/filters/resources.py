# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The resources filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ...model.resources import Reservation, format_size
from ..capacity import memory_capacity, memory_free, nanocpus_capacity, nanocpus_free
from ..state.node import NANO, NodeState
from ..state.view import ClusterView
from .base import Filter, Wish


class ResourcesFilter(Filter[Reservation]):
    """What the container reserves is left on the node.

    The containers there count whether they run or not: a stopped one needs its memory when it is started. A request
    that reserves nothing fits everywhere, also on a node that has given away more than it has.
    """

    name = "resources"

    def part(self, request: Request) -> Reservation:
        return request.reservation

    def wishes(self, part: Reservation) -> t.Sequence[Wish]:
        wishes = []
        if part.memory:
            wishes.append(self._memory(part.memory))
        if part.cpus:
            wishes.append(self._cpus(part.cpus))
        return wishes

    def _memory(self, wanted: int) -> Wish:
        settings = self.settings

        def is_left(state: NodeState) -> bool:
            return state.memory + wanted <= memory_capacity(state.node, settings)

        def seen(cluster: ClusterView, state: NodeState) -> str:
            return f"{format_size(memory_free(state, settings))} free"

        words = f"memory {format_size(wanted)}"
        return Wish(words, words, lambda cluster: cluster.nodes_where(is_left), seen)

    def _cpus(self, wanted: float) -> Wish:
        settings = self.settings
        nanocpus = round(wanted * NANO)

        def is_left(state: NodeState) -> bool:
            return state.nanocpus + nanocpus <= nanocpus_capacity(state.node, settings)

        def seen(cluster: ClusterView, state: NodeState) -> str:
            return f"{nanocpus_free(state, settings) / NANO:g} free"

        words = f"cpus {wanted:g}"
        return Wish(words, words, lambda cluster: cluster.nodes_where(is_left), seen)
