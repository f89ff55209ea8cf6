# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The spread strategy, the default."""

from __future__ import annotations

from ...model.request import Request
from ..capacity import Amounts, amounts_of, per_cent_after
from ..state.node import NodeState
from .base import Strategy


class SpreadStrategy(Strategy[Amounts]):
    """The emptiest node, as in the original. Less weight is better.

    ===================  =======================================================  ====================
    the request          weight                                                   ties
    ===================  =======================================================  ====================
    reserves something   per cent in use, of memory and of cpus, summed, each     number of containers
                         only if reserved, with the container already there
    reserves nothing     number of containers                                     none
    ===================  =======================================================  ====================

    Running containers count, or those of every state where ``spread_counts`` is ``all``.
    """

    name = "spread"
    more_is_better = False

    def part(self, request: Request) -> Amounts:
        return amounts_of(request.reservation)

    def weigh(self, part: Amounts, state: NodeState) -> float:
        return per_cent_after(part, state, self.settings) if any(part) else self._count(state)

    def tie(self, part: Amounts, state: NodeState) -> float:
        return self._count(state)

    def _count(self, state: NodeState) -> int:
        return state.total if self.settings.spread_counts == "all" else state.running
