# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The affinity filter."""

from __future__ import annotations

import typing as t

from ...expression import Expression, Operator, Pattern
from ...model.request import Request
from ..references import Lookup, container_lookup
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from ..wording import listed, whereabouts
from .base import Filter, Wish


class AffinityFilter(Filter[t.Tuple[Expression, ...]]):
    """What stands on the node already.

    ==============  ==========================================================================================
    ``container``   the name, the ID or the beginning of the ID (8 characters and more) of a container there
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
    holders = _lookup(affinity.key, affinity.pattern)
    unwanted = affinity.operator is Operator.NOT_EQUAL

    def lacking(cluster: ClusterView) -> NodeSet:
        return cluster.all ^ holders(cluster)

    def seen(cluster: ClusterView, state: NodeState) -> str:
        if unwanted:
            return "is here"
        if affinity.key in ("container", "image"):
            return whereabouts(cluster, holders(cluster))
        return _label_values(state, affinity.key)

    return Wish(f"affinity {affinity}", str(affinity), lacking if unwanted else holders, seen, affinity.soft)


def _lookup(key: str, pattern: Pattern) -> Lookup:
    if key == "container" and pattern.exact is not None:
        return container_lookup(pattern.exact)

    def holders(cluster: ClusterView) -> NodeSet:
        return cluster.nodes_holding(key, pattern)

    return holders


def _label_values(state: NodeState, key: str) -> str:
    values = listed(
        value for container in state.containers for label, value in container.labels.items() if label.lower() == key
    )
    return f"{key} is {values}" if values else f"no container has a label {key}"
