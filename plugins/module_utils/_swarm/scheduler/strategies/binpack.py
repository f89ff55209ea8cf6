# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The binpack strategy."""

from __future__ import annotations

from ...model.request import Request
from ..capacity import Amounts, amounts_of, per_cent_after
from ..state.node import NodeState
from .base import Strategy


class BinpackStrategy(Strategy[Amounts]):
    """The fullest node that still fits, as in the original, so that others stay empty. More weight is better.

    ===================  =======================================================  ====================
    the request          weight                                                   ties
    ===================  =======================================================  ====================
    reserves something   per cent in use, of memory and of cpus, summed, each     number of containers
                         only if reserved, with the container already there
    reserves nothing     number of containers                                     none
    ===================  =======================================================  ====================

    Containers of every state count.
    """

    name = "binpack"
    more_is_better = True

    def part(self, request: Request) -> Amounts:
        return amounts_of(request.reservation)

    def weigh(self, part: Amounts, state: NodeState) -> float:
        return per_cent_after(part, state, self.settings) if any(part) else state.total

    def tie(self, part: Amounts, state: NodeState) -> float:
        return -state.total
