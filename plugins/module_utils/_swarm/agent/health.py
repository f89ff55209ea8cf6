# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether the engine answers: one small question over its local socket or its TCP port, or what a watcher wrote down.

Who may use the engine's socket is root on the host, and who has a client certificate is root on every engine. So the
agent, which speaks to the network, is given neither: a watcher of its own (``watch``), which speaks to nobody but the
engine, asks over the socket and writes the answer into a file.

Plain ``tcp://`` works with a TLS port as well, without any right: an engine that wants TLS there answers plain HTTP
with status 400 and says so. It is alive, and its API is served. Newer engines write a line into their log each time.
"""

from __future__ import annotations

import os
import time
import typing as t
from dataclasses import replace

from ..engine.api import system
from ..engine.api.call import Reply
from ..engine.client import EngineClient
from ..engine.failure import asks_for_tls, explain_status
from ..errors import EngineError, InputError
from ..model.address import split_address
from ..settings import EngineSettings
from ..wire.tls import EngineTLS
from .settings import EngineCheckSettings

#: What a watcher writes for a healthy engine; anything else is the reason why it is not.
HEALTHY = "healthy"
#: A watcher's word is good for so many of its intervals, which are the agent's.
_GOOD_FOR = 3

#: Asks the engine; raises EngineError where it is not healthy.
HealthCheck = t.Callable[[], None]


def make_check(settings: EngineCheckSettings) -> HealthCheck:
    """A check that can be made again and again; nothing is asked yet.

    :raises InputError: the URL or a certificate file cannot be right
    """
    scheme, _separator, location = settings.url.partition("://")
    if scheme == "unix" and location.startswith("/"):
        return lambda: _check_unix(settings.url, settings)
    if scheme == "file" and location.startswith("/"):
        return lambda: _check_file(location, settings)
    if scheme == "tcp" and location:
        split_address(location)
        if settings.tls.enabled:
            # Loaded once here to refuse bad files, and again for each check: certificates are renewed.
            EngineTLS(settings.tls)
        return lambda: _check_tcp(location, settings)
    raise InputError(
        f"--engine '{settings.url}' is not understood; write unix:///run/docker.sock, tcp://HOST:PORT, or file://PATH "
        f"for what swarm watch writes"
    )


def _check_file(path: str, settings: EngineCheckSettings) -> None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            age = time.time() - os.fstat(file.fileno()).st_mtime
            word = file.read().strip()
    except OSError as error:
        raise EngineError(path, f"there is no word from its watcher: {path}: {error.strerror}") from error
    # Compared both ways: a clock that was set back makes the future out of the past.
    longest = _GOOD_FOR * (settings.interval + settings.timeout)
    if abs(age) > longest:
        raise EngineError(path, f"the last word from its watcher in {path} is older than {longest:g} s")
    if word != HEALTHY:
        raise EngineError(path, word or f"the watcher's file {path} is empty")


def _check_tcp(address: str, settings: EngineCheckSettings) -> None:
    split_address(address)
    try:
        # made for each check, as certificates are renewed
        client = EngineClient(address, EngineSettings(settings.tls, timeout=settings.timeout))
    except InputError as error:
        raise EngineError(address, f"{address} cannot be asked: {error}") from error
    try:
        if settings.tls.enabled and settings.tls.client_cert is None:
            # Without a certificate of ours the engine will not hear the question; its own has been verified.
            client.connect()
        else:
            client.send(_PING if settings.tls.enabled else _PLAIN_PING)
    finally:
        client.close()


def _check_unix(address: str, settings: EngineCheckSettings) -> None:
    client = EngineClient(address, EngineSettings(timeout=settings.timeout))
    try:
        client.send(_PING)
    finally:
        client.close()


def _is_alive(reply: Reply) -> None:
    """An engine that wants TLS says so, in plain HTTP: it serves its API."""
    if reply.status >= 400 and not asks_for_tls(reply.body):
        raise explain_status(reply.address, reply.status, reply.body, reply.asked)


_PING = system.ping()
_PLAIN_PING = replace(_PING, accepted=frozenset({400}), read=_is_alive)
