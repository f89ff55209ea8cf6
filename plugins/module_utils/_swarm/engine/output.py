# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container printed, out of the engine's reply.

Without a terminal the engine sends frames: eight bytes, of which the first names the stream and the last four the
length, and the bytes themselves. With a terminal there is one stream, as it is.
"""

from __future__ import annotations

_HEADER = 8


def read_frames(content: bytes) -> bytes:
    """The bytes of both streams, in the order in which they came."""
    parts, position = [], 0
    while position + _HEADER <= len(content):
        start = position + _HEADER
        position = start + int.from_bytes(content[start - 4 : start], "big")
        parts.append(content[start:position])
    return b"".join(parts)
