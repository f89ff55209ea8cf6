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
import socket
import time
import typing as t

from ..engine.failure import explain_failure, explain_status
from ..errors import EngineError, InputError
from ..model.address import split_address
from ..wire.deadline import Deadline
from ..wire.response import NoHTTPError
from ..wire.tls import EngineTLS
from .settings import EngineCheckSettings

_QUESTION = b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n"
#: Bytes of an answer that are read; a ping is answered with a few hundred.
_LONGEST_ANSWER = 16384
_WANTS_TLS = b"HTTP request to an HTTPS server"

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
        return lambda: _check_unix(location, settings)
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


def _check_unix(path: str, settings: EngineCheckSettings) -> None:
    deadline = Deadline(settings.timeout)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connected:
        try:
            connected.settimeout(deadline.remaining())
            connected.connect(path)
            answer = _ask(connected, deadline)
        except OSError as error:
            raise explain_failure(error, path, settings.timeout, None) from error
    _judge(answer, path, accept_tls=False)


def _check_tcp(address: str, settings: EngineCheckSettings) -> None:
    deadline = Deadline(settings.timeout)
    tls = _load(settings, address)
    host, port = split_address(address)
    try:
        with socket.create_connection((host, port), timeout=deadline.remaining()) as connected:
            if tls is None:
                _judge(_ask(connected, deadline), address, accept_tls=True)
                return
            connected.settimeout(deadline.remaining())
            with tls.wrap(connected, host) as secured:
                # Without a certificate of ours the engine will not hear the question; its own has been verified.
                if settings.tls.client_cert is not None:
                    _judge(_ask(secured, deadline), address, accept_tls=False)
    except OSError as error:
        raise explain_failure(error, address, settings.timeout, tls) from error


def _load(settings: EngineCheckSettings, address: str) -> t.Optional[EngineTLS]:
    try:
        return EngineTLS(settings.tls) if settings.tls.enabled else None
    except InputError as error:
        raise EngineError(address, f"{address} cannot be asked: {error}") from error


def _ask(connected: socket.socket, deadline: Deadline) -> bytes:
    connected.settimeout(deadline.remaining())
    connected.sendall(_QUESTION)
    answer = b""
    while len(answer) < _LONGEST_ANSWER:
        connected.settimeout(deadline.remaining())
        try:
            part = connected.recv(4096)
        except ConnectionResetError:
            # A TLS port hangs up on plain HTTP, with or without having read all of it; what it said counts.
            part = b""
        if not part:
            break
        answer += part
    return answer


def _judge(answer: bytes, address: str, accept_tls: bool) -> None:
    """:raises EngineError: the answer is not that of a healthy engine"""
    head, _separator, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].split(b" ", 2)
    if not words[0].startswith(b"HTTP/") or len(words) < 2 or not words[1].isdigit():
        problem: Exception = NoHTTPError("no HTTP") if answer else ConnectionResetError()
        raise explain_failure(problem, address, 0, None)
    if words[1] == b"200" or (accept_tls and _WANTS_TLS in body):
        return
    raise explain_status(address, int(words[1]), body, "GET /_ping")
