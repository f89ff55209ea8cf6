# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections to engines, either direction of which can be ended: over TCP, with TLS or without, and over sockets."""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

from ..._swarm.model.address import split_address
from ..._swarm.wire.dialling import SOCKET_OPTIONS, UNIX, host_of
from ..._swarm.wire.tls import EngineTLS
from ..._swarm.wire.tls_stream import TLSStream
from .tls_layer import TLSLayer


async def open_connection(
    address: str, tls: t.Optional[EngineTLS], protocol: asyncio.Protocol, handshake: float
) -> None:
    """Returns once ``protocol`` has its connection.

    :param handshake: seconds for TLS
    :raises OSError: nobody is reached, or the handshake failed
    """
    loop = asyncio.get_running_loop()
    if tls is None:
        await _connect(loop, address, lambda: protocol)
        return
    made: asyncio.Future[None] = loop.create_future()

    def failed(error: BaseException) -> None:
        if not made.done():
            made.set_exception(error)

    secured = _Announcing(protocol, made)
    stream = TLSStream(tls.context, tls.server_name(host_of(address)))
    transport = await _connect(loop, address, lambda: TLSLayer(stream, secured, handshake, failed))
    try:
        await made
    except BaseException:
        transport.abort()
        raise


async def _connect(
    loop: asyncio.AbstractEventLoop, address: str, factory: t.Callable[[], asyncio.Protocol]
) -> asyncio.Transport:
    if address.startswith(UNIX):
        transport, _protocol = await loop.create_unix_connection(factory, address[len(UNIX) :])
        return transport
    host, port = split_address(address)
    transport, _protocol = await loop.create_connection(factory, host, port)
    connected = transport.get_extra_info("socket")
    for level, option, value in SOCKET_OPTIONS:
        # A stream may be silent for days: let the kernel find out when the engine is gone.
        with contextlib.suppress(OSError):
            connected.setsockopt(level, option, value)
    return transport


class _Announcing(asyncio.Protocol):
    """Takes the secured connection, says so, and hands it to the protocol that it is for."""

    def __init__(self, protocol: asyncio.Protocol, made: asyncio.Future[None]) -> None:
        self._protocol = protocol
        self._made = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        t.cast(asyncio.Transport, transport).set_protocol(self._protocol)
        self._protocol.connection_made(transport)
        if not self._made.done():
            self._made.set_result(None)
