# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container printed, out of the engine's reply.

Without a terminal the engine sends frames: eight bytes, of which the first names the stream and the last four the
length, and the bytes themselves. With a terminal there is one stream, as it is.
"""

from __future__ import annotations

import typing as t

_HEADER = 8


def read_frames(content: bytes) -> bytes:
    """The bytes of both streams, in the order in which they came."""
    return b"".join(data for _stream, data in FrameReader().feed(content))


class FrameReader:
    """Takes frames apart as they arrive, in whatever pieces: what has come of a frame is given out at once."""

    def __init__(self) -> None:
        self._header = b""
        self._stream = 0
        self._left = 0

    @property
    def complete(self) -> bool:
        """Whether what was given out last ended its frame."""
        return not self._left

    def feed(self, data: bytes) -> t.Iterator[t.Tuple[int, bytes]]:
        """The number of the stream (1: standard output, 2: standard error) and its bytes, in their order."""
        while data:
            if not self._left:
                missing = _HEADER - len(self._header)
                self._header, data = self._header + data[:missing], data[missing:]
                if len(self._header) < _HEADER:
                    return
                self._stream, self._left = self._header[0], int.from_bytes(self._header[4:], "big")
                self._header = b""
                continue
            part, data = data[: self._left], data[self._left :]
            self._left -= len(part)
            yield self._stream, part
