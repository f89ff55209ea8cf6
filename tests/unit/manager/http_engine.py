# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine that answers HTTP as a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import typing as t
from dataclasses import dataclass

from tests.unit.stream_server import Connection, StreamServer


@dataclass
class Asked:
    """One request. `headers`: names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Answer = t.Union[bytes, "tuple[int, t.Any]"]


class HTTPEngine:
    """Answers by ``answers``: by method and path without version, a status and JSON, or bytes as they are sent.

    What is not in there is a 404 as an engine answers it.
    """

    def __init__(self, answers: t.Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[Asked] = []
        self._pairs: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._server = StreamServer(self._serve)

    @property
    def address(self) -> str:
        return self._server.address

    def __enter__(self) -> HTTPEngine:
        self._server.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.__exit__(*exception)

    def lines(self) -> list[str]:
        """What was asked, without versions."""
        with self._lock:
            return [f"{asked.method} {_unversioned(asked.target)}" for asked in self.asked]

    def repeated(self, name: str) -> list[str]:
        """All values of a header of the last request."""
        with self._lock:
            return [value for key, value in self._pairs if key == name]

    def _serve(self, connection: Connection) -> None:
        while True:
            first, *lines = connection.head.split("\r\n")
            method, target, _version = first.split(" ")
            pairs = [(name.lower(), value) for name, value in (line.split(": ", 1) for line in lines)]
            headers = dict(pairs)
            if headers.get("transfer-encoding") == "chunked":
                body = b"".join(connection.receive_chunked())
            else:
                body = connection.receive_exactly(int(headers.get("content-length", "0")))
            with self._lock:
                self._pairs = pairs
                self.asked.append(Asked(method, target, headers, body))
            answer = self.answers.get(
                f"{method} {_unversioned(target.partition('?')[0])}", (404, {"message": f"nothing at {target}"})
            )
            if isinstance(answer, bytes):
                connection.send(answer)
                if b"Content-Length" not in answer and b"chunked" not in answer:
                    return
            else:
                status, value = answer
                content = b"" if value is None or method == "HEAD" else json.dumps(value).encode()
                connection.send(
                    b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(content), content)
                )
            try:
                connection.next_question()
            except (ConnectionError, OSError):
                return


def _unversioned(target: str) -> str:
    return "/" + target.split("/", 2)[2] if target.startswith("/v1.") else target
