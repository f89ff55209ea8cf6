# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The attempt filter: not chosen by users, always asked."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..state import ClusterState
from .base import Filter, Wish


class AttemptFilter(Filter):
    """No node where this very container has just failed to be created or to start."""

    name = "attempt"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        avoid = request.avoid
        if not avoid:
            return ()
        return [
            Wish(
                "failed attempt",
                "no failed attempt",
                lambda state: state.node.address not in avoid,
                lambda state: avoid[state.node.address],
            )
        ]
