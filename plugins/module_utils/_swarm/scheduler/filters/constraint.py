# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The constraint filter."""

from __future__ import annotations

import typing as t

from ...expression import Expression
from ...model.request import Request
from ..state import ClusterState, NodeState, node_values
from .base import Filter, Wish


class ConstraintFilter(Filter):
    """What the node itself is: ``node`` is its name or ID, any other key one of its labels.

    A node without the label fails ``==`` and passes ``!=``.
    """

    name = "constraint"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        return [_wish(constraint, cluster) for constraint in request.constraints]


def _wish(constraint: Expression, cluster: ClusterState) -> Wish:
    def seen(state: NodeState) -> str:
        values = node_values(state, constraint.key)
        return f"{constraint.key} is {values[0]}" if values else f"no label {constraint.key}"

    met = cluster.nodes_meeting(constraint).__contains__
    return Wish(f"constraint {constraint}", str(constraint), met, seen, constraint.soft)
