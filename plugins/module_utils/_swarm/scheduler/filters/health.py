# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The health filter."""

from __future__ import annotations

import typing as t

from ...model.node import Health
from ...model.request import Request
from ..state.node import NodeState
from ..state.view import ClusterView
from .base import Filter, Wish


class HealthFilter(Filter[None]):
    """Only healthy nodes. The reason tells apart those that gave no good answer and those that are still starting."""

    name = "health"

    def part(self, request: Request) -> None:
        return None

    def wishes(self, part: None) -> t.Sequence[Wish]:
        return [_no_node_is(health) for health in (Health.PENDING, Health.UNHEALTHY)]


def _no_node_is(health: Health) -> Wish:
    def is_other(state: NodeState) -> bool:
        return state.node.health is not health

    return Wish(health.value, Health.HEALTHY.value, lambda cluster: cluster.nodes_where(is_other), _condition)


def _condition(cluster: ClusterView, state: NodeState) -> str:
    health = state.node.health.value
    return f"{health}: {state.node.reason}" if state.node.reason else health
