# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The whitelist filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..state import ClusterState
from ..words import listed
from .base import Filter, Wish


class WhitelistFilter(Filter):
    """Only the nodes that the request lists by name or ID; all where it lists none."""

    name = "whitelist"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        allowed = frozenset(request.whitelist)
        if not allowed:
            return ()
        return [
            Wish(
                "whitelist",
                listed(allowed),
                lambda state: state.node.name in allowed or state.node.id in allowed,
                lambda state: "not in the list",
            )
        ]
