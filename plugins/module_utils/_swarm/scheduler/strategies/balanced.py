# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The balanced strategy."""

from __future__ import annotations

from ...model.request import Request
from ...model.resources import Reservation
from ..capacity import fractions_after
from ..slots import slots_of
from ..state.node import NodeState
from .base import Strategy

#: Slots for each cpu where the engine has no label ``containerslots``. Any number evens out nodes without reservations
#: by their cpus; this one lets a slot weigh little beside memory and cpus that are really reserved.
_SLOTS_PER_CPU = 32


class BalancedStrategy(Strategy[Reservation]):
    """The node least in use for its size, so that a big node takes more. Weight: the fraction in use; less is better.

    The fraction is the mean of memory, cpus and slots, each as it will be once the container is there.
    """

    name = "balanced"
    more_is_better = False
    weighs_reservations = True

    def part(self, request: Request) -> Reservation:
        return request.reservation

    def weigh(self, part: Reservation, state: NodeState) -> float:
        memory, cpus = fractions_after(part, state)
        slots = slots_of(state)
        if slots is None or slots < 1:
            slots = max(state.node.cpus, 1) * _SLOTS_PER_CPU
        return (memory + cpus + (state.total + 1) / slots) / 3
