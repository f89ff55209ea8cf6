# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One connection of a client: aiohttp's, which can be taken over whole, and whose errors are JSON."""

from __future__ import annotations

import asyncio
import json
import re
import typing as t

from aiohttp import web

_END_OF_HEAD = b"\r\n\r\n"
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
#: Bytes that a client may send ahead of the answer to its upgrade before it is made to wait.
_MOST_EARLY = 64 * 1024


class Connection(web.RequestHandler):
    """aiohttp's, with some additions.

    What a client sends behind a request for an upgrade is held back: it is for the other side of the upgrade, and no
    further request. Where no answer could be made, a JSON error is. Who asks nothing is sent away.

    :param patience: seconds until the head of the first request must be there
    :param welcome: False to end the connection at once: there are as many as may be
    """

    __slots__ = ("_early", "_ended", "_first", "_held", "_left", "_patience", "_welcome")

    def __init__(
        self,
        server: web.Server,
        patience: float,
        welcome: bool = True,
        **options: t.Any,
    ) -> None:
        super().__init__(server, **options)
        self._patience = patience
        self._welcome = welcome
        self._first: t.Optional[asyncio.TimerHandle] = None
        #: Bytes of the body that are to come of a request for an upgrade; None where none is under way.
        self._left: t.Optional[int] = None
        self._early = bytearray()
        self._held = False
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there; it has some time to ask."""
        super().connection_made(transport)
        if not self._welcome and self.transport is not None:
            self.transport.abort()
        self._first = self._loop.call_later(self._patience, self._nothing_asked)

    def _nothing_asked(self) -> None:
        if self._request_count == 0 and self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: t.Optional[BaseException]) -> None:
        """The client is gone."""
        if self._first is not None:
            self._first.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        if self._left is None and not self.busy:
            self._left = _length_of_upgrade(data)
        if self._left is None:
            super().data_received(data)
            return
        now, early = data[: self._left], data[self._left :]
        self._left -= len(now)
        if now:
            super().data_received(now)
        self._early += early
        if len(self._early) > _MOST_EARLY and not self._held and self.transport is not None:
            self._held = True
            self.transport.pause_reading()

    # aiohttp's answers nothing, which ends the connection; asyncio takes an answer.
    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more. Behind a request for an upgrade that is the end of the other side's input."""
        super().eof_received()
        self._ended = True
        return self._left is not None

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._current_request is not None or bool(self._messages)

    def take_over(self, protocol: asyncio.Protocol) -> t.Tuple[asyncio.Transport, bytes, bool]:
        """Hand the connection to another protocol. It must call ``released`` when the connection is lost.

        :returns: the transport, what the client has sent already, and whether it sends no more
        :raises ConnectionResetError: the client is gone
        """
        transport = self.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client is gone")
        transport.set_protocol(protocol)
        transport.resume_reading()
        early, self._early = bytes(self._early), bytearray()
        return transport, early, self._ended

    def released(self, error: t.Optional[BaseException]) -> None:
        """The connection that was handed over is lost."""
        self.connection_lost(error)

    async def finish_response(
        self, request: web.BaseRequest, response: web.StreamResponse, start_time: t.Optional[float]
    ) -> t.Tuple[web.StreamResponse, bool]:
        """As aiohttp's; an upgrade that was not granted ends the connection, with what was sent for its other side."""
        if self._left is not None:
            response.force_close()
        return await super().finish_response(request, response, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: t.Optional[BaseException] = None,
        message: t.Optional[str] = None,
    ) -> web.StreamResponse:
        """What cannot be read as a request is refused in one sentence."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        words = "bad request" if status < 500 else "internal error; the manager's log says more"
        first_line = (message or "").strip().split("\n")[0].rstrip(":")
        if status < 500 and first_line:
            words = f"bad request: {first_line}"
        response = web.Response(
            status=status, body=json.dumps({"message": words}).encode() + b"\n", content_type="application/json"
        )
        response.force_close()
        return response


def _length_of_upgrade(data: bytes) -> t.Optional[int]:
    """Bytes of the request for an upgrade that begins ``data``; None where it is no such request.

    One whose head comes in pieces, or whose body comes in chunks, is served as well, only nothing is held back.
    """
    end = data.find(_END_OF_HEAD)
    if end < 0:
        return None
    head = data[: end + 2]
    if not _UPGRADE.search(head) or _CHUNKED.search(head):
        return None
    length = _LENGTH.search(head)
    return end + len(_END_OF_HEAD) + (int(length[1]) if length else 0)
