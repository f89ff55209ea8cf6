# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The port filter."""

from __future__ import annotations

import typing as t

from ...model.ports import HostPort, HostPortRequest
from ...model.request import Request
from ..state.allocation import allocate
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView
from .base import Filter, Wish


class PortFilter(Filter[t.Tuple[HostPortRequest, ...]]):
    """Every host port that the container asks for is free.

    A port is (address, number, protocol) and is held by running and stopped containers alike: a stopped one takes it
    back when it is started. Of a range, one number must be free that no other port of the request needs.
    """

    name = "port"

    def part(self, request: Request) -> t.Tuple[HostPortRequest, ...]:
        return request.ports

    def wishes(self, part: t.Tuple[HostPortRequest, ...]) -> t.Sequence[Wish]:
        return [_fixed(port) if port.fixed else _ranged(part, position) for position, port in enumerate(part)]


def _fixed(wish: HostPortRequest) -> Wish:
    port = HostPort(wish.address, wish.first, wish.protocol)

    def met(cluster: ClusterView) -> NodeSet:
        return cluster.all ^ cluster.nodes_with_taken(port)

    def seen(cluster: ClusterView, state: NodeState) -> str:
        return f"held by {', '.join(state.port_holders(port))}"

    return Wish(f"port {wish}", str(wish), met, seen)


def _ranged(ports: t.Sequence[HostPortRequest], position: int) -> Wish:
    def is_met(state: NodeState) -> bool:
        return allocate(state, ports)[position] is not None

    return Wish(
        f"port {ports[position]}",
        f"one of {ports[position]}",
        lambda cluster: cluster.nodes_where(is_met),
        lambda cluster, state: "none of them is free",
    )
