# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Where clients are served: TCP, sockets of this machine, and sockets that systemd hands over."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import ssl
import stat
import typing as t

from ..._swarm.errors import InputError
from ..._swarm.wire.dialling import SOCKET_OPTIONS
from ..._swarm.wire.tls_stream import TLSStream
from ..settings import Listen
from .tls_layer import TLSLayer

#: The first socket that systemd hands over (sd_listen_fds(3)).
_FIRST_DESCRIPTOR = 3
_BACKLOG = 1024
#: Who may use a socket of this machine besides its owner: its group, as with an engine's.
_MODE = 0o660

#: Makes a protocol for one connection.
Factory = t.Callable[[], asyncio.Protocol]


async def listen_on(
    listens: t.Sequence[Listen],
    factory: Factory,
    context: t.Optional[ssl.SSLContext],
    handshake: float,
    environ: t.Mapping[str, str],
) -> t.List[asyncio.AbstractServer]:
    """Take connections from now on.

    :param context: for TCP, None for plain connections
    :param handshake: seconds for TLS
    :raises InputError: an address cannot be listened on
    """
    loop = asyncio.get_running_loop()
    servers: t.List[asyncio.AbstractServer] = []
    try:
        for listen in listens:
            for opened in _sockets(listen, environ):
                local = opened.family == socket.AF_UNIX
                made = factory if context is None or local else _secured(factory, context, handshake)
                if local:
                    servers.append(await loop.create_unix_server(made, sock=opened, backlog=_BACKLOG))
                else:
                    servers.append(await loop.create_server(made, sock=opened, backlog=_BACKLOG))
    except BaseException:
        for server in servers:
            server.close()
        raise
    return servers


def _secured(factory: Factory, context: ssl.SSLContext, handshake: float) -> Factory:
    return lambda: TLSLayer(TLSStream(context, server_side=True), factory(), handshake)


def _sockets(listen: Listen, environ: t.Mapping[str, str]) -> t.List[socket.socket]:
    """:raises InputError: cannot be listened on"""
    if listen.kind == "fd":
        return _handed_over(listen.host, environ)
    try:
        return [_unix_socket(listen.host)] if listen.kind == "unix" else _tcp_sockets(listen.host, listen.port)
    except OSError as error:
        raise InputError(f"--host: {listen} cannot be listened on: {error.strerror or error}") from error


def _tcp_sockets(host: str, port: int) -> t.List[socket.socket]:
    opened: t.List[socket.socket] = []
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    try:
        for family, kind, protocol, _name, address in dict.fromkeys(addresses):
            one = socket.socket(family, kind, protocol)
            opened.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            for level, option, value in SOCKET_OPTIONS:
                # Connections inherit them: a client that vanished without a word is found out.
                with contextlib.suppress(OSError):
                    one.setsockopt(level, option, value)
            one.bind(address)
    except BaseException:
        for one in opened:
            one.close()
        raise
    return opened


def _unix_socket(path: str) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path).st_mode) and not _answers(path):
            # Left behind by one that was killed.
            os.unlink(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 & ~_MODE)
    try:
        opened.bind(path)
    except BaseException:
        opened.close()
        raise
    finally:
        os.umask(before)
    return opened


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(path) not in (errno.ECONNREFUSED, errno.ENOENT)


def _handed_over(which: str, environ: t.Mapping[str, str]) -> t.List[socket.socket]:
    """The sockets of ``fd://``: all; ``fd://NUMBER`` or ``fd://NAME`` is one, by descriptor or by its unit's name."""
    count = environ.get("LISTEN_FDS", "")
    if environ.get("LISTEN_PID") != str(os.getpid()) or not count.isdigit() or count == "0":
        raise InputError("--host: fd:// is for sockets that systemd hands over, and it has handed none to this process")
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    found = []
    for number in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + int(count)):
        position = number - _FIRST_DESCRIPTOR
        name = names[position] if position < len(names) else ""
        if which in ("", "*", str(number), name):
            os.set_inheritable(number, False)
            found.append(socket.socket(fileno=number))
    if not found:
        raise InputError(f"--host: systemd has handed over no socket fd://{which}")
    return found
