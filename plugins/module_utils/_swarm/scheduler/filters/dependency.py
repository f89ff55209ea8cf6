# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The dependency filter."""

from __future__ import annotations

import typing as t

from ...model.request import Dependency, Request
from ..references import reference_pattern
from ..state import ClusterState
from ..words import whereabouts
from .base import Filter, Wish


class DependencyFilter(Filter):
    """All containers that the request hangs on (volumes_from, links, ``container:`` modes) stand on the node."""

    name = "dependency"

    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        return [_wish(dependency, cluster) for dependency in request.dependencies]


def _wish(dependency: Dependency, cluster: ClusterState) -> Wish:
    holding = cluster.nodes_holding("container", reference_pattern(dependency.container))
    words = f"{dependency.container} for {dependency.kind}"
    return Wish(f"dependency {words}", words, holding.__contains__, lambda state: whereabouts(holding))
