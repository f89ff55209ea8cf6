# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm route``: a command line in, lines and an exit code out."""

from __future__ import annotations

import difflib
import json
import random
import time
import typing as t

from .._swarm.agent.command import DONE, FAILED
from .._swarm.agent.stop import Stop
from .._swarm.discovery.owned_keys import KeyFolder
from .._swarm.discovery.registry import open_backend
from .._swarm.errors import DiscoveryError
from .._swarm.model.visible import visible
from .applier import Applier
from .configuration_file import ConfigurationFile
from .errors import NotRunningError, RouteError
from .haproxy.haproxy import HAProxy
from .haproxy.master import MasterSocket
from .holding import Holding
from .metrics import serve_metrics
from .nginx.nginx import Nginx
from .options import parse_route
from .pace import Pace
from .proxy import Proxy
from .rendering import Template
from .router import Planner, Router
from .settings import HAPROXY, AskStatus, Help, Once, RouteSettings
from .status import OK, Status
from .status_socket import StatusSocket, ask_status
from .store import Store

#: Exit code of ``--check``: something would change.
WOULD_CHANGE = 3

_Log = t.Callable[[str], None]


def route(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, log: _Log) -> int:
    """Do what the command line says.

    :param arguments: behind ``route``
    :param output: takes the result
    :param log: takes what happens, line by line
    :returns: the exit code
    :raises InputError: what was told cannot be right
    """
    command = parse_route(arguments, environ)
    if isinstance(command, Help):
        output.write(command.text)
        return DONE
    if isinstance(command, AskStatus):
        return _show_status(command.socket, output, log)
    try:
        if isinstance(command, Once):
            return _once(command, output, log)
        return _watch(command.settings, log)
    except (RouteError, DiscoveryError) as error:
        log(str(error))
        return FAILED


def _show_status(path: str, output: t.TextIO, log: _Log) -> int:
    try:
        document = ask_status(path)
    except NotRunningError as error:
        log(str(error))
        return FAILED
    output.write(json.dumps(document, indent=2) + "\n")
    return DONE if document["state"] == OK else FAILED


def _once(command: Once, output: t.TextIO, log: _Log) -> int:
    settings = command.settings
    with Stop() as stop:
        store = _store(settings, stop)
        planner = _planner(settings)
        applier = Applier(ConfigurationFile(settings.output, settings.overwrite), _proxy(settings, log))
        services, left_out = planner.services(store.read(), 0.0)
        if not services and not settings.allow_empty:
            raise RouteError("empty", "the store has no services at all; give --allow-empty if that is meant so")
        view, not_routed = planner.view(services)
        for line in [*left_out, *not_routed]:
            log(line)
        text = planner.text(view)
        if command.check:
            return _show_difference(*applier.difference_to(text), settings.output, output)
        how = applier.apply(text)
    output.write("unchanged\n" if how is None else f"applied by {how}\n")
    return DONE


def _show_difference(before: str, after: str, path: str, output: t.TextIO) -> int:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"{path} (now)", f"{path} (then)"
    )
    for line in lines:
        output.write(visible(line.rstrip("\n")) + "\n")
    return DONE if before == after else WOULD_CHANGE


def _watch(settings: RouteSettings, log: _Log) -> int:
    with Stop() as stop:
        store = _store(settings, stop)
        proxy = _proxy(settings, log)
        status = Status(settings.kind, settings.output, time.time)
        router = Router(
            store,
            _planner(settings),
            Applier(ConfigurationFile(settings.output, settings.overwrite), proxy),
            proxy,
            Pace(settings.interval, random.random),
            status,
            clock=time.monotonic,
            wait=stop.wait,
            log=log,
        )
        socket = StatusSocket(settings.status_socket, status)
        socket.open()
        try:
            metrics = None if settings.metrics is None else serve_metrics(*settings.metrics, status)
            store.start()
            log(f"routing for {settings.kind} from {settings.prefix}/")
            router.run()
        finally:
            store.stop()
            socket.close()
        if metrics is not None:
            metrics.shutdown()
    log("stopped; what runs is left as it is")
    return DONE


def _store(settings: RouteSettings, stop: Stop) -> Store:
    def open_folder(name: str) -> KeyFolder:
        return open_backend(settings.discovery, sleep=stop.sleep).key_folder(name)

    return Store(open_folder, settings.prefix, random.random)


def _planner(settings: RouteSettings) -> Planner:
    holding = Holding(settings.grace, settings.forget, settings.allow_empty)
    return Planner(Template(settings.template, settings.kind), settings.options, holding)


def _proxy(settings: RouteSettings, log: _Log) -> Proxy:
    # The waits for a reload are not ended by a signal: what is in the file must be what runs.
    if settings.kind == HAPROXY:
        master = MasterSocket(settings.master_socket)
        return HAProxy(settings.program, master, settings.drain, clock=time.monotonic, sleep=time.sleep, log=log)
    return Nginx(settings.program, settings.pid_file, clock=time.monotonic, sleep=time.sleep)
