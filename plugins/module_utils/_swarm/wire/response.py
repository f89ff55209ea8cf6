# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""HTTP/1.1 responses, out of bytes as they arrive. Nothing is read here.

The standard library wants a socket that it may block on; and the lists of a thousand engines are worth a lean reader.
"""

from __future__ import annotations

import enum
import typing as t

from ..model.resources import format_size

#: Bytes of one reply that we are ready to hold; a list of 10,000 containers has about 20 MB.
LARGEST_REPLY = 256 * 1024 * 1024
#: The same for its status line and headers, and for the line before a chunk.
_LARGEST_HEAD = 64 * 1024
_LARGEST_LINE = 1024

_SWITCH = b"HTTP/1."
_LINE_END = b"\r\n"
_HEAD_END = b"\r\n\r\n"
_NO_BODY = (204, 304)


class _Step(enum.Enum):
    """What a stage of reading comes to: bytes are missing, the next stage follows, or the answer is complete."""

    MISSING = 0
    NEXT = 1
    COMPLETE = 2


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
    """Takes the bytes of one answer.

    :raises NoHTTPError: on feeding it what is no HTTP
    :raises ReplyTooLongError: on feeding it too much
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._position = 0
        self._received = 0
        self._status = 0
        self._headers: t.Dict[str, str] = {}
        self._old = False
        # a function, not a method: that would be a cycle, and readers would pile up while no collector runs
        self._stage: t.Callable[[ResponseReader], _Step] = ResponseReader._read_head
        self._parts: t.List[bytes] = []
        self._left = 0
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether the answer is there as a whole."""
        return self._complete

    @property
    def has_begun(self) -> bool:
        """Whether its status and headers are there."""
        return self._stage != ResponseReader._read_head

    def feed(self, data: bytes) -> bool:
        """Take what has arrived; whether the answer is complete."""
        self._received += len(data)
        if self._received > LARGEST_REPLY:
            raise ReplyTooLongError(format_size(LARGEST_REPLY))
        self._buffer += data
        step = _Step.NEXT
        while step is _Step.NEXT:
            step = self._stage(self)
        self._complete = step is _Step.COMPLETE
        return self._complete

    def end(self) -> None:
        """The server closed the connection.

        :raises ClosedEarlyError: the answer is not complete
        :raises NoHTTPError: what came is no beginning of an answer
        """
        if self._stage != ResponseReader._read_to_the_end:
            if self._stage == ResponseReader._read_head and not self._buffer.startswith(_SWITCH[: len(self._buffer)]):
                raise NoHTTPError(self._buffer[:64].decode("latin-1"))
            raise ClosedEarlyError("in mid-answer")
        self._parts.append(bytes(self._buffer[self._position :]))
        self._position = len(self._buffer)
        self._complete = True

    def response(self) -> Response:
        """The answer, once it is complete."""
        last = self._stage == ResponseReader._read_to_the_end or self._says_close()
        return Response(self._status, self._headers, b"".join(self._parts), last)

    def rest(self) -> bytes:
        """What has arrived behind the answer."""
        return bytes(self._buffer[self._position :])

    def _says_close(self) -> bool:
        said = self._headers.get("connection", "").lower()
        return "close" in said or (self._old and "keep-alive" not in said)

    # stages

    def _read_head(self) -> _Step:
        end = self._buffer.find(_HEAD_END)
        if not self._buffer.startswith(_SWITCH[: len(self._buffer)]):
            raise NoHTTPError(self._buffer[:64].decode("latin-1"))
        if end < 0:
            if len(self._buffer) > _LARGEST_HEAD:
                raise NoHTTPError("headers without end")
            return _Step.MISSING
        self._parse_head(self._buffer[:end].decode("latin-1"))
        self._position = end + len(_HEAD_END)
        if 100 <= self._status < 200:
            # "continue" and its like stand before the answer
            del self._buffer[: self._position]
            return _Step.NEXT
        self._stage = self._choose_stage()
        return _Step.NEXT

    def _parse_head(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        version, _space, rest = first.partition(" ")
        status = rest[:3]
        if not (status.isascii() and status.isdigit() and len(status) == 3):
            raise NoHTTPError(first[:64])
        self._status, self._old = int(status), version == "HTTP/1.0"
        self._headers = {}
        for line in lines:
            name, _colon, value = line.partition(":")
            self._headers[name.strip().lower()] = value.strip()

    def _choose_stage(self) -> t.Callable[[ResponseReader], _Step]:
        if self._status in _NO_BODY:
            return ResponseReader._read_length
        if "chunked" in self._headers.get("transfer-encoding", "").lower():
            return ResponseReader._read_size
        length = self._headers.get("content-length")
        if length is None:
            return ResponseReader._read_to_the_end
        if not (length.isascii() and length.isdigit()):
            raise NoHTTPError(f"Content-Length: {length[:64]}")
        self._left = int(length)
        return ResponseReader._read_length

    def _read_length(self) -> _Step:
        end = self._position + self._left
        if len(self._buffer) < end:
            return _Step.MISSING
        self._parts.append(bytes(self._buffer[self._position : end]))
        self._position = end
        return _Step.COMPLETE

    def _read_to_the_end(self) -> _Step:
        return _Step.MISSING

    def _read_size(self) -> _Step:
        line = self._take_line()
        if line is None:
            return _Step.MISSING
        try:
            self._left = int(line.partition(b";")[0], 16)
        except ValueError:
            self._left = -1
        if self._left < 0:
            raise NoHTTPError("a chunk without its size")
        self._stage = ResponseReader._read_chunk if self._left else ResponseReader._read_trailers
        return _Step.NEXT

    def _read_chunk(self) -> _Step:
        end = self._position + self._left
        if len(self._buffer) < end + len(_LINE_END):
            return _Step.MISSING
        self._parts.append(bytes(self._buffer[self._position : end]))
        self._position = end + len(_LINE_END)
        self._stage = ResponseReader._read_size
        return _Step.NEXT

    def _read_trailers(self) -> _Step:
        while True:
            line = self._take_line()
            if line is None:
                return _Step.MISSING
            if not line:
                return _Step.COMPLETE

    def _take_line(self) -> t.Optional[bytearray]:
        end = self._buffer.find(_LINE_END, self._position)
        if end < 0:
            if len(self._buffer) - self._position > _LARGEST_LINE:
                raise NoHTTPError("a line without end")
            return None
        line = self._buffer[self._position : end]
        self._position = end + len(_LINE_END)
        return line
