# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The health filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..state import ClusterState, NodeState
from .base import Filter, Wish


class HealthFilter(Filter):
    """Only healthy nodes. The reason tells apart those that gave no good answer and those that are still starting."""

    name = "health"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        kinds = {state.node.health.value for state in cluster.nodes if not state.node.healthy}
        return [self._wish(kind) for kind in sorted(kinds)]

    @staticmethod
    def _wish(kind: str) -> Wish:
        return Wish(kind, "healthy", lambda state: state.node.health.value != kind, _condition)


def _condition(state: NodeState) -> str:
    health = state.node.health.value
    return f"{health}: {state.node.reason}" if state.node.reason else health
