# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A connected socket, plain or with TLS, as a channel of bytes with two directions that end by themselves.

Nothing here waits: what cannot be done now says so, and whoever drives the work waits for the socket (``drivers``).
One thread may send while another one receives.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import typing as t

from .drivers import READ, WRITE, Steps, Wait
from .limits import PIECE
from .response import ClosedEarlyError
from .tls_stream import Event, Happened, TLSStream

#: Bytes that are decrypted at once. OpenSSL keeps buffers of that size for each connection.
_TLS_PIECE = 16384
#: Bytes that are encrypted before they are sent. A record holds less, and a call to the system for each record takes
#: longer than encrypting it where many threads send at once.
_SENT_AT_ONCE = 131072


class PlainChannel:
    """Bytes as they are.

    :ivar source: what to wait for
    :ivar at_once: pieces received since others had their turn; kept by who receives
    """

    def __init__(self, connected: socket.socket) -> None:
        self.source = connected
        self.at_once = 0

    def receive_now(self) -> t.Optional[bytes]:
        """What has arrived, empty at its end, None where nothing has arrived yet.

        :raises OSError: the connection broke
        """
        try:
            return self.source.recv(PIECE)
        except BlockingIOError:
            return None

    def send_now(self, data: memoryview) -> int:
        """Send some of ``data``. :returns: how many bytes of it are taken care of

        :raises OSError: the connection broke
        """
        try:
            return self.source.send(data)
        except BlockingIOError:
            return 0

    def flush_now(self) -> bool:
        """Whether all that was taken care of is on its way."""
        return True

    def end_now(self) -> None:
        """Say that we send no more, once all has been flushed."""
        self.source.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close both directions at once."""
        self.source.close()


class TLSChannel:
    """Bytes through TLS. Its variables are those of ``PlainChannel``."""

    def __init__(self, connected: socket.socket, stream: TLSStream) -> None:
        self.source = connected
        self.at_once = 0
        self._stream = stream
        # encrypted, and not sent yet
        self._pending = b""
        self._arrived: t.List[bytes] = []
        self._over: t.Optional[Happened] = None
        self._lock = threading.Lock()

    def shake_hands(self) -> Steps[None]:
        """Be sure of the other side.

        :raises ssl.SSLError: and OSError
        """
        while not self._stream.handshaken:
            if not self.flush_now():
                yield Wait(self.source, WRITE)
                continue
            data = self._receive_some()
            if data is None:
                yield Wait(self.source, READ)
                continue
            self._note(self._decrypt(data))

    def receive_now(self) -> t.Optional[bytes]:
        """As that of ``PlainChannel``.

        :raises ssl.SSLError: what arrives is no TLS, or an alert
        :raises ClosedEarlyError: the other side's bytes ended without a word that this is all
        """
        while True:
            with self._lock:
                if self._arrived:
                    arrived, self._arrived = b"".join(self._arrived), []
                    return arrived
                if self._over is Happened.CUT:
                    raise ClosedEarlyError("without close_notify")
                if self._over is not None:
                    return b""
                if self._stream.failure is not None:
                    raise self._stream.failure
                data = self._receive_some()
                if data is None:
                    return None
                self._note(self._decrypt(data))

    def send_now(self, data: memoryview) -> int:
        """As that of ``PlainChannel``.

        :raises OSError: the connection broke; an ssl.SSLError where the other side said why
        """
        with self._lock:
            if not self._flush():
                return 0
            part = data[:_SENT_AT_ONCE]
            self._stream.send(part)
            self._flush()
            return len(part)

    def flush_now(self) -> bool:
        """Whether all that was taken care of is on its way."""
        with self._lock:
            return self._flush()

    def end_now(self) -> None:
        """Say that we send no more; flush afterwards."""
        with self._lock:
            self._stream.end()

    def close(self) -> None:
        """Close both directions at once."""
        self.source.close()

    def _flush(self) -> bool:
        pending = self._pending + self._stream.outgoing()
        try:
            while pending:
                pending = pending[self.source.send(pending) :]
        except BlockingIOError:
            pass
        except OSError:
            self._look_for_an_alert()
            raise
        finally:
            self._pending = pending
        return not pending

    def _look_for_an_alert(self) -> None:
        """Why the other side closed the connection while we were writing, if it said so.

        Under TLS 1.3 an engine refuses our certificate behind the handshake, when we are writing already. Its alert
        has arrived by then: a connection breaks in order.
        """
        while True:
            try:
                data = self.source.recv(_TLS_PIECE)
            except OSError:
                return
            if not data:
                return
            try:
                self._note(self._stream.receive(data))
            except ssl.SSLError:
                if self._arrived:
                    return  # an answer came before it, and says more
                raise

    def _receive_some(self) -> t.Optional[bytes]:
        try:
            return self.source.recv(_TLS_PIECE)
        except BlockingIOError:
            return None

    def _decrypt(self, data: bytes) -> t.List[Event]:
        try:
            events = self._stream.receive(data) if data else self._stream.receive_end()
        except ssl.SSLError:
            # the alert that tells the other side; what matters is why
            with contextlib.suppress(OSError):
                self.source.send(self._stream.outgoing())
            raise
        return events

    def _note(self, events: t.Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, bytes):
                self._arrived.append(event)
            elif event is not Happened.HANDSHAKE:
                self._over = event


Channel = t.Union[PlainChannel, TLSChannel]


def send(channel: Channel, data: bytes) -> Steps[None]:
    """Send all of it.

    :raises OSError: the connection broke
    """
    rest = memoryview(data)
    while rest:
        sent = channel.send_now(rest)
        rest = rest[sent:]
        if not sent:
            yield Wait(channel.source, WRITE)
    yield from flush(channel)


def flush(channel: Channel) -> Steps[None]:
    """Until all that was taken care of is on its way."""
    while not channel.flush_now():
        yield Wait(channel.source, WRITE)


def receive(channel: Channel) -> Steps[bytes]:
    """What arrives next; empty at the end.

    :raises OSError: the connection broke
    """
    while True:
        data = channel.receive_now()
        if data is not None:
            return data
        yield Wait(channel.source, READ)
