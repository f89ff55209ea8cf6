# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""TLS as a machine: bytes in, bytes out, and what happened. It touches no socket, so it serves threads and event loops.

The standard library's TLS over sockets and over event loops cannot end one direction and go on in the other: what a
peer sends behind our end, or we behind its, is lost. A program whose standard input ends needs just that.
"""

from __future__ import annotations

import contextlib
import enum
import ssl
import typing as t

#: Bytes that one TLS record holds at most.
_RECORD = 16384


class Happened(enum.Enum):
    """What happened besides data."""

    #: The handshake is done; certificates have been checked.
    HANDSHAKE = "handshake"
    #: The peer sends no more, and says so. We may go on sending.
    CLOSE_NOTIFY = "close_notify"
    #: The peer's bytes ended and it did not say so: what came may be cut off.
    CUT = "cut"


#: Decrypted bytes, or what else happened.
Event = t.Union[bytes, Happened]


class TLSStream:
    """One side of one TLS connection. Not to be shared by threads without a lock.

    Whatever is called, ``outgoing`` may have something to send afterwards; also where an error was raised, as that is
    the alert that tells the peer.

    :param server_hostname: what the peer's certificate must be for; None on the server's side
    :raises ValueError: ``server_hostname`` cannot be the name of a host
    """

    def __init__(
        self, context: ssl.SSLContext, server_hostname: t.Optional[str] = None, server_side: bool = False
    ) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_side, server_hostname)
        self._handshaken = False
        self._over: t.Optional[Happened] = None
        self._ended = False
        #: What went wrong behind data that has been given out; raised by the next call for more.
        self.failure: t.Optional[ssl.SSLError] = None
        if not server_side:
            self._shake_hands()

    @property
    def handshaken(self) -> bool:
        """Whether data can be sent."""
        return self._handshaken

    def receive(self, data: bytes) -> t.List[Event]:
        """Take what came from the peer; all that can be decrypted comes out at once.

        :raises ssl.SSLError: the handshake failed, the peer ended it by an alert, or it sends something else than TLS
        """
        self._raise_failure()
        if self._over is not None:
            return []
        self._incoming.write(data)
        events: t.List[Event] = []
        if not self._handshaken:
            if not self._shake_hands():
                return events
            events.append(Happened.HANDSHAKE)
        self._read(events)
        return events

    def receive_end(self) -> t.List[Event]:
        """The peer's bytes have ended.

        :raises ssl.SSLEOFError: in the middle of the handshake
        """
        self._raise_failure()
        if self._over is not None:
            return []
        if not self._handshaken:
            # Python 3.9 would not say that it was the end, and OpenSSL has nothing to add.
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "the connection ended in the TLS handshake")
        self._over = Happened.CUT
        return [Happened.CUT]

    def send(self, data: t.Union[bytes, memoryview]) -> None:
        """Encrypt data into ``outgoing``. Once the handshake is done, and before ``end``.

        :raises ssl.SSLError: the connection has failed before
        """
        rest = memoryview(data)
        while rest:
            rest = rest[self._object.write(rest) :]

    def end(self) -> None:
        """Say that we send no more. What the peer sends still comes out of ``receive``."""
        if self._ended:
            return
        self._ended = True
        # By now all that came has been read out: with data unread this would raise, and lose it.
        # It wants to read where our word is said and the peer has not said the same yet.
        with contextlib.suppress(ssl.SSLWantReadError):
            self._object.unwrap()

    def outgoing(self) -> bytes:
        """What is to be sent to the peer now; it is not given again."""
        return self._outgoing.read()

    def peer_certificate(self) -> t.Optional[t.Mapping[str, t.Any]]:
        """What the peer's certificate says, as ``ssl.SSLObject.getpeercert`` tells it; None where it has shown none."""
        return self._object.getpeercert() or None if self._handshaken else None

    def _shake_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self._handshaken = True
        return True

    def _raise_failure(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _read(self, events: t.List[Event]) -> None:
        # An attempt in vain raises, and that takes as long as decrypting a page.
        while self._incoming.pending or self._object.pending():
            try:
                data = self._object.read(_RECORD)
            except ssl.SSLWantReadError:
                return
            except ssl.SSLZeroReturnError:
                data = b""
            except ssl.SSLError as error:
                self.failure = error
                if not events:
                    raise
                return
            if not data:
                self._over = Happened.CLOSE_NOTIFY
                events.append(Happened.CLOSE_NOTIFY)
                return
            events.append(data)
