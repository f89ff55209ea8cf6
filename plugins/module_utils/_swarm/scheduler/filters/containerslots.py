# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The containerslots filter."""

from __future__ import annotations

import typing as t

from ...model.request import Request
from ..slots import slots_of
from ..state.node import NodeState
from ..state.view import ClusterView
from .base import Filter, Wish


class ContainerSlotsFilter(Filter[None]):
    """Fewer containers, running or not, than the engine label ``containerslots`` allows; no label, no limit."""

    name = "containerslots"

    def part(self, request: Request) -> None:
        return None

    def wishes(self, part: None) -> t.Sequence[Wish]:
        return [Wish("containerslots", "a free slot", lambda cluster: cluster.nodes_where(_has_room), _in_use)]


def _has_room(state: NodeState) -> bool:
    slots = slots_of(state)
    return slots is None or state.total < slots


def _in_use(cluster: ClusterView, state: NodeState) -> str:
    return f"{state.total} of {slots_of(state)} slots in use"
