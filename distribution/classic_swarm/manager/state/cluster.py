# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster as the endpoint's routes see it: nodes, who holds what, and how that is brought up to date.

One task for each engine writes; everybody else reads. Nothing waits for a lock, as all of it happens in one event loop.
"""

from __future__ import annotations

import asyncio
import time
import typing as t
from collections import OrderedDict
from dataclasses import replace

from ..._swarm.discovery.entry import Entry
from ..._swarm.engine.replies import RawEngine
from ..._swarm.engine.snapshot import Listed, container_of, make_image, make_node, read_listed
from ..._swarm.engine.versions import Version
from ..._swarm.errors import EngineError, EngineNotFoundError
from ..._swarm.model.labels import is_foreign
from ..._swarm.model.listing import Listing
from ..._swarm.model.request import Request
from ..engines.client import EngineClient
from ..engines.connections import EngineConnections
from ..errors import NotFoundError, UnhealthyError
from ..events import Events
from ..settings import ManagerSettings
from . import lookups
from .container import Container
from .containers import Containers
from .host import DISCONNECTED, HEALTHY, PENDING, UNHEALTHY
from .node import Node
from .placing import Placing
from .texts import Texts

__all__ = ["DISCONNECTED", "HEALTHY", "PENDING", "UNHEALTHY", "Cluster", "Container", "Node"]

#: Execs that are remembered; of older ones the engines are asked.
_KEPT_EXECS = 100_000


class TwinError(EngineError):
    """The engine is in the cluster already, under another address."""


class Cluster:
    """The state of the cluster, kept live.

    :param log: takes a line for an operator
    :ivar containers: of all nodes
    :ivar events: what happens on all engines
    :ivar placing: the scheduler over this state
    """

    def __init__(self, connections: EngineConnections, settings: ManagerSettings, log: t.Callable[[str], None]) -> None:
        self.settings = settings
        self.log = log
        self.containers = Containers()
        self.events = Events()
        self.placing = Placing(settings.scheduling, lambda: self.nodes)
        self._connections = connections
        self._nodes: t.Dict[str, Node] = {}
        self._ordered: t.Optional[t.List[Node]] = None
        self._healthy: t.Optional[t.List[Node]] = None
        self._version: t.Optional[Version] = None
        self._execs: OrderedDict[str, t.Tuple[Node, str]] = OrderedDict()
        self._number = 0
        self._gone: OrderedDict[str, int] = OrderedDict()

    # nodes

    @property
    def nodes(self) -> t.List[Node]:
        """Every node, by name and address."""
        if self._ordered is None:
            self._ordered = sorted(self._nodes.values(), key=lambda node: node.place)
        return self._ordered

    @property
    def healthy_nodes(self) -> t.List[Node]:
        """The nodes that can be asked, by name."""
        if self._healthy is None:
            self._healthy = [node for node in self.nodes if node.healthy]
        return self._healthy

    @property
    def api_version(self) -> t.Optional[Version]:
        """The newest version that every healthy engine speaks; None where none is healthy. Each answer tells it."""
        if self._version is None:
            self._version = min((node.api_version for node in self.healthy_nodes), default=None)
        return self._version

    def node_named(self, reference: str) -> t.Optional[Node]:
        """The node of this name or engine ID."""
        return next((node for node in self.nodes if reference and reference in (node.name, node.engine_id)), None)

    def join(self, entry: Entry) -> Node:
        """An engine is in the cluster from now on, pending."""
        client = EngineClient(entry.address, self._connections, entry.scheme == "https", entry.server_name)
        node = self._nodes[entry.address] = Node(entry.address, client)
        self.set_listing(node, entry)
        self._forget_order()
        self.placing.joined(node)
        return node

    def set_listing(self, node: Node, entry: Entry) -> None:
        """What discovery says of an engine; shown once the engine says again what it is."""
        listing = Listing(entry.scheme == "https", entry.server_name, dict(entry.labels))
        node.facts = replace(node.facts, listing=listing)

    def leave(self, node: Node) -> None:
        """An engine is in the cluster no more; what stands on it runs on, unseen."""
        if self._nodes.pop(node.key, None) is None:
            return
        for container in node.containers.values():
            self.containers.remove(container)
        node.health = DISCONNECTED
        self._forget_order()
        self.placing.left(node)

    def set_health(self, node: Node, health: str, reason: str = "") -> None:
        """A node is in this condition from now on."""
        if (node.health, node.reason) == (health, reason):
            return
        shown_otherwise = node.health != health
        node.health, node.reason = health, reason
        node.changed()
        if self._nodes.get(node.key) is not node:
            return
        if shown_otherwise:
            self._healthy = self._version = None
            for container in node.containers.values():
                self.containers.listing.touch(container)
        self.placing.changed(node)

    def set_info(self, node: Node, info: t.Mapping[str, t.Any]) -> None:
        """What an engine says of itself. :raises EngineError: it is not what an engine says"""
        # An engine that came back may be another one.
        self._version = None
        facts = make_node(RawEngine(node.key, node.client.newest, info), node.facts.listing)
        renamed = facts.name != node.name or facts.id != node.engine_id
        if not renamed and facts == node.facts and facts.labels == node.labels:
            node.updated = time.time()
            return
        node.facts = facts
        node.labels = facts.labels
        if renamed:
            # Names of the node are in the texts of its containers.
            node.name, node.engine_id = facts.name, facts.id
            self._forget_order()
            for container in node.containers.values():
                self.containers.listing.touch(container)
        node.changed()
        self.placing.changed(node)

    def _forget_order(self) -> None:
        self._ordered = self._healthy = self._version = None

    # containers

    def next_number(self) -> int:
        """For a question that is asked now: of two answers that of the later question is believed."""
        self._number += 1
        return self._number

    def set_containers(self, node: Node, listed: t.Sequence[t.Any], number: int, told_at: float, body: bytes) -> None:
        """An engine listed all its containers.

        :param body: the answer, whose value ``listed`` is
        :raises EngineError: it is not what an engine lists
        """
        self._refuse_twin(node, listed)
        texts = Texts(body)
        seen = {self._put(node, read_listed(node.key, value), number, told_at, texts) for value in listed}
        for container in list(node.containers.values()):
            if container.id not in seen and container.number < number:
                self._remove(container)
        node.changed()

    def put_container(self, node: Node, value: t.Any, number: int, told_at: float) -> str:
        """A container is as an engine listed it. :returns: its ID. :raises EngineError: nothing an engine lists"""
        listed = read_listed(node.key, value)
        self._put(node, listed, number, told_at, Texts.of(value, node.ip))
        node.changed()
        return listed.id

    def _put(self, node: Node, listed: Listed, number: int, told_at: float, texts: Texts) -> str:
        identity, model = listed.id, None
        before = node.containers.get(identity)
        if (before is not None and before.number > number) or self._gone.get(identity, -1) > number:
            return identity
        if self._nodes.get(node.key) is not node:
            return identity  # it left while it was asked
        if before is not None and before.exact:
            model = container_of(RawEngine(node.key, node.client.newest, {}), node.ip, node.facts.cpus, listed)
            ports = tuple(sorted({*model.ports, *before.model.ports}))
            model = replace(model, reservation=before.model.reservation, ports=ports, foreign=False)
            node.find_out(identity)
        elif is_foreign(listed.labels):
            node.find_out(identity)
        self._stand(node, before, Container(node, listed, number, told_at, texts, model))
        return identity

    def know_container(self, node: Node, identity: str, inspection: t.Mapping[str, t.Any]) -> None:
        """What a container holds is known from its inspection. :raises EngineError: it is none"""
        before = node.containers.get(identity)
        node.unknown.discard(identity)
        if before is None or self._nodes.get(node.key) is not node:
            return
        raw = RawEngine(node.key, node.client.newest, {}, inspections={identity: inspection})
        self._stand(node, before, before.known(container_of(raw, node.ip, node.facts.cpus, before.listed)))
        node.changed()

    def _stand(self, node: Node, before: t.Optional[Container], container: Container) -> None:
        """A container takes its place. :param before: what stood there for it"""
        if before is not None:
            self._take_out(before)
        node.containers[container.id] = container
        node.account(container, 1)
        self.containers.add(container)
        self.placing.came(node, container)

    def drop_container(self, node: Node, identity: str, number: int) -> None:
        """A container is gone."""
        self._gone[identity] = number
        while len(self._gone) > 10_000:
            self._gone.popitem(last=False)
        found = node.containers.get(identity)
        if found is not None and found.number <= number:
            self._remove(found)
            node.changed()

    async def refresh_container(self, node: Node, container_id: str, exact: bool = False) -> None:
        """Returns once the state holds what a change made of this container.

        :param exact: look also at what it holds
        """
        await self.refresh_containers(node, [container_id], [container_id] if exact else [])

    async def refresh_pending(self, node: Node, *more: str) -> None:
        """Returns once the state holds every container that events told of by now. :param more: others too"""
        pending, node.pending = node.pending, {}
        identities = list(dict.fromkeys((*more, *pending)))
        if identities:
            exact = [identity for identity, inspect in pending.items() if inspect]
            await self.refresh_containers(node, identities, exact)

    async def refresh_containers(self, node: Node, identities: t.Sequence[str], exact: t.Sequence[str] = ()) -> None:
        """Returns once the state holds these containers of a node as they are now; an engine that does not answer
        leaves them as they were."""
        number, now = self.next_number(), time.time()
        try:
            listed = await lookups.list_containers(node.client, identities)
            for value in listed:
                if isinstance(value, dict) and value.get("Id") in identities:
                    self.put_container(node, value, number, now)
            there = {value.get("Id") for value in listed if isinstance(value, dict)}
            for identity in identities:
                if identity not in there:
                    self.drop_container(node, identity, number)
            await asyncio.gather(*(self._inspect(node, identity) for identity in exact if identity in there))
        except EngineError as error:
            self.log(f"{node.name or node.key}: {error.message}")

    async def _inspect(self, node: Node, identity: str) -> None:
        try:
            reply = await node.client.request("GET", f"/containers/{identity}/json")
        except EngineNotFoundError:
            return
        self.know_container(node, identity, reply.json())

    def _refuse_twin(self, node: Node, listed: t.Sequence[t.Any]) -> None:
        for value in listed[:1]:
            other = self.containers.get(str(value.get("Id"))) if isinstance(value, dict) else None
            if other is not None and other.node is not node and other.node.engine_id == node.engine_id:
                raise TwinError(
                    node.key,
                    f"{other.node.key} and {node.key} are one engine, {node.name}, with the same containers; it is "
                    f"used as {other.node.key}. List it once",
                )

    def _remove(self, container: Container) -> None:
        self._take_out(container)
        node = self._nodes[container.node.key]
        del node.containers[container.id]
        node.unknown.discard(container.id)

    def _take_out(self, container: Container) -> None:
        self.containers.remove(container)
        node = self._nodes[container.node.key]
        node.account(container, -1)
        self.placing.went(node, container)

    async def find_container(self, reference: str) -> t.Tuple[Node, Container]:
        """What a client means by a name or an ID.

        :raises NotFoundError: nothing, or several
        :raises UnhealthyError: its node does not answer
        """
        found = self.containers.find(reference)
        return self._nodes[found.node.key], found

    # execs

    def remember_exec(self, exec_id: str, node: Node, container_id: str) -> None:
        """Know from now on where this exec runs."""
        self._execs[exec_id] = node, container_id
        if len(self._execs) > _KEPT_EXECS:
            self._execs.popitem(last=False)

    async def find_exec(self, exec_id: str) -> t.Tuple[Node, str]:
        """The node of an exec and the ID of its container. Of one that is not known the engines are asked.

        :raises NotFoundError: no engine knows it
        """
        known = self._execs.get(exec_id)
        if known is not None:
            return known
        found = await lookups.find_exec(self.healthy_nodes, exec_id)
        if found is None:
            raise NotFoundError(f"Exec {exec_id} not found")
        self.remember_exec(exec_id, *found)
        return found

    # images, networks, volumes

    def set_images(self, node: Node, listed: t.Sequence[t.Any]) -> None:
        """An engine listed its images. :raises EngineError: it is not what an engine lists"""
        node.image_models = tuple(make_image(node.key, value) for value in listed)
        node.images = list(listed)
        node.image_ids = frozenset(image.id for image in node.image_models)
        node.changed()
        self.placing.changed(node)

    async def image_nodes(self, reference: str) -> t.List[Node]:
        """The healthy nodes that have the image, by name; empty if none has."""
        return [node for node in self.healthy_nodes if lookups.has_image(node, reference)]

    async def refresh_images(self, node: Node) -> None:
        """Returns once the state holds what a change made of the images of this node."""
        await self._refresh(node, "/images/json", lambda listed: self.set_images(node, listed))

    async def find_network(self, reference: str) -> t.Tuple[Node, str]:
        """A node that has the network, and the network's ID. :raises NotFoundError: none, or several that differ"""
        return lookups.find_network(self.healthy_nodes, reference)

    async def refresh_networks(self, node: Node) -> None:
        """Returns once the state holds what a change made of the networks of this node."""
        await self._refresh(node, "/networks", lambda listed: setattr(node, "networks", lookups.objects(listed)))

    async def volume_nodes(self, reference: str) -> t.List[t.Tuple[Node, str]]:
        """The healthy nodes where ``name`` or ``NODE/name`` is a volume, with its name there."""
        return lookups.volume_nodes(self.healthy_nodes, reference)

    async def refresh_volumes(self, node: Node) -> None:
        """Returns once the state holds what a change made of the volumes of this node."""
        await self._refresh(
            node, "/volumes", lambda reply: setattr(node, "volumes", lookups.objects((reply or {}).get("Volumes")))
        )

    async def _refresh(self, node: Node, path: str, take: t.Callable[[t.Any], None]) -> None:
        try:
            take((await node.client.request("GET", path)).json() or [])
        except EngineError as error:
            self.log(f"{node.name or node.key}: {error.message}")

    # placing

    async def choose_node(self) -> Node:
        """A node for what any node can do: the one that a container without wishes would go to.

        :raises UnhealthyError: there is none
        """
        if not self.healthy_nodes:
            raise UnhealthyError("No healthy node available in the cluster")
        chosen = self.placing.place(Request(name="")).node
        if chosen is None:
            return self.healthy_nodes[0]
        return self._nodes[chosen.address]

    def node_at(self, address: str) -> Node:
        """:raises KeyError: there is none"""
        return self._nodes[address]
