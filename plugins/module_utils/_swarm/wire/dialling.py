# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From an address to a channel: over TCP, over TCP and TLS, or over a socket of this machine. Work that waits."""

from __future__ import annotations

import errno
import os
import socket
import typing as t

from ..model.address import split_address
from .channel import Channel, PlainChannel, TLSChannel
from .drivers import WRITE, Steps, TimeIsUpError, Wait
from .resolving import Target, resolve
from .tls import EngineTLS
from .tls_stream import TLSStream

#: What an address begins with that is the path of a socket.
UNIX = "unix://"

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)

#: Waiting for a container's end is silent for as long as it runs: let the kernel find out when the engine is gone.
_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 30),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
)
#: Not every system knows every one of them by name.
SOCKET_OPTIONS = [(level, getattr(socket, name), value) for level, name, value in _OPTIONS if hasattr(socket, name)]


def dial(address: str, tls: t.Optional[EngineTLS]) -> Steps[Channel]:
    """A channel to ``address``: ``host:port``, or ``unix://`` and a path.

    :param tls: None for none
    :raises OSError: nobody is reached, or the handshake failed
    """
    if address.startswith(UNIX):
        connected = yield from _connect_to((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", address[len(UNIX) :]))
    else:
        host, port = split_address(address)
        connected = yield from _connect(host, port)
    if tls is None:
        return PlainChannel(connected)
    try:
        channel = TLSChannel(connected, TLSStream(tls.context, tls.server_name(host_of(address))))
        yield from channel.shake_hands()
    except BaseException:
        connected.close()
        raise
    return channel


def host_of(address: str) -> str:
    """The host in an address; a socket's is this machine."""
    return "localhost" if address.startswith(UNIX) else split_address(address)[0]


def host_header(address: str) -> str:
    """What a request names as its host."""
    if address.startswith(UNIX):
        return "localhost"
    host, port = split_address(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _connect(host: str, port: int) -> Steps[socket.socket]:
    """A connected socket: the addresses of ``host`` are tried in turn."""
    problem: t.Optional[OSError] = None
    for target in (yield from resolve(host, port)):
        try:
            return (yield from _connect_to(target))
        except TimeIsUpError:
            raise
        except OSError as error:
            problem = error
    raise problem or socket.gaierror(socket.EAI_NONAME, "no address")


def _connect_to(target: Target) -> Steps[socket.socket]:
    family, kind, protocol, _name, address = target
    candidate = socket.socket(family, kind, protocol)
    try:
        candidate.setblocking(False)
        if family != socket.AF_UNIX:
            for option in SOCKET_OPTIONS:
                candidate.setsockopt(*option)
        problem = candidate.connect_ex(address)
        if problem in _UNDER_WAY:
            yield Wait(candidate, WRITE)
            problem = candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem:
            raise OSError(problem, os.strerror(problem))
    except BaseException:
        candidate.close()
        raise
    return candidate
