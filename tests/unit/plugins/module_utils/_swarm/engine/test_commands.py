# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on an engine that does what no real one can be made to do at the right moment."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call, Reply
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.commands import Command, Ended, run_command
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, EngineUnreachableError


class Stream:
    """Gives ``pieces``, and then waits until it is closed where it has no end."""

    def __init__(self, pieces: t.Sequence[bytes], ends: bool) -> None:
        self.sent = b""
        self._pieces = pieces
        self._ends = ends
        self._closed = threading.Event()

    def exchange(self, pieces: t.Iterable[bytes], take: t.Callable[[bytes], None]) -> None:
        self.sent = b"".join(pieces)
        for piece in self._pieces:
            take(piece)
        if not self._ends:
            assert self._closed.wait(10)
            raise EngineUnreachableError("n1:2376", "the stream with n1:2376 was closed")

    def close(self) -> None:
        self._closed.set()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Engine:
    """``records``: what it says of the command, one after another; the last one stays."""

    address = "n1:2376"

    def __init__(self, *records: t.Any, pieces: t.Sequence[bytes] = (), ends: bool = True) -> None:
        self.bodies: list[t.Any] = []
        self.stream = Stream(pieces, ends)
        self._records = list(records)

    def send(self, call: Call[t.Any]) -> t.Any:
        if call.method == "POST":
            self.bodies.append(call.body)
            return call.read(Reply(self.address, call.asked, call.path, 201, {}, b'{"Id": "abc"}'))
        record = self._records.pop(0) if len(self._records) > 1 else self._records[0]
        if isinstance(record, EngineError):
            raise record
        return record

    def upgrade(self, call: Call[t.Any]) -> Stream:
        self.bodies.append(call.body)
        return self.stream


TRUE = Command(("true",))
DONE = {"Running": False, "ExitCode": 3}


def frame(stream: int, data: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def run(engine: Engine, command: Command = TRUE, **options: t.Any) -> Ended:
    return run_command(t.cast(t.Any, engine), "web", command, **options)


def test_what_the_engine_is_told() -> None:
    command = Command(("a", "b"), "/tmp", "me", ("A=1",), reads=True, terminal=True, privileged=True)
    engine = Engine(DONE, pieces=[b"one\r\n", b"two"])
    assert run(engine, command, stdin=[b"in", b"put"]) == Ended("abc", b"one\r\ntwo", b"", 3)
    assert engine.stream.sent == b"input"
    assert engine.bodies == [
        {
            "Cmd": ["a", "b"],
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": True,
            "Privileged": True,
            "WorkingDir": "/tmp",
            "User": "me",
            "Env": ["A=1"],
        },
        {"Detach": False, "Tty": True},
    ]


def test_both_streams_in_any_pieces() -> None:
    whole = frame(1, b"out") + frame(2, b"err") + frame(1, b"put")
    engine = Engine(DONE, pieces=[whole[:5], whole[5:12], whole[12:]])
    assert run(engine) == Ended("abc", b"output", b"err", 3)


def test_an_exit_status_that_is_known_a_moment_later() -> None:
    assert run(Engine({"Running": True, "ExitCode": None}, {"Running": True}, DONE)).status == 3


def test_a_command_without_an_exit_status() -> None:
    with pytest.raises(EngineError, match=r"n1:2376 answers /exec without ExitCode"):
        run(Engine({"Running": False, "ExitCode": None}))


def test_more_than_can_be_held() -> None:
    with pytest.raises(EngineError) as caught:
        run(Engine(DONE, pieces=[frame(1, b"x" * 600), frame(2, b"x" * 600)]), largest=1024)
    assert str(caught.value) == "the command has written more than 1K"


def test_an_engine_that_is_silent_is_asked_and_its_error_is_told() -> None:
    lost = EngineUnreachableError("n1:2376", "no answer from n1:2376 within 60 s")
    engine = Engine({"Running": True}, {"Running": True}, lost, ends=False)
    with pytest.raises(EngineUnreachableError) as caught:
        run(engine, look=0.01)
    assert caught.value is lost
