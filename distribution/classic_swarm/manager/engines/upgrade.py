# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine's side of a request that may become a raw stream."""

from __future__ import annotations

import asyncio
import typing as t
from dataclasses import dataclass

from ..._swarm.wire.response import ClosedEarlyError, NoHTTPError
from ..transport.pipe import Side

_END_OF_HEAD = b"\r\n\r\n"
_LARGEST_HEAD = 64 * 1024
#: Bytes of an answer that did not become a stream: an error, or nothing.
_LARGEST_BODY = 4 * 1024 * 1024
#: Seconds that an engine may take to notice that nobody listens any more.
_LINGER = 5.0

_RAW_TYPES = ("application/vnd.docker.raw-stream", "application/vnd.docker.multiplexed-stream")


@dataclass(frozen=True)
class Head:
    """The head of an answer. :ivar raw: its bytes, without the empty line. :ivar headers: names in lower case"""

    raw: bytes
    status: int
    reason: str
    headers: t.Mapping[str, str]

    @property
    def begins_stream(self) -> bool:
        """Whether what follows is raw: after 101; after 200 of the type of raw streams, and without a length.

        In every other case the connection goes on to speak HTTP: as a raw pipe it would carry a second request of the
        client to this engine unseen.
        """
        if self.status == 101:
            return True
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        framed = "content-length" in self.headers or "transfer-encoding" in self.headers
        return self.status == 200 and kind in _RAW_TYPES and not framed


class EngineSide(Side):
    """Reads the head of the answer by itself; what follows is as of any side."""

    def __init__(self) -> None:
        super().__init__(_LINGER)
        self.head: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        # Nobody may be waiting any more when the connection ends.
        self.head.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._begun = bytearray()
        self._news = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        """Bytes of the engine."""
        if not self.head.done():
            self._begun += data
            data = self._take_head()
        if data and self.head.done():
            super().data_received(data)
        self._news.set()

    def eof_received(self) -> bool:
        """The engine sends no more."""
        self._cut(ClosedEarlyError("the connection ended before the answer"))
        self._news.set()
        return super().eof_received()

    def connection_lost(self, error: t.Optional[Exception]) -> None:
        """The engine is gone."""
        self._cut(error or ClosedEarlyError("the connection ended before the answer"))
        self._news.set()
        super().connection_lost(error)

    async def body(self, head: Head) -> bytes:
        """The whole body of an answer that is no stream.

        :raises ClosedEarlyError: it ends too early
        :raises NoHTTPError: it is longer than what is read, or no HTTP
        """
        while True:
            self._news.clear()
            data, over = b"".join(self._early), self._ended or self.gone
            found = _unframe(data, head, over)
            if found is not None:
                return found
            if over:
                raise ClosedEarlyError("the connection ended before the answer was complete")
            if len(data) > _LARGEST_BODY:
                raise NoHTTPError("an answer that is too long")
            await self._news.wait()

    def _take_head(self) -> bytes:
        """Finish the head as soon as it is there. :returns: what came behind it"""
        while True:
            end = self._begun.find(_END_OF_HEAD)
            if end < 0:
                if len(self._begun) > _LARGEST_HEAD:
                    self._cut(NoHTTPError(repr(bytes(self._begun[:40]))))
                return b""
            raw, rest = bytes(self._begun[:end]), bytes(self._begun[end + len(_END_OF_HEAD) :])
            try:
                head = _parse_head(raw)
            except NoHTTPError as error:
                self._cut(error)
                return b""
            self._begun = bytearray(rest)
            if head.status == 101 or head.status >= 200:
                if not self.head.done():
                    self.head.set_result(head)
                return rest

    def _cut(self, error: Exception) -> None:
        if not self.head.done():
            self.head.set_exception(error)


def _parse_head(raw: bytes) -> Head:
    """:raises NoHTTPError: it is none"""
    first, *lines = raw.decode("latin-1").split("\r\n")
    version, _blank, rest = first.partition(" ")
    code, _blank, reason = rest.partition(" ")
    if not version.startswith("HTTP/1.") or not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise NoHTTPError(repr(raw[:40]))
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or "\n" in line or "\r" in line:
            raise NoHTTPError(repr(line[:40]))
        headers[name.lower()] = value.strip()
    return Head(raw, int(code), reason, headers)


def _unframe(data: bytes, head: Head, over: bool) -> t.Optional[bytes]:
    """The body in ``data``; None while it is not complete. :param over: no more comes"""
    if head.status in (204, 304):
        return b""
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        return _join_chunks(data)
    length = head.headers.get("content-length")
    if length is None:
        return data if over else None
    if not (length.isascii() and length.isdigit() and len(length) < 10):
        raise NoHTTPError(f"Content-Length: {length[:40]}")
    return data[: int(length)] if len(data) >= int(length) else None


def _join_chunks(data: bytes) -> t.Optional[bytes]:
    pieces: t.List[bytes] = []
    position = 0
    while True:
        end = data.find(b"\r\n", position)
        if end < 0:
            return None
        try:
            size = int(data[position:end].partition(b";")[0], 16)
        except ValueError:
            raise NoHTTPError(repr(data[position:end][:40])) from None
        if size <= 0:
            return b"".join(pieces)
        begin = end + 2
        if len(data) < begin + size + 2:
            return None
        pieces.append(data[begin : begin + size])
        position = begin + size + 2
