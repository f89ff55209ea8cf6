# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search that registries of version 1 have; the registry of the lab has none."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class SearchIndex:
    """Answers ``/v1/search`` at host and port as long as the ``with`` block lasts; whatever is searched for is found.

    address: host:port, as it stands before a term in ``docker search``.
    """

    def __init__(self, host: str, port: int) -> None:
        self.address = f"{host}:{port}"
        self._place = (host, port)
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> SearchIndex:
        self._server = ThreadingHTTPServer(self._place, _Search)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(5)


class _Search(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body: Any = {}
        if url.path == "/v1/search":
            query = parse_qs(url.query)
            found = [
                {
                    "name": f"team/web{each}",
                    "description": "A web",
                    "star_count": 9 - each,
                    "is_official": not each,
                }
                for each in range(int(query["n"][0]))
            ]
            body = {"num_results": len(found), "query": query["q"][0], "results": found}
        content = json.dumps(body).encode()
        self.send_response(200 if url.path in ("/v1/search", "/v1/_ping", "/v2/") else 404)
        self.send_header("Content-Length", str(len(content)))
        if url.path == "/v1/_ping":
            self.send_header("X-Docker-Registry-Version", "0.9")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: object) -> None:
        """Nothing is told: what is found is what counts."""
