# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on the loopback that answers as it is told and writes down what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: From a path to status and body; a body that is no text is sent as JSON.
Answer = Callable[[str], tuple[int, Any]]


class LoopbackServer:
    """address: host:port; asked: the paths, in their order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """Give host:port where nobody listens; the port is taken, so that nobody else gets it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@contextlib.contextmanager
def loopback_server(answer: Answer, headers: Mapping[str, str] | None = None) -> Iterator[LoopbackServer]:
    """Serve until the end of the context. headers: of every answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            status, body = answer(self.path)
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """The tests have no use for a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = LoopbackServer(f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
