# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that a server can do for a list: python -m tests.benchmark.endpoint_floor HOST:PORT FILE.

Every request is answered with the file's bytes, which it holds in memory and hands to the kernel as they are. Runs
until it is ended.
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

_QUESTION = 64 * 1024


def _answer(connection: socket.socket, answer: bytes) -> None:
    """Until the client is gone."""
    with connection:
        while connection.recv(_QUESTION):
            connection.sendall(answer)


def main() -> int:
    """Serve."""
    host, _colon, port = sys.argv[1].rpartition(":")
    content = Path(sys.argv[2]).read_bytes()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
    with socket.create_server((host, int(port))) as listening:
        print("serving", flush=True)
        while True:
            connection, _address = listening.accept()
            threading.Thread(target=_answer, args=(connection, head + content), daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
