# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The endpoint as a whole: started, serving until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import typing as t

from .engines.connections import EngineConnections
from .http.server import Server
from .logger import Logger
from .manager import Manager
from .security.identity import Identity
from .security.policy import Policy, read_policy
from .settings import ManagerSettings
from .state.cluster import Cluster
from .transport.listening import listen_on
from .transport.server_tls import make_server_context

#: Seconds that requests under way may go on when the process is told to stop.
_DRAIN = 1.0


async def serve(settings: ManagerSettings, environ: t.Mapping[str, str], log: Logger) -> None:
    """Serve until SIGTERM or SIGINT.

    :raises InputError: what was told cannot be right
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    context = None if settings.tls is None else make_server_context(settings.tls)
    connections = EngineConnections(settings.engine)
    cluster = Cluster(connections, settings, log)
    policy = Policy() if settings.policy is None else read_policy(settings.policy)
    manager = Manager(settings, connections, cluster, log, log.audit, policy)
    server = Server(manager, Identity(policy, settings.cors))
    try:
        await cluster.start()
        listeners = await listen_on(settings.listen, server, context, settings.limits.handshake, environ)
        for listen in settings.listen:
            log(f"serving on {listen}")
        await stop.wait()
        for listener in listeners:
            listener.close()
        await server.shutdown(_DRAIN)
    finally:
        await cluster.close()
        await connections.close()
