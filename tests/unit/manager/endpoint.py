# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An endpoint on loopback in a thread of its own, before engines that a test plays.

with Endpoint({"node-1": server.address}) as endpoint:
    endpoint.address
"""

from __future__ import annotations

import asyncio
import threading
import typing as t

from classic_swarm._swarm.errors import SwarmError
from classic_swarm._swarm.settings import DiscoverySettings, EngineSettings, TLSSettings
from classic_swarm.manager.engines.client import EngineClient
from classic_swarm.manager.engines.connections import EngineConnections
from classic_swarm.manager.errors import NotFoundError, UnhealthyError
from classic_swarm.manager.http.server import Server
from classic_swarm.manager.manager import Manager
from classic_swarm.manager.security.identity import Identity
from classic_swarm.manager.security.policy import Policy
from classic_swarm.manager.security.roles import Subject
from classic_swarm.manager.settings import Limits, Listen, ManagerSettings, ServerTLS
from classic_swarm.manager.transport.listening import listen_on
from classic_swarm.manager.transport.server_tls import make_server_context

_PATIENCE = 20.0


class FixedNode:
    """A node that is what a test says."""

    def __init__(self, name: str, client: EngineClient) -> None:
        self.key = client.address
        self.name = name
        self.client = client
        self.engine_id = f"ID-{name}"
        self.healthy = True
        self.ip = "127.0.0.1"
        self.labels: dict[str, str] = {}

    @property
    def api_version(self) -> tuple[int, int]:
        return self.client.newest


class FixedContainer(t.NamedTuple):
    """A container that is there."""

    id: str
    names: tuple[str, ...]


class FixedCluster:
    """Every container is on the first node, under its name as ID; but for ``gone``, which is nowhere."""

    def __init__(self, nodes: t.Sequence[FixedNode]) -> None:
        self.nodes = list(nodes)
        self.refreshed: list[str] = []
        self.execs: dict[str, FixedNode] = {}

    @property
    def healthy_nodes(self) -> list[FixedNode]:
        return [node for node in self.nodes if node.healthy]

    @property
    def api_version(self) -> tuple[int, int] | None:
        return min((node.api_version for node in self.healthy_nodes), default=None)

    async def find_container(self, reference: str) -> tuple[FixedNode, FixedContainer]:
        node_name, _slash, name = reference.lstrip("/").rpartition("/")
        if name == "gone":
            raise NotFoundError(f"No such container: {reference}")
        for node in self.healthy_nodes:
            if node_name in ("", node.name):
                return node, FixedContainer(f"id-of-{name}", (name,))
        raise UnhealthyError(f"Container {reference} running on unhealthy node {node_name}")

    async def refresh_container(self, node: FixedNode, container_id: str) -> None:
        self.refreshed.append(container_id)

    async def refresh_images(self, node: FixedNode) -> None:
        self.refreshed.append(f"images of {node.name}")

    async def refresh_networks(self, node: FixedNode) -> None:
        self.refreshed.append(f"networks of {node.name}")

    async def refresh_volumes(self, node: FixedNode) -> None:
        self.refreshed.append(f"volumes of {node.name}")

    def remember_exec(self, exec_id: str, node: FixedNode, container_id: str) -> None:
        self.execs[exec_id] = node

    async def find_exec(self, exec_id: str) -> tuple[FixedNode, str]:
        return self.execs.get(exec_id, self.healthy_nodes[0]), ""

    async def image_nodes(self, reference: str) -> list[FixedNode]:
        return self.healthy_nodes

    async def choose_node(self) -> FixedNode:
        return self.healthy_nodes[0]


class Endpoint:
    """Serves until the end of the ``with`` block.

    engines: addresses by the nodes' names. papers: the folder with ca.pem, cert.pem and key.pem for clients.
    engine_ca: speak TLS with the engines. path: serve on a socket instead. ``log``: what it told.
    """

    def __init__(
        self,
        engines: t.Mapping[str, str],
        papers: t.Any = None,
        engine_ca: str | None = None,
        path: str | None = None,
        limits: Limits | None = None,
        identify: t.Callable[[t.Any], Subject] | None = None,
        timeout: float = 10.0,
        **settings: t.Any,
    ) -> None:
        authority = settings.pop("authority", None)
        listen = Listen("unix", path) if path else Listen("tcp", "127.0.0.1", 0)
        self.settings = ManagerSettings(
            DiscoverySettings("nodes://127.0.0.1:1"),
            listen=(listen,),
            engine=EngineSettings(TLSSettings(enabled=engine_ca is not None, ca_path=engine_ca), timeout=timeout),
            tls=None if papers is None else ServerTLS(str(papers.cert), str(papers.key), authority),
            limits=limits or Limits(),
            **settings,
        )
        self.log: list[str] = []
        self.address = f"unix://{path}" if path else ""
        self._engines = dict(engines)
        self._identify = identify
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._problem: BaseException | None = None

    def __enter__(self) -> Endpoint:
        self._thread.start()
        assert self._ready.wait(_PATIENCE)
        if self._problem is not None:
            raise self._problem
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            await self._open()
        except SwarmError as error:
            self._problem = error
            self._ready.set()
            return
        self._ready.set()
        await self._stop.wait()
        for listener in self._listeners:
            listener.close()
        await self.server.shutdown(0.1)
        await self.connections.close()

    async def _open(self) -> None:
        self.connections = EngineConnections(self.settings.engine)
        nodes = [FixedNode(name, EngineClient(address, self.connections)) for name, address in self._engines.items()]
        self.cluster = FixedCluster(nodes)
        self.manager = Manager(self.settings, self.connections, t.cast(t.Any, self.cluster), self.log.append)
        self.server = Server(self.manager, self._identify or Identity(Policy()))
        context = None if self.settings.tls is None else make_server_context(self.settings.tls)
        handshake = self.settings.limits.handshake
        self._listeners = await listen_on(self.settings.listen, self.server, context, handshake, {})
        if not self.address:
            self.address = f"127.0.0.1:{self._listeners[0].sockets[0].getsockname()[1]}"
