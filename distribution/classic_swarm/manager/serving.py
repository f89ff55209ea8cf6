# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The endpoint as a whole: started, serving until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import typing as t

from . import collector
from .election.standing import Standing
from .engines.connections import EngineConnections
from .following.membership import Membership
from .http.metrics import serve_metrics
from .http.server import Server
from .logger import Logger
from .manager import Manager
from .security.identity import Identity
from .security.policy import Policy, read_policy
from .settings import ManagerSettings
from .state.cluster import Cluster
from .state.warming import warm
from .transport.listening import listen_on
from .transport.server_tls import make_server_context

#: Seconds between two looks whether the last stream is over.
_LOOK = 0.1
#: Seconds for the connections to say goodbye.
_GOODBYE = 1.0


async def serve(settings: ManagerSettings, environ: t.Mapping[str, str], log: Logger) -> None:
    """Serve until SIGTERM or SIGINT; then take no more, and let what runs go on for a while. A second signal ends it.

    :raises InputError: what was told cannot be right
    """
    loop = asyncio.get_running_loop()
    stop, hurry = asyncio.Event(), asyncio.Event()

    def told_to_stop() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop)
    context = None if settings.tls is None else make_server_context(settings.tls)
    connections = EngineConnections(settings.engine)
    cluster = Cluster(connections, settings, log)
    membership = Membership(cluster, settings)
    standing = Standing(settings, log)
    policy = Policy() if settings.policy is None else read_policy(settings.policy)
    manager = Manager(settings, connections, cluster, log, log.audit, policy, leadership=standing.leadership)
    server = Server(manager, Identity(policy, settings.cors))
    warming: t.Optional[asyncio.Task[None]] = None
    try:
        collector.pause()
        await membership.start()
        standing.start()
        listeners = await listen_on(settings.listen, server, context, settings.limits.handshake, environ)
        if settings.metrics is not None:
            telling = serve_metrics(
                manager,
                server.metrics,
                server.refusals,
                lambda: (server.requests_of.total, len(server.connections)),
            )
            listeners += await listen_on((settings.metrics,), telling, None, settings.limits.handshake, environ)
            log(f"metrics on {settings.metrics}")
        for listen in settings.listen:
            log(f"serving on {listen}")
        warming = asyncio.ensure_future(_warm(cluster))
        await stop.wait()
        for listener in listeners:
            listener.close()
        # Another may act at once, while streams go on here.
        await loop.run_in_executor(None, standing.close)
        await _drain(server, settings.drain, hurry, log)
        await server.shutdown(_GOODBYE)
    finally:
        if warming is not None:
            warming.cancel()
        await loop.run_in_executor(None, standing.close)
        await membership.close()
        await connections.close()


async def _warm(cluster: Cluster) -> None:
    try:
        await warm(cluster)
    finally:
        collector.resume()


async def _drain(server: Server, seconds: float, hurry: asyncio.Event, log: Logger) -> None:
    """Wait for the requests and streams that are under way."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    server.take_no_more()
    if server.requests_of.total:
        log(f"taking no more; {server.requests_of.total} requests and streams under way may go on for {seconds:g} s")
    while server.requests_of.total and loop.time() < deadline and not hurry.is_set():
        await asyncio.sleep(_LOOK)
    if server.requests_of.total:
        log(f"ending {server.requests_of.total} requests and streams that are under way")
