# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The whitelist filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from ..wording import listed
from .base import Filter, Wish


class WhitelistFilter(Filter[t.Tuple[str, ...]]):
    """Only the nodes that the request lists by name or ID; all where it lists none."""

    name = "whitelist"

    def part(self, request: Request) -> t.Tuple[str, ...]:
        return request.whitelist

    def wishes(self, part: t.Tuple[str, ...]) -> t.Sequence[Wish]:
        allowed = frozenset(part)

        def is_listed(state: NodeState) -> bool:
            return state.node.name in allowed or state.node.id in allowed

        def met(cluster: ClusterView) -> NodeSet:
            return cluster.nodes_where(is_listed)

        return [Wish("whitelist", listed(allowed), met, lambda cluster, state: "not in the list")] if allowed else ()
