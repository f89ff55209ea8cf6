# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run by a Python that has nothing but itself: a command's input ends over TLS, and its answer still comes.

half_close.py COLLECTIONS ADDRESS CONTAINER CA CERT KEY: prints size and checksum of what came, and how it ended.
"""

from __future__ import annotations

import hashlib
import sys

sys.path.insert(0, sys.argv[1])

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import exec
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.output import FrameReader
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    EngineSettings,
    TLSSettings,
)

#: 8 MiB of which no two pieces are alike; the command answers only once it has read all.
PIECE = 64 * 1024
PIECES = 128


def main() -> None:
    _collections, address, container, ca_path, cert, key = sys.argv[1:]
    client = EngineClient(address, EngineSettings(TLSSettings(True, True, ca_path, cert, key)))
    words = ["sh", "-c", "cat > /tmp/all; cat /tmp/all; echo done >&2"]
    body = {"AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Cmd": words}
    identity = client.send(exec.create(container, body))
    came, size, frames, said = hashlib.sha256(), 0, FrameReader(), b""

    def take(piece: bytes) -> None:
        nonlocal size, said
        for stream, data in frames.feed(piece):
            if stream == 1:
                came.update(data)
                size += len(data)
            else:
                said += data

    with client.upgrade(exec.start(identity), idle=60.0) as stream:
        stream.exchange((number.to_bytes(4, "big") * (PIECE // 4) for number in range(PIECES)), take)
    print(size, came.hexdigest(), said.decode().strip(), client.send(exec.inspect(identity))["ExitCode"])


main()
