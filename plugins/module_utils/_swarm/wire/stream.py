# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An answer that is taken in pieces, and a connection that has become a stream in both directions. Work that waits.

One piece is held at a time, however long the whole is.
"""

from __future__ import annotations

import contextlib
import socket
import typing as t

from ..errors import EngineError
from ..model.resources import format_size
from .channel import Channel, flush, send
from .drivers import READ, WRITE, Steps, Wait, alongside
from .limits import PIECES_AT_ONCE
from .response import Response, ResponseReader


class Stream:
    """The answer to a question that has begun to come. It owns its connection, which serves nothing else.

    One thread may send while another one receives.
    """

    def __init__(self, address: str, channel: Channel, reader: ResponseReader) -> None:
        self._address = address
        self._channel = channel
        self._reader = reader

    @property
    def status(self) -> int:
        """The answer's status."""
        return self._reader.status

    @property
    def headers(self) -> t.Mapping[str, str]:
        """The answer's headers, names in lower case."""
        return self._reader.headers

    @property
    def upgraded(self) -> bool:
        """Whether the engine agreed to a stream in both directions. Else this is an answer like any other."""
        return self._reader.upgraded

    def receive(self) -> Steps[bytes]:
        """The next piece, empty behind the last.

        :raises OSError: the connection broke, or ended before the answer was complete
        :raises NoHTTPError: what comes is no HTTP any more
        """
        while True:
            piece = self._reader.take()
            if piece or self._reader.complete:
                return piece
            yield from receive_some(self._channel, self._reader)

    def receive_all(self, largest: int) -> Steps[Response]:
        """All that still comes, as one answer.

        :param largest: bytes that we are ready to hold
        :raises EngineError: it is longer
        :raises OSError: and NoHTTPError as ``receive``
        """
        parts: t.List[bytes] = []
        held = 0
        while True:
            piece = yield from self.receive()
            if not piece:
                return Response(self.status, self.headers, b"".join(parts), True)
            parts.append(piece)
            held += len(piece)
            if held > largest:
                raise EngineError(self._address, f"{self._address} answers with more than {format_size(largest)}")

    def send(self, data: bytes) -> Steps[None]:
        """Send into the stream.

        :raises OSError: the connection broke
        """
        yield from send(self._channel, data)

    def end(self) -> Steps[None]:
        """Say that we send no more; what the other side sends still comes.

        :raises OSError: the connection broke
        """
        self._channel.end_now()
        yield from flush(self._channel)

    def exchange(self, pieces: t.Iterable[bytes], take: t.Callable[[bytes], None]) -> Steps[None]:
        """Send ``pieces`` and our end, and hand what comes meanwhile to ``take``, to the end of the other side.

        Both at once: a program that writes as it reads stops when nobody takes what it writes.

        :param pieces: asked for the next one while nothing is received; it should not keep us waiting
        :raises OSError: and NoHTTPError as ``receive``
        """
        yield from alongside(self._take_all(take), self._send_all(pieces))

    def close(self) -> None:
        """Close both directions at once, where nobody waits for them."""
        self._channel.close()

    def interrupt(self) -> None:
        """End both directions under those who wait for them; to be closed when they are gone."""
        with contextlib.suppress(OSError):
            self._channel.source.shutdown(socket.SHUT_RDWR)

    def _take_all(self, take: t.Callable[[bytes], None]) -> Steps[None]:
        while True:
            piece = yield from self.receive()
            if not piece:
                return
            take(piece)

    def _send_all(self, pieces: t.Iterable[bytes]) -> Steps[None]:
        try:
            for piece in pieces:
                yield from self.send(piece)
                yield Wait(self._channel.source, WRITE)
            yield from self.end()
        except (BrokenPipeError, ConnectionResetError):
            # nobody reads it any more; what was written before still comes, and says whether that is a failure
            return


def receive_some(channel: Channel, reader: ResponseReader) -> Steps[None]:
    """What arrives next, or the server's end of it. Others have their turn now and then, however much is there."""
    channel.at_once += 1
    if channel.at_once > PIECES_AT_ONCE:
        channel.at_once = 0
        # Not for the socket alone to be read: what ends the answer may be decrypted already.
        yield Wait(channel.source, READ | WRITE)
    while True:
        try:
            data = channel.receive_now()
        except ConnectionResetError:
            reader.end(in_order=False)
            return
        if data is not None:
            break
        channel.at_once = 0
        yield Wait(channel.source, READ)
    if data:
        reader.feed(data)
    else:
        reader.end()
