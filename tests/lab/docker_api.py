# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Engine API over a unix socket, as raw as it comes."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from .errors import LabError


class ApiError(LabError):
    """The engine answered with an error status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def request(path: Path, method: str, target: str, body: Any = None, timeout: float = 60.0) -> Any:
    """Ask the engine behind the socket `path`.

    body: bytes are sent as a tar archive, anything else as JSON. The answer: JSON decoded, else text; None when empty.
    Raises ApiError on a status of 400 and more, OSError when nobody answers.
    """
    headers = {}
    if isinstance(body, bytes):
        headers["Content-Type"] = "application/x-tar"
    elif body is not None:
        body = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    connection = _UnixConnection(path, timeout)
    try:
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        answer = response.read().decode("utf-8", "replace")
    finally:
        connection.close()
    try:
        value = json.loads(answer) if answer.strip() else None
    except ValueError:
        value = answer
    if response.status >= 400:
        raise ApiError(response.status, value["message"] if isinstance(value, dict) and "message" in value else answer)
    return value
