# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The dependency filter."""

from __future__ import annotations

import typing as t

from ...model.request import Dependency, Request
from ..references import container_lookup
from ..wording import whereabouts
from .base import Filter, Wish


class DependencyFilter(Filter[t.Tuple[Dependency, ...]]):
    """All containers that the request hangs on (volumes_from, links, ``container:`` modes) stand on the node."""

    name = "dependency"

    def part(self, request: Request) -> t.Tuple[Dependency, ...]:
        return request.dependencies

    def wishes(self, part: t.Tuple[Dependency, ...]) -> t.Sequence[Wish]:
        return [_wish(dependency) for dependency in part]


def _wish(dependency: Dependency) -> Wish:
    met = container_lookup(dependency.container)
    words = f"{dependency.container} for {dependency.kind}"
    return Wish(f"dependency {words}", words, met, lambda cluster, state: whereabouts(cluster, met(cluster)))
