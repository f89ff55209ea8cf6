# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one server may cost us, so that it harms nobody but itself; and how many connections this process may have."""

from __future__ import annotations

import resource

_MIB = 1024 * 1024

#: Bytes of one reply that is read as JSON. A list of 10,000 containers has about 20 MiB.
LARGEST_REPLY = 32 * _MIB
#: Bytes of all replies to questions that are asked together, such as the inspections of one engine's containers.
LARGEST_GROUP = 128 * _MIB
#: Bytes of one reply that is kept as it is: what a container has printed.
LARGEST_OUTPUT = 256 * _MIB
#: Bytes of a status line with its headers, and of what stands behind the last chunk.
LARGEST_HEAD = 64 * 1024
#: Bytes of the line before a chunk.
LARGEST_LINE = 1024
#: Chunks of one reply that is read as a whole. Engines send 2 KiB and more in each.
MOST_CHUNKS = 65_536
#: Interim answers (100 Continue and its like) before the answer.
MOST_INTERIM = 16
#: Bytes that are read from a socket at once.
PIECE = 65536
#: Pieces that are read before others have their turn and the deadline is looked at, however much is there.
PIECES_AT_ONCE = 8

#: What the rest of the process, and the libraries that it uses, may need.
_OTHERS = 64
_MOST = 8192


def _half_of_open_files() -> int:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _MOST if soft == resource.RLIM_INFINITY else min(soft, _MOST)
    return max(16, (allowed - _OTHERS) // 2)


#: Connections that are being used at one moment, and connections that are kept for later.
OPEN_AT_ONCE = KEPT = _half_of_open_files()

#: Threads that ask engines side by side. Each waits for its engine nearly all the time.
WORKERS = 32
