# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine by script: an HTTP server on loopback that answers what a test tells it to, for what no real engine does.

    with EngineDouble({"GET /info": Reply(json={"Name": "node-1"})}) as engine:
        engine.address            # 127.0.0.1:PORT
        engine.questions          # what it was asked, in order

Paths are looked up without query and without version. What is not in the script gets 404, as on an engine.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import typing as t
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

API_VERSION = "1.41"


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    json: the body, unless `body` is given. raw: bytes sent in place of a whole HTTP answer, after which the server
    hangs up. delay: seconds before the answer. trickle: seconds between the single bytes of the body.
    api_version: the header, None for none.
    """

    json: t.Any = None
    status: int = 200
    body: bytes | None = None
    raw: bytes | None = None
    delay: float = 0.0
    trickle: float = 0.0
    api_version: str | None = API_VERSION
    headers: t.Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        return json.dumps(self.json).encode() if self.body is None else self.body


@dataclass(frozen=True)
class Question:
    """What the double was asked."""

    method: str
    path: str
    version: str
    query: t.Mapping[str, t.Sequence[str]]
    headers: t.Mapping[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


#: Several replies to one question are given one after another; the last one stays.
Script = t.Mapping[str, t.Union[Reply, t.Sequence[Reply]]]


def engine_script(
    info: t.Mapping[str, t.Any] | None = None,
    containers: t.Sequence[t.Mapping[str, t.Any]] = (),
    api_version: str = API_VERSION,
    oldest: str = "1.12",
) -> dict[str, Reply]:
    """A sane engine, to be changed by the test."""
    facts = {"ID": "AAAA:BBBB", "Name": "node-1", "NCPU": 2, "MemTotal": 4 << 30, "ServerVersion": "20.10.24"}
    return {
        "GET /info": Reply({**facts, **(info or {})}, api_version=api_version),
        "GET /containers/json": Reply(list(containers), api_version=api_version),
        "GET /version": Reply({"ApiVersion": api_version, "MinAPIVersion": oldest}, api_version=api_version),
    }


class EngineDouble:
    """Answers by `script` until the end of the `with` block. `tls`: the server's context, None for plain HTTP."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script = {asked: [replies] if isinstance(replies, Reply) else list(replies)
                       for asked, replies in script.items()}  # fmt: skip
        self.questions: list[Question] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        return [str(question) for question in self.questions]

    def reply_to(self, question: Question) -> Reply:
        self.questions.append(question)
        replies = self.script.get(str(question))
        if not replies:
            return Reply({"message": f"page not found: {question.path}"}, status=404)
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def __enter__(self) -> EngineDouble:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, double: EngineDouble, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double
        self.tls = tls

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """A client that hangs up is part of many a test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        self.server.double.connections += 1
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def _answer(self) -> None:
        double = self.server.double
        reply = double.reply_to(self._question())
        if double.stopping.wait(reply.delay):
            self.close_connection = True
            return
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        body = reply.content()
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(body)))
        if reply.api_version is not None:
            self.send_header("Api-Version", reply.api_version)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not reply.trickle:
            self.wfile.write(body)
            return
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            if double.stopping.wait(reply.trickle):
                self.close_connection = True
                return

    do_GET = do_POST = do_DELETE = _answer

    def _question(self) -> Question:
        url = urlsplit(self.path)
        version = re.match(r"/v(\d+\.\d+)(?=/)", url.path)
        path = url.path[version.end() :] if version else url.path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = parse_qs(url.query, keep_blank_values=True)
        return Question(self.command, path, version[1] if version else "", query, dict(self.headers), body)

    def log_message(self, format: str, *values: object) -> None:
        """Tests look at `questions`."""
