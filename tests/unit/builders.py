# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes, containers and requests for tests: short to write, complete where a test does not care."""

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import Image
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPortRequest, parse_host_port
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Dependency, Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation, parse_size
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings


def size(amount: str | int) -> int:
    """Bytes, from ``2G`` or a number."""
    return amount if isinstance(amount, int) else parse_size(amount, "size")


def container(name: str, memory: str | int = 0, cpus: float = 0.0, ports: tuple[str, ...] = (), **fields) -> Container:
    """A running container; ``ports`` as ``80/tcp`` or ``10.0.0.1:80/tcp``."""
    return Container(
        name=name,
        id=fields.pop("id", f"{name}-id"),
        reservation=Reservation(size(memory), cpus),
        ports=tuple(map(parse_host_port, ports)),
        **fields,
    )


def node(name: str, *containers: Container, memory: str | int = "16G", cpus: int = 8, **fields) -> Node:
    """A healthy node with labels as ``labels={...}`` and images as ``images=("redis:6", ...)``."""
    tags = fields.pop("images", None)
    images = None if tags is None else tuple(Image(id=f"sha256:{tag}-id", tags=(tag,)) for tag in tags)
    return Node(
        name=name,
        address=fields.pop("address", f"{name}:2375"),
        id=fields.pop("id", f"{name}-id"),
        memory=size(memory),
        cpus=cpus,
        containers=containers,
        images=images,
        **fields,
    )


def down(name: str, reason: str = "no answer") -> Node:
    """A node that does not answer."""
    return node(name, health=Health.UNHEALTHY, reason=reason)


def port(text: str) -> HostPortRequest:
    """A wish for ``80/tcp``, ``8000-8010/tcp`` or ``10.0.0.1:80/tcp``."""
    address, _colon, rest = text.rpartition(":")
    numbers, _slash, protocol = rest.partition("/")
    first, _dash, last = numbers.partition("-")
    return HostPortRequest(address.strip("[]"), int(first), int(last or first), protocol)


def request(name: str = "web", memory: str | int = 0, cpus: float = 0.0, **fields) -> Request:
    """A request with expressions, ports and dependencies as texts."""
    return Request(
        name=name,
        constraints=parse_expressions(fields.pop("constraints", ()), "constraints"),
        affinities=parse_expressions(fields.pop("affinities", ()), "affinities"),
        ports=tuple(map(port, fields.pop("ports", ()))),
        dependencies=tuple(Dependency(reference, "links") for reference in fields.pop("dependencies", ())),
        reservation=Reservation(size(memory), cpus),
        **fields,
    )


def place(wanted: Request, *nodes: Node, explain: bool = False, **settings) -> Placement:
    """The placement of one request."""
    return Scheduler(SchedulingSettings(**settings)).place(ClusterState.from_nodes(nodes), wanted, explain)


def passing(wanted: Request, *nodes: Node, **settings) -> list[str]:
    """Names of the nodes that no filter removes, in order of name."""
    return sorted(candidate.node.name for candidate in place(wanted, *nodes, **settings).ranking)


def refusals(wanted: Request, *nodes: Node, **settings) -> dict[str, list[tuple[str, str, str, str]]]:
    """For each refused node the verdicts as (filter, reason, wanted, seen)."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for verdict in place(wanted, *nodes, explain=True, **settings).refusals:
        words = (verdict.filter, verdict.reason, verdict.wanted, verdict.seen)
        found.setdefault(verdict.node, []).append(words)
    return found
