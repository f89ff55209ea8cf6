# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""TLS that can end one direction, for event loops: a protocol over plain TCP that is a transport for another protocol.

asyncio's own TLS cannot: what a peer sends behind our end is lost, and its own end (a bare close_notify, as standard
input of ``docker run -i`` ends) takes the other direction down. So servers and connections to engines that carry raw
streams stand on this:

    loop.create_server(lambda: TLSLayer(stream, protocol), ...)
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import typing as t

from ..._swarm.wire.tls_stream import Happened, TLSStream

#: Told why a connection came to nothing before its handshake was done.
OnFailure = t.Callable[[BaseException], None]


class TLSLayer(asyncio.Protocol):
    """One connection. ``protocol`` gets ``connection_made`` once the handshake is done.

    :param stream: this side of TLS, not used yet
    :param protocol: what speaks over it
    :param handshake: seconds for the handshake
    :param failed: called at most once, where the connection ends before its handshake is done
    """

    def __init__(
        self,
        stream: TLSStream,
        protocol: asyncio.BaseProtocol,
        handshake: float,
        failed: t.Optional[OnFailure] = None,
    ) -> None:
        self._stream = stream
        self._handshake = handshake
        self._failed = failed
        self._channel = _Channel(self, protocol)
        self._timer: t.Optional[asyncio.TimerHandle] = None
        self._made = False
        self._lost = False
        self.plain: t.Optional[asyncio.Transport] = None

    # the plain side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The plain connection is there."""
        self.plain = t.cast(asyncio.Transport, transport)
        self._timer = asyncio.get_running_loop().call_later(self._handshake, self._too_late)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Encrypted bytes."""
        try:
            events = self._stream.receive(data)
        except ssl.SSLError as error:
            self._break(error)
            return
        self._flush()
        self._tell(events)
        if self._stream.failure is not None:
            self._break(self._stream.failure)

    def eof_received(self) -> bool:
        """The peer's bytes have ended; ours may go on, as over plain TCP."""
        try:
            events = self._stream.receive_end()
        except ssl.SSLError as error:
            self._break(error)
            return False
        self._tell(events)
        return True

    def pause_writing(self) -> None:
        """The peer takes what we send too slowly."""
        self._channel.protocol.pause_writing()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._channel.protocol.resume_writing()

    def connection_lost(self, error: t.Optional[Exception]) -> None:
        """The plain connection is gone."""
        self._lost = True
        self._stop_timer()
        if self._made:
            self._channel.protocol.connection_lost(error)
        else:
            self._fail(error or ConnectionResetError("the connection ended in the TLS handshake"))

    # the secured side

    def send(self, data: t.Union[bytes, bytearray, memoryview]) -> None:
        """Encrypt, and send."""
        if self._lost:
            return
        try:
            self._stream.send(bytes(data))
        except ssl.SSLError as error:
            self._break(error)
            return
        self._flush()

    def end(self) -> None:
        """Say that we send no more."""
        if self._lost:
            return
        with contextlib.suppress(ssl.SSLError):
            self._stream.end()
        self._flush()

    def peer_certificate(self) -> t.Optional[t.Mapping[str, t.Any]]:
        """What the peer's certificate says, None where it has shown none."""
        return self._stream.peer_certificate()

    def _tell(self, events: t.Sequence[t.Union[bytes, Happened]]) -> None:
        for event in _joined(events):
            if event is Happened.HANDSHAKE:
                self._stop_timer()
                self._made = True
                self._channel.protocol.connection_made(self._channel)
            elif isinstance(event, bytes):
                self._channel.data_protocol.data_received(event)
            elif not self._channel.data_protocol.eof_received():
                self._channel.close()

    def _flush(self) -> None:
        outgoing = self._stream.outgoing()
        if outgoing and self.plain is not None and not self._lost:
            self.plain.write(outgoing)

    def _too_late(self) -> None:
        self._fail(asyncio.TimeoutError(f"no TLS handshake within {self._handshake:g} s"))
        if self.plain is not None:
            self.plain.abort()

    def _break(self, error: BaseException) -> None:
        # What is to be sent is the alert that tells the peer.
        self._flush()
        if not self._made:
            self._fail(error)
        if self.plain is not None:
            self.plain.close()

    def _fail(self, error: BaseException) -> None:
        self._stop_timer()
        failed, self._failed = self._failed, None
        if failed is not None:
            failed(error)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _joined(events: t.Sequence[t.Union[bytes, Happened]]) -> t.Iterator[t.Union[bytes, Happened]]:
    """The events, with data of several records as one: each piece that is passed on costs a call of the system."""
    pieces: t.List[bytes] = []
    for event in events:
        if isinstance(event, bytes):
            pieces.append(event)
            continue
        if pieces:
            yield b"".join(pieces)
            pieces.clear()
        yield event
    if pieces:
        yield pieces[0] if len(pieces) == 1 else b"".join(pieces)


class _Channel(asyncio.Transport):
    """The transport that the inner protocol is given."""

    def __init__(self, layer: TLSLayer, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self._layer = layer
        self.protocol = protocol
        self._ended = False
        self._closing = False

    @property
    def data_protocol(self) -> asyncio.Protocol:
        """The inner protocol, as one that takes bytes."""
        return t.cast(asyncio.Protocol, self.protocol)

    @property
    def _plain(self) -> asyncio.Transport:
        # There is no channel before there is a connection.
        return t.cast(asyncio.Transport, self._layer.plain)

    def get_extra_info(self, name: str, default: t.Any = None) -> t.Any:
        """As of the plain transport, and ``peercert``; ``sslcontext`` only says that this is secured."""
        if name == "peercert":
            return self._layer.peer_certificate()
        if name == "sslcontext":
            return True
        return self._plain.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Let another protocol speak from now on."""
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Which one speaks."""
        return self.protocol

    def write(self, data: t.Union[bytes, bytearray, memoryview]) -> None:
        """Send data; nothing behind ``write_eof`` or ``close``."""
        if not self._ended and not self._closing:
            self._layer.send(data)

    def writelines(self, list_of_data: t.Iterable[t.Union[bytes, bytearray, memoryview]]) -> None:
        """Send all of them."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """This is what it is for."""
        return True

    def write_eof(self) -> None:
        """Say that we send no more; what the peer sends still comes."""
        if not self._ended:
            self._ended = True
            self._layer.end()

    def close(self) -> None:
        """Say that we send no more, send what is waiting, and go."""
        if not self._closing:
            self.write_eof()
            self._closing = True
            self._plain.close()

    def abort(self) -> None:
        """Go at once."""
        self._closing = True
        self._plain.abort()

    def is_closing(self) -> bool:
        """Whether it is going or gone."""
        return self._closing or self._plain.is_closing()

    def pause_reading(self) -> None:
        """Let the peer wait."""
        if not self._plain.is_closing():
            self._plain.pause_reading()

    def resume_reading(self) -> None:
        """Take what it sends again."""
        if not self._plain.is_closing():
            self._plain.resume_reading()

    def is_reading(self) -> bool:
        """Whether the peer is not made to wait."""
        return self._plain.is_reading()

    def set_write_buffer_limits(self, high: t.Optional[int] = None, low: t.Optional[int] = None) -> None:
        """As of the plain transport."""
        self._plain.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        """Bytes that wait to be sent."""
        return self._plain.get_write_buffer_size()

    def get_write_buffer_limits(self) -> t.Tuple[int, int]:
        """As of the plain transport."""
        return self._plain.get_write_buffer_limits()
