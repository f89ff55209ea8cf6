# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The spread strategy, the default."""

from __future__ import annotations

from ...model.request import Request
from ..state.node import NodeState
from .base import Strategy


class SpreadStrategy(Strategy[None]):
    """The node with the fewest containers. Weight: their number; less is better.

    Running ones count, or those of every state where ``spread_counts`` is ``all``.
    """

    name = "spread"
    more_is_better = False

    def part(self, request: Request) -> None:
        return None

    def weigh(self, part: None, state: NodeState) -> float:
        return state.total if self.settings.spread_counts == "all" else state.running
