# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster as the endpoint's routes see it: nodes, and who holds what."""

from __future__ import annotations

import asyncio
import typing as t
from dataclasses import dataclass, field

from ..._swarm.discovery.entry import Entry
from ..._swarm.engine.versions import Version
from ..._swarm.errors import EngineError
from ..engines.client import EngineClient
from ..engines.connections import EngineConnections
from ..errors import NotFoundError, UnhealthyError

PENDING, HEALTHY, UNHEALTHY, DISCONNECTED = "pending", "healthy", "unhealthy", "disconnected"


@dataclass
class Node:
    """One engine as it stands. :ivar key: its address. :ivar reason: why it is not healthy, empty otherwise"""

    key: str
    client: EngineClient
    name: str = ""
    engine_id: str = ""
    health: str = PENDING
    reason: str = ""
    labels: t.Dict[str, str] = field(default_factory=dict)
    ip: str = ""

    @property
    def api_version(self) -> Version:
        """The newest version that its engine speaks."""
        return self.client.newest

    @property
    def healthy(self) -> bool:
        """Whether it can be asked."""
        return self.health == HEALTHY


class Container(t.NamedTuple):
    """What routes need to know of a container."""

    id: str
    names: t.Tuple[str, ...]


class Cluster:
    """A stand-in that asks every engine each time."""

    def __init__(self, connections: EngineConnections, entries: t.Sequence[Entry]) -> None:
        self._connections = connections
        self.nodes: t.List[Node] = [
            Node(entry.address, EngineClient(entry.address, connections, entry.scheme == "https"), ip=entry.host)
            for entry in entries
        ]
        self._execs: t.Dict[str, Node] = {}

    async def start(self) -> None:
        """Begin to follow the engines; returns once each has answered or failed once."""
        await asyncio.gather(*map(self._probe, self.nodes))

    async def close(self) -> None:
        """Stop following."""

    @property
    def healthy_nodes(self) -> t.List[Node]:
        """The nodes that can be asked, by name."""
        return sorted((node for node in self.nodes if node.healthy), key=lambda node: (node.name, node.key))

    async def find_container(self, reference: str) -> t.Tuple[Node, Container]:
        """:raises NotFoundError, UnhealthyError: in the original's words"""
        name = reference.lstrip("/")
        for node in self.healthy_nodes:
            for raw in (await node.client.request("GET", "/containers/json", query=[("all", "1")])).json():
                names = [each.lstrip("/") for each in raw["Names"]]
                if raw["Id"].startswith(name) or name in names or name in [f"{node.name}/{each}" for each in names]:
                    return node, Container(raw["Id"], tuple(names))
        raise NotFoundError(f"No such container: {reference}")

    async def refresh_container(self, node: Node, container_id: str) -> None:
        """Returns once the state holds what a change made of this container."""

    def remember_exec(self, exec_id: str, node: Node, container_id: str) -> None:
        """Know from now on where this exec runs."""
        self._execs[exec_id] = node

    async def find_exec(self, exec_id: str) -> t.Tuple[Node, str]:
        """The node of an exec, and the ID of its container, empty if it is not known."""
        if exec_id in self._execs:
            return self._execs[exec_id], ""
        for node in self.healthy_nodes:
            reply = await node.client.request("GET", f"/exec/{exec_id}/json", check=False)
            if reply.status == 200:
                return node, str(reply.json().get("ContainerID", ""))
        raise NotFoundError(f"Exec {exec_id} not found")

    async def image_nodes(self, reference: str) -> t.List[Node]:
        """The healthy nodes that have the image, in order; empty if none has."""
        found = []
        for node in self.healthy_nodes:
            if (await node.client.request("GET", f"/images/{reference}/json", check=False)).status == 200:
                found.append(node)
        return found

    async def refresh_images(self, node: Node) -> None:
        """Returns once the state holds what a change made of the images of this node."""

    async def find_network(self, reference: str) -> t.Tuple[Node, str]:
        """A node that has the network, and the network's ID. :raises NotFoundError: none, or two that differ"""
        for node in self.healthy_nodes:
            reply = await node.client.request("GET", f"/networks/{reference.rpartition('/')[2]}", check=False)
            if reply.status == 200:
                return node, str(reply.json()["Id"])
        raise NotFoundError(f"No such network: {reference}")

    async def refresh_networks(self, node: Node) -> None:
        """Returns once the state holds what a change made of the networks of this node."""

    async def volume_nodes(self, reference: str) -> t.List[t.Tuple[Node, str]]:
        """The nodes where ``name`` or ``NODE/name`` is a volume, with its name there."""
        wanted, _slash, name = reference.rpartition("/")
        found = []
        for node in self.healthy_nodes:
            if wanted not in ("", node.name):
                continue
            if (await node.client.request("GET", f"/volumes/{name}", check=False)).status == 200:
                found.append((node, name))
        return found

    async def refresh_volumes(self, node: Node) -> None:
        """Returns once the state holds what a change made of the volumes of this node."""

    async def choose_node(self) -> Node:
        """A node for what any node can do. :raises UnhealthyError: there is none"""
        for node in self.healthy_nodes:
            return node
        raise UnhealthyError("No healthy node available in the cluster")

    async def _probe(self, node: Node) -> None:
        try:
            await node.client.learn_versions(10.0)
            info = (await node.client.request("GET", "/info", seconds=10.0)).json()
        except EngineError as error:
            node.health, node.reason = UNHEALTHY, error.message
            return
        node.health, node.name, node.engine_id = HEALTHY, info["Name"], info["ID"]
        node.labels = dict(each.partition("=")[::2] for each in info.get("Labels") or ())
