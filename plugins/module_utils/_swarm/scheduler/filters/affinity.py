# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The affinity filter."""

from __future__ import annotations

import typing as t

from ...expression import Expression, Operator
from ...model.request import Request
from ..references import container_pattern
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from ..wording import listed, whereabouts
from .base import Filter, Wish


class AffinityFilter(Filter[t.Tuple[Expression, ...]]):
    """What stands on the node already.

    ==============  ==========================================================================================
    ``container``   the name, the ID or the first twelve and more characters of the ID of a container there
    ``image``       an image there: ``repository:tag``, the repository alone, ID or digest
    any other key   the value of that label on a container there
    ==============  ==========================================================================================

    ``==`` asks for at least one, ``!=`` for none. Stopped containers count: their data is there.
    """

    name = "affinity"

    def part(self, request: Request) -> t.Tuple[Expression, ...]:
        return request.affinities

    def wishes(self, part: t.Tuple[Expression, ...]) -> t.Sequence[Wish]:
        return [_wish(affinity) for affinity in part]


def _wish(affinity: Expression) -> Wish:
    pattern = container_pattern(affinity.pattern) if affinity.key == "container" else affinity.pattern
    unwanted = affinity.operator is Operator.NOT_EQUAL

    def met(cluster: ClusterView) -> NodeSet:
        holding = cluster.nodes_holding(affinity.key, pattern)
        return cluster.all ^ holding if unwanted else holding

    def seen(cluster: ClusterView, state: NodeState) -> str:
        if unwanted:
            return "is here"
        if affinity.key in ("container", "image"):
            return whereabouts(cluster.pick(cluster.nodes_holding(affinity.key, pattern)))
        return _label_values(state, affinity.key)

    return Wish(f"affinity {affinity}", str(affinity), met, seen, affinity.soft)


def _label_values(state: NodeState, key: str) -> str:
    values = listed(
        value for container in state.containers for label, value in container.labels.items() if label.lower() == key
    )
    return f"{key} is {values}" if values else f"no container has a label {key}"
