# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""HTTP/1.1 responses, out of bytes as they arrive. Nothing is read here.

The standard library wants a socket that it may block on; and the lists of a thousand engines are worth a lean reader
(docs/design/engine.md has the figures).
"""

from __future__ import annotations

import functools
import re
import typing as t

from ..model.resources import format_size
from .limits import LARGEST_HEAD, LARGEST_LINE, LARGEST_REPLY, MOST_CHUNKS, MOST_INTERIM

_SWITCH = b"HTTP/1."
_LINE_END = b"\r\n"
_HEAD_END = b"\r\n\r\n"
_NO_BODY = (204, 304)
_SWITCHED = 101

#: Bytes of a chunk's line at most that are worth a look: sixteen digits hold any size.
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")

#: What an engine that does not answer 101 calls a connection that is a stream from now on.
RAW_STREAMS = ("application/vnd.docker.raw-stream", "application/vnd.docker.multiplexed-stream")


class NoHTTPError(Exception):
    """What arrives is no HTTP. The message is its beginning."""


class ClosedEarlyError(ConnectionError):
    """The server closed the connection before its answer was complete."""


class ReplyTooLongError(Exception):
    """The reply is longer than what we are ready to hold. The message is that size."""


class Response(t.NamedTuple):
    """One answer. :ivar headers: names in lower case. :ivar last: the server closes the connection behind it."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes
    last: bool


class ResponseReader:
    """Takes the bytes of one answer, and gives its body as a whole or in pieces.

    :param largest: bytes of a body that is kept until it is taken; None for the largest that may be JSON
    :param pieces: the body is taken as it arrives: chunks may be as small as they like
    :param upgrade: the connection may become a stream in both directions, if the server agrees
    :param bodiless: the answer to HEAD
    :raises NoHTTPError: on feeding it what is no HTTP
    :raises ReplyTooLongError: on feeding it too much
    """

    def __init__(
        self,
        largest: t.Optional[int] = None,
        pieces: bool = False,
        upgrade: bool = False,
        bodiless: bool = False,
    ) -> None:
        self._largest = LARGEST_REPLY if largest is None else largest
        self._in_pieces = pieces
        self._upgrade = upgrade
        self._bodiless = bodiless
        # bytes that are no part of the body yet, or stand behind the answer
        self._buffer = b""
        self._status = 0
        self._headers: t.Mapping[str, str] = {}
        self._old = False
        self._interim = 0
        # a function, not a method: that would be a cycle, and readers would pile up while no collector runs
        self._stage: t.Callable[[ResponseReader, bytes], bytes] = ResponseReader._read_head
        self._parts: t.List[bytes] = []
        self._kept = 0
        self._left = 0
        self._chunks = 0
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether the answer is there as a whole."""
        return self._complete

    @property
    def has_begun(self) -> bool:
        """Whether status and headers are there."""
        return self._stage is not ResponseReader._read_head

    @property
    def status(self) -> int:
        """The status, once the answer has begun."""
        return self._status

    @property
    def headers(self) -> t.Mapping[str, str]:
        """The headers, names in lower case, once the answer has begun."""
        return self._headers

    @property
    def upgraded(self) -> bool:
        """Whether the connection is a stream in both directions from now on."""
        return self._stage is ResponseReader._read_stream

    @property
    def last(self) -> bool:
        """Whether the server closes the connection behind this answer."""
        if self._stage in (ResponseReader._read_to_the_end, ResponseReader._read_stream):
            return True
        said = self._headers.get("connection", "").lower()
        return "close" in said or (self._old and "keep-alive" not in said)

    def feed(self, data: bytes) -> bool:
        """Take what has arrived. :returns: whether the answer is complete"""
        if self._buffer:
            data, self._buffer = self._buffer + data, b""
        self._buffer = data if self._complete else self._stage(self, data)
        return self._complete

    def end(self, in_order: bool = True) -> None:
        """The server closed the connection.

        :param in_order: False where it broke: an answer of unknown length may be cut off then; a refusal is good enough
        :raises ClosedEarlyError: the answer is not complete
        :raises NoHTTPError: what came is no beginning of an answer
        """
        if self._complete:
            return
        ends_so = self._stage in (ResponseReader._read_to_the_end, ResponseReader._read_stream)
        if ends_so and (in_order or self._status >= 400):
            self._complete = True
            return
        if not self.has_begun and not self._buffer.startswith(_SWITCH[: len(self._buffer)]):
            raise NoHTTPError(self._buffer[:64].decode("latin-1"))
        raise ClosedEarlyError("in mid-answer")

    def take(self) -> bytes:
        """The part of the body that has arrived and was not taken."""
        taken = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._kept = [], 0
        return taken

    def response(self) -> Response:
        """The answer, once it is complete."""
        return Response(self._status, self._headers, b"".join(self._parts), self.last)

    def rest(self) -> bytes:
        """What has arrived behind the answer."""
        return self._buffer

    # Each stage takes what has arrived, and gives back what it could not use yet.

    def _read_head(self, data: bytes) -> bytes:
        while True:
            if not data.startswith(_SWITCH[: len(data)]):
                raise NoHTTPError(data[:64].decode("latin-1"))
            end = data.find(_HEAD_END)
            if end > LARGEST_HEAD or (end < 0 and len(data) > LARGEST_HEAD):
                raise NoHTTPError("headers without end")
            if end < 0:
                return data
            self._status, self._old, self._headers = _parse_head(data[:end])
            data = data[end + len(_HEAD_END) :]
            if not 100 <= self._status < 200 or (self._status == _SWITCHED and self._upgrade):
                break
            # "continue" and its like stand before the answer
            self._interim += 1
            if self._interim > MOST_INTERIM or self._status == _SWITCHED:
                raise NoHTTPError("interim answers without an answer")
        self._stage = self._choose_stage()
        return self._stage(self, data)

    def _choose_stage(self) -> t.Callable[[ResponseReader, bytes], bytes]:
        if self._status == _SWITCHED:
            return ResponseReader._read_stream
        if self._bodiless or self._status in _NO_BODY:
            return ResponseReader._read_length
        if "chunked" in self._headers.get("transfer-encoding", "").lower():
            return ResponseReader._read_chunks
        length = self._headers.get("content-length")
        if length is None:
            kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
            if self._upgrade and self._status == 200 and kind in RAW_STREAMS:
                return ResponseReader._read_stream
            return ResponseReader._read_to_the_end
        if not (length.isascii() and length.isdigit() and len(length) <= 16):
            raise NoHTTPError(f"Content-Length: {length[:64]}")
        self._left = int(length)
        if self._left > self._largest and not self._in_pieces:
            raise ReplyTooLongError(format_size(self._largest))
        return ResponseReader._read_length

    def _keep(self, part: bytes) -> None:
        if part:
            self._parts.append(part)
            self._kept += len(part)
            if self._kept > self._largest:
                raise ReplyTooLongError(format_size(self._largest))

    def _read_length(self, data: bytes) -> bytes:
        rest = b""
        if len(data) > self._left:
            data, rest = data[: self._left], data[self._left :]
        self._left -= len(data)
        self._keep(data)
        self._complete = not self._left
        return rest

    def _read_to_the_end(self, data: bytes) -> bytes:
        self._keep(data)
        return b""

    def _read_stream(self, data: bytes) -> bytes:
        self._keep(data)
        return b""

    def _read_chunks(self, data: bytes) -> bytes:
        position, size = 0, len(data)
        while True:
            if self._left:
                # what is left of a chunk and the line end behind it, as far as they are here
                part = data[position : position + self._left - len(_LINE_END)] if self._left > 2 else b""
                if part:
                    self._keep(part)
                step = min(self._left, size - position)
                self._left -= step
                position += step
                if self._left:
                    return b""
            end = data.find(_LINE_END, position)
            if end < 0 or end - position > LARGEST_LINE:
                if end >= 0 or size - position > LARGEST_LINE:
                    raise NoHTTPError("a line without end")
                return data[position:]
            self._left = self._chunk_size(data[position:end])
            position = end + len(_LINE_END)
            if not self._left:
                self._stage = ResponseReader._read_trailers
                return self._read_trailers(data[position:])
            self._left += len(_LINE_END)

    def _chunk_size(self, line: bytes) -> int:
        match = _SIZE.fullmatch(line.partition(b";")[0].strip())
        if match is None:
            raise NoHTTPError("a chunk without its size")
        self._chunks += 1
        if self._chunks > MOST_CHUNKS and not self._in_pieces:
            raise NoHTTPError("a reply in chunks of a few bytes")
        return int(match[0], 16)

    def _read_trailers(self, data: bytes) -> bytes:
        if not data.startswith(_LINE_END):
            end = data.find(_HEAD_END)
            if end < 0:
                if len(data) > LARGEST_HEAD:
                    raise NoHTTPError("trailers without end")
                return data
            data = data[end + len(_LINE_END) :]
        self._complete = True
        return data[len(_LINE_END) :]


# An engine that is asked about fifty containers begins all answers of one second alike.
@functools.lru_cache(maxsize=64)
def _parse_head(head: bytes) -> t.Tuple[int, bool, t.Mapping[str, str]]:
    """The status, whether it is HTTP/1.0, and the headers with their names in lower case; nobody changes these.

    :raises NoHTTPError: there is no status
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _space, rest = first.partition(" ")
    status = rest[:3]
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise NoHTTPError(first[:64])
    headers = {}
    for line in lines:
        name, _colon, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(status), version == "HTTP/1.0", headers
