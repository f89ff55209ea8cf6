# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The spread_over filter."""

from __future__ import annotations

import typing as t

from ...expression import Expression
from ...model.request import Request, SpreadOver
from ..spreading import Spreading
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from .base import Filter, Wish


class _Part(t.NamedTuple):
    """A family, how it is spread, and where its containers may be."""

    family: str
    levels: t.Tuple[SpreadOver, ...]
    constraints: t.Tuple[Expression, ...]
    whitelist: t.FrozenSet[str]


class SpreadOverFilter(Filter[t.Optional[_Part]]):
    """No domain gets more than ``max_skew`` containers of a family ahead of the domain that has the fewest.

    Both are counted by share: of shares 2 and 1, four containers here are as many as two there. Domains count that
    have a healthy node which the hard constraints and the whitelist of the request allow. A node without the label is
    in no domain and is refused. A level without ``max_skew`` removes no node: it is a matter of order.
    """

    name = "spread_over"

    def part(self, request: Request) -> t.Optional[_Part]:
        if not request.spread_over or all(level.max_skew is None for level in request.spread_over):
            return None
        hard = tuple(constraint for constraint in request.constraints if not constraint.soft)
        return _Part(request.family_name, request.spread_over, hard, frozenset(request.whitelist))

    def wishes(self, part: t.Optional[_Part]) -> t.Sequence[Wish]:
        if part is None:
            return ()
        return [_wish(part, depth) for depth, level in enumerate(part.levels) if level.max_skew is not None]


def _wish(part: _Part, depth: int) -> Wish:
    level = part.levels[depth]

    def is_allowed(state: NodeState) -> bool:
        node = state.node
        return node.healthy and (not part.whitelist or node.name in part.whitelist or node.id in part.whitelist)

    def eligible(cluster: ClusterView) -> NodeSet:
        nodes = cluster.nodes_where(is_allowed)
        for constraint in part.constraints:
            nodes &= cluster.nodes_meeting(constraint)
        return nodes

    def met(cluster: ClusterView) -> NodeSet:
        return Spreading(cluster, part.family, part.levels).within_skew(depth, eligible(cluster))

    def look(cluster: ClusterView) -> t.Callable[[NodeState], str]:
        spreading, allowed = Spreading(cluster, part.family, part.levels), eligible(cluster)
        return lambda state: spreading.words(state.position, depth, allowed)

    def seen(cluster: ClusterView, state: NodeState) -> str:
        return look(cluster)(state)

    wanted = f"{part.family} over {level.key}, max_skew {level.max_skew}"
    return Wish(f"spread_over {level.key}", wanted, met, seen, look=look)
