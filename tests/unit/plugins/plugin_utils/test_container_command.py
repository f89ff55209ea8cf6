# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands that ask for a password, of an engine by script."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.container_command import (
    Commands,
    Output,
    PromptError,
    Setting,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.whereabouts import Whereabouts

from tests.unit.stream_server import Connection, StreamServer

SWITCHED = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nUpgrade: tcp\r\n\r\n"


class Prompt:
    """Asks with ``word?``, begins with ``go``, refuses with ``no``."""

    def succeeded(self, output: bytes) -> bool:
        return b"go" in output

    def failed(self, output: bytes) -> bool:
        return b"no" in output

    def asks(self, output: bytes) -> bool:
        return b"word?" in output

    def password(self) -> bytes:
        return b"secret"


def frame(stream: int, data: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


class Engine:
    """Answers what commands ask of an engine; ``begun`` is handed the stream of the command."""

    def __init__(self, begun: t.Callable[[Connection], None]) -> None:
        self._begun = begun

    def __call__(self, connection: Connection) -> None:
        while True:
            method, path, _rest = connection.head.split(" ", 2)
            length = int(connection.head.lower().partition("content-length: ")[2].partition("\r\n")[0] or 0)
            connection.receive_exactly(length)
            if path.endswith("/start"):
                connection.send(SWITCHED)
                self._begun(connection)
                return
            answer: t.Any = {"Id": "4711"}
            if method == "GET":
                answer = {"Running": False, "ExitCode": 3, "ApiVersion": "1.41", "MinAPIVersion": "1.12"}
            body = json.dumps(answer).encode()
            connection.send(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            try:
                connection.next_question()
            except OSError:
                return


def run(begun: t.Callable[[Connection], None], stdin: t.Sequence[bytes]) -> t.Tuple[int, Output]:
    with StreamServer(Engine(begun)) as server:
        settings = ClusterSettings(DiscoverySettings(f"nodes://{server.address}"), EngineSettings(timeout=10.0))
        whereabouts = Whereabouts(settings, "web", server.address)
        output = Output()
        try:
            return Commands(whereabouts, Setting(), 0.5).run(["sh"], output, stdin, Prompt()), output
        finally:
            whereabouts.close()


def test_the_input_comes_after_the_password_and_the_beginning() -> None:
    came = []

    def begun(connection: Connection) -> None:
        connection.send(frame(2, b"word?"))
        came.append(connection.receive())
        connection.send(frame(1, b"go\n"))
        came.append(b"".join(iter(connection.receive, b"")))
        connection.send(frame(1, b"done"))

    status, output = run(begun, [b"in", b"put"])
    assert (status, output.stdout, output.stderr) == (3, b"go\ndone", b"")
    assert came == [b"secret\n", b"input"]


def test_no_password_is_sent_where_none_is_asked_for() -> None:
    came = []

    def begun(connection: Connection) -> None:
        connection.send(frame(1, b"go\n"))
        came.append(b"".join(iter(connection.receive, b"")))

    assert run(begun, [b"input"])[1].stdout == b"go\n"
    assert came == [b"input"]


def test_a_refused_password() -> None:
    def begun(connection: Connection) -> None:
        connection.send(frame(2, b"word?"))
        connection.receive()
        connection.send(frame(2, b"no"))
        assert connection.receive() == b""

    with pytest.raises(PromptError, match=r"^the password was refused$") as caught:
        run(begun, [b"input"])
    assert caught.value.output == b"no"


def test_no_prompt_in_time() -> None:
    def begun(connection: Connection) -> None:
        connection.send(frame(2, b"wait"))
        connection.receive()

    with pytest.raises(PromptError, match=r"^no prompt for a password within 0\.5 s$") as caught:
        run(begun, [b"input"])
    assert caught.value.output == b"wait"
