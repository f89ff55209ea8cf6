# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The binpack strategy."""

from __future__ import annotations

from ...model.request import Request
from ...model.resources import Reservation
from ..capacity import fractions_after
from ..state.node import NodeState
from .base import Strategy


class BinpackStrategy(Strategy[Reservation]):
    """The fullest node that still fits, so that others stay empty. Weight: the fraction in use; more is better.

    The fraction is the mean of memory and cpus, each as it will be reserved once the container is there. Of nodes
    equally full the one with the most containers is taken, which also packs containers that reserve nothing.
    """

    name = "binpack"
    more_is_better = True
    weighs_reservations = True

    def part(self, request: Request) -> Reservation:
        return request.reservation

    def weigh(self, part: Reservation, state: NodeState) -> float:
        memory, cpus = fractions_after(part, state)
        return (memory + cpus) / 2

    def tie(self, part: Reservation, state: NodeState) -> float:
        return -state.total
