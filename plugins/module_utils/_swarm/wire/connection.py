# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One HTTP connection to one engine, as work that waits for its socket (see ``drivers``).

A time-out on a socket starts anew with every byte that arrives, so a server that trickles bytes could hold it for ever.
Here nothing blocks; whoever drives the work ends it at its deadline, and the work looks up often enough to be ended.
"""

from __future__ import annotations

import ssl
import typing as t

from ..errors import EngineError
from ..model.resources import format_size
from .channel import Channel, send
from .dialling import dial, host_header
from .drivers import READ, WRITE, Steps, Wait
from .limits import LARGEST_GROUP, PIECES_AT_ONCE
from .request import Body, Carried, Headers, request_head
from .response import ReplyTooLongError, Response, ResponseReader
from .stream import Stream, receive_some
from .tls import EngineTLS

#: Questions sent together. They must find room on the way while the engine is busy with its answers to the first.
_GROUP = 32

#: Bytes of what came with earlier answers that the reader of one answer gets at once: it copies what it leaves over.
_SLICE = 4096


class EngineConnection:
    """Asks one engine, over a connection that is opened on the first question and kept.

    :param address: ``host:port``, or ``unix://`` with the path of a socket
    :param tls: None for plain HTTP
    """

    def __init__(self, address: str, tls: t.Optional[EngineTLS]) -> None:
        self._address = address
        self._tls = tls
        self._channel: t.Optional[Channel] = None

    @property
    def closed(self) -> bool:
        """Whether a further question needs a new connection, as far as we know."""
        return self._channel is None

    @property
    def is_open(self) -> bool:
        """Whether a further question needs no new connection. False where the engine closed it meanwhile."""
        if self._channel is None:
            return False
        try:
            # its end, or something that nobody asked for, is no silence
            return self._channel.receive_now() is None
        except OSError:
            return False

    def open(self) -> Steps[Channel]:
        """Be connected, and sure of the other side.

        :raises OSError: not reached, not in time, the handshake failed
        """
        if self._channel is None or not self.is_open:
            self.close()
            self._channel = yield from dial(self._address, self._tls)
        return self._channel

    def ask(
        self,
        method: str,
        target: str,
        body: Carried = None,
        headers: t.Optional[Headers] = None,
        largest: t.Optional[int] = None,
    ) -> Steps[Response]:
        """Ask one question.

        :param target: path and query
        :param body: JSON, or pieces
        :param headers: beside those that every question has
        :param largest: bytes of an answer that we are ready to hold; None for the largest that may be JSON
        :raises OSError: not reached, not in time, the connection broke
        :raises NoHTTPError: what answers is no HTTP server
        :raises EngineError: the answer is longer than we are ready to hold
        """
        reader = ResponseReader(largest, bodiless=method == "HEAD")
        try:
            channel = yield from self._begin(method, target, body, headers, reader)
            while not reader.complete:
                yield from receive_some(channel, reader)
        except ReplyTooLongError as error:
            self.close()
            path = target.partition("?")[0]
            raise EngineError(self._address, f"{self._address} answers {path} with more than {error}") from error
        except BaseException:
            self.close()
            raise
        self._close_behind(reader)
        return reader.response()

    def get_all(self, targets: t.Sequence[str]) -> Steps[t.List[Response]]:
        """Ask many questions that change nothing. They are sent in groups, and not one by one behind each answer.

        :raises: as ``ask``
        """
        responses: t.List[Response] = []
        while len(responses) < len(targets):
            begin = len(responses)
            try:
                yield from self._get_group(targets[begin : begin + _GROUP], responses)
            except ReplyTooLongError as error:
                raise EngineError(self._address, f"{self._address} answers with more than {error}") from error
            except (ConnectionError, ssl.SSLEOFError):
                # an engine may close a connection whenever it has answered; what it left open is asked again
                if len(responses) == begin:
                    raise
        return responses

    def _get_group(self, targets: t.Sequence[str], responses: t.List[Response]) -> Steps[None]:
        """Add the answers to as many as the engine answers over one connection."""
        host = host_header(self._address)
        questions = b"".join(request_head(host, "GET", target, None, None) for target in targets)
        held = sum(len(response.body) for response in responses)
        rest, position = b"", 0
        try:
            channel = yield from self.open()
            yield from send(channel, questions)
            for _target in targets:
                reader = ResponseReader()
                while not reader.complete:
                    if position < len(rest):
                        reader.feed(rest[position : position + _SLICE])
                        position = min(position + _SLICE, len(rest))
                    else:
                        rest, position = b"", 0
                        yield from receive_some(channel, reader)
                responses.append(reader.response())
                held += len(responses[-1].body)
                if held > LARGEST_GROUP:
                    raise ReplyTooLongError(format_size(LARGEST_GROUP))
                if rest:
                    position -= len(reader.rest())
                else:
                    rest = reader.rest()
                if reader.last:
                    break
        except BaseException:
            self.close()
            raise
        self._close_behind(reader)

    def begin(
        self,
        method: str,
        target: str,
        body: Carried = None,
        headers: t.Optional[Headers] = None,
        upgrade: bool = False,
    ) -> Steps[Stream]:
        """Ask what is answered later, or in pieces, and wait until the answer has begun: the question is taken then.

        :param upgrade: ask for a stream in both directions
        :returns: it owns the connection from now on; a further question opens another one
        :raises OSError: and NoHTTPError as ``ask``
        """
        wanted = {"Connection": "Upgrade", "Upgrade": "tcp", **(headers or {})} if upgrade else headers
        reader = ResponseReader(pieces=True, upgrade=upgrade, bodiless=method == "HEAD")
        try:
            channel = yield from self._begin(method, target, body, wanted, reader)
            while not reader.has_begun:
                yield from receive_some(channel, reader)
        except BaseException:
            self.close()
            raise
        self._channel = None
        return Stream(self._address, channel, reader)

    def close(self) -> None:
        """Close the connection; a further question opens it again."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _begin(
        self, method: str, target: str, body: Carried, headers: t.Optional[Headers], reader: ResponseReader
    ) -> Steps[Channel]:
        """Send a question; ``reader`` may have got the answer by then."""
        head = request_head(host_header(self._address), method, target, body, headers)
        channel = yield from self.open()
        try:
            if isinstance(body, Body):
                yield from send(channel, head)
                yield from _send_pieces(channel, body, reader)
            else:
                yield from send(channel, head + body if body else head)
        except (BrokenPipeError, ConnectionResetError):
            _hear_last_words(channel, reader)
            if not reader.has_begun:
                raise
        return channel

    def _close_behind(self, reader: ResponseReader) -> None:
        if reader.last or reader.rest():
            self.close()


def _send_pieces(channel: Channel, body: Body, reader: ResponseReader) -> Steps[None]:
    """Send a body, unless the answer comes before its end: then it is a refusal, and nobody reads the rest."""
    sent_at_once = 0
    for piece in body.framed():
        rest = memoryview(piece)
        while rest or not channel.flush_now():
            data = channel.receive_now()
            if data is not None:
                _feed(reader, data)
                if reader.has_begun:
                    return
            sent = channel.send_now(rest) if rest else 0
            rest = rest[sent:]
            sent_at_once += 1
            if not sent or sent_at_once >= PIECES_AT_ONCE:
                sent_at_once = 0
                yield Wait(channel.source, READ | WRITE)


def _hear_last_words(channel: Channel, reader: ResponseReader) -> None:
    """What an engine said before it hung up while we were still asking: it had arrived before we noticed."""
    while True:
        try:
            data = channel.receive_now()
        except ssl.SSLError:
            raise
        except OSError:
            return
        if data is None:
            return
        _feed(reader, data)
        if not data:
            return


def _feed(reader: ResponseReader, data: bytes) -> None:
    if data:
        reader.feed(data)
    else:
        reader.end()
