# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The constraint filter."""

from __future__ import annotations

import typing as t

from ...expression import Expression
from ...model.request import Request
from ..state.node import NodeState, node_values
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from .base import Filter, Wish


class ConstraintFilter(Filter[t.Tuple[Expression, ...]]):
    """What the node itself is: ``node`` is its name or ID, any other key one of its labels.

    A node without the label fails ``==`` and passes ``!=``.
    """

    name = "constraint"

    def part(self, request: Request) -> t.Tuple[Expression, ...]:
        return request.constraints

    def wishes(self, part: t.Tuple[Expression, ...]) -> t.Sequence[Wish]:
        return [_wish(constraint) for constraint in part]


def _wish(constraint: Expression) -> Wish:
    def seen(cluster: ClusterView, state: NodeState) -> str:
        values = node_values(state, constraint.key)
        return f"{constraint.key} is {values[0]}" if values else f"no label {constraint.key}"

    def met(cluster: ClusterView) -> NodeSet:
        return cluster.nodes_meeting(constraint)

    return Wish(f"constraint {constraint}", str(constraint), met, seen, constraint.soft)
