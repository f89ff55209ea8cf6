# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The resources filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ...model.resources import format_size
from ..capacity import memory_capacity, memory_free, nanocpus_capacity, nanocpus_free
from ..state import NANO, ClusterState
from .base import Filter, Wish


class ResourcesFilter(Filter):
    """What the container reserves is left on the node.

    The containers there count whether they run or not: a stopped one needs its memory when it is started. A request
    that reserves nothing fits everywhere, also on a node that has given away more than it has.
    """

    name = "resources"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        wishes = []
        if request.reservation.memory:
            wishes.append(self._memory(request.reservation.memory))
        if request.reservation.cpus:
            wishes.append(self._cpus(request.reservation.cpus))
        return wishes

    def _memory(self, wanted: int) -> Wish:
        settings = self.settings
        words = f"memory {format_size(wanted)}"
        return Wish(
            words,
            words,
            lambda state: state.memory + wanted <= memory_capacity(state.node, settings),
            lambda state: f"{format_size(memory_free(state, settings))} free",
        )

    def _cpus(self, wanted: float) -> Wish:
        settings = self.settings
        nanocpus = round(wanted * NANO)
        words = f"cpus {wanted:g}"
        return Wish(
            words,
            words,
            lambda state: state.nanocpus + nanocpus <= nanocpus_capacity(state.node, settings),
            lambda state: f"{nanocpus_free(state, settings) / NANO:g} free",
        )
