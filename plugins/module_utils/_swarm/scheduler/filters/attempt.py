# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The attempt filter: not chosen by users, always asked."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from .base import Filter, Wish

#: Node addresses, each with the reason in words.
_Attempts = t.Tuple[t.Tuple[str, str], ...]


class AttemptFilter(Filter[_Attempts]):
    """No node where this very container has just failed to be created or to start."""

    name = "attempt"

    def part(self, request: Request) -> _Attempts:
        return tuple(request.avoid.items())

    def wishes(self, part: _Attempts) -> t.Sequence[Wish]:
        avoid = dict(part)

        def is_untried(state: NodeState) -> bool:
            return state.node.address not in avoid

        def met(cluster: ClusterView) -> NodeSet:
            return cluster.nodes_where(is_untried)

        def seen(cluster: ClusterView, state: NodeState) -> str:
            return avoid[state.node.address]

        return [Wish("failed attempt", "no failed attempt", met, seen)] if avoid else ()
