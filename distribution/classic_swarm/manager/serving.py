# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The endpoint as a whole: started, serving until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

from .._swarm.discovery.registry import discover
from .engines.connections import EngineConnections
from .http.server import Server
from .manager import Log, Manager
from .security.roles import Role, Subject
from .settings import ManagerSettings
from .state.cluster import Cluster


async def serve(settings: ManagerSettings, log: Log) -> None:
    """Serve until SIGTERM or SIGINT.

    :raises InputError: what was told cannot be right
    :raises OSError: an address cannot be listened on
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    connections = EngineConnections(settings.engine)
    entries = await loop.run_in_executor(None, discover, settings.discovery)
    cluster = Cluster(connections, entries)
    manager = Manager(settings, connections, cluster, log)
    await cluster.start()
    server = Server(manager, lambda request: Subject(request.remote or "unix", Role.ADMIN))
    listeners = [await loop.create_server(server, listen.host, listen.port) for listen in settings.listen]
    for listen in settings.listen:
        log(f"serving on {listen}")
    await stop.wait()
    for listener in listeners:
        listener.close()
    await server.shutdown(1.0)
    await cluster.close()
    await connections.close()
