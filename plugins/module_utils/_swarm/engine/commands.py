# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A command in a running container, from its start to its end: what it reads, what it writes, its exit status."""

from __future__ import annotations

import threading
import time
import typing as t
from dataclasses import dataclass

from ..errors import EngineError
from ..model.resources import format_size
from ..wire.limits import LARGEST_OUTPUT
from .api import exec
from .client import EngineClient
from .fields import Fields
from .output import FrameReader

#: Seconds between two questions for the exit status, at first and at last.
_SHORTEST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_STANDARD_ERROR = 2


@dataclass(frozen=True)
class Command:
    """What is run.

    :ivar environment: ``NAME=value``
    :ivar reads: whether it is given standard input
    """

    words: t.Tuple[str, ...]
    folder: t.Optional[str] = None
    user: t.Optional[str] = None
    environment: t.Tuple[str, ...] = ()
    reads: bool = False
    terminal: bool = False
    privileged: bool = False

    def body(self) -> t.Dict[str, t.Any]:
        """The Engine API's ``ExecConfig``."""
        optional = {"WorkingDir": self.folder, "User": self.user, "Env": list(self.environment) or None}
        return {
            "Cmd": list(self.words),
            "AttachStdin": self.reads,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": self.terminal,
            "Privileged": self.privileged,
            **{name: value for name, value in optional.items() if value is not None},
        }


class Ended(t.NamedTuple):
    """A command that has ended. With a terminal, all that it wrote is in ``stdout``."""

    id: str
    stdout: bytes
    stderr: bytes
    status: int


def run_command(
    client: EngineClient,
    container: str,
    command: Command,
    stdin: t.Iterable[bytes] = (),
    *,
    look: float = 60.0,
    largest: int = LARGEST_OUTPUT,
) -> Ended:
    """Run it and wait for its end, however long that takes.

    :param stdin: its whole standard input, where it reads any
    :param look: seconds after which the engine is asked, again and again, whether the command still runs, so that an
        engine that has died without a word is not waited for
    :param largest: bytes of its output that we are ready to hold
    :raises EngineError: it was refused, the engine went away in the middle, or there was more output
    """
    written: t.Dict[int, t.List[bytes]] = {1: [], _STANDARD_ERROR: []}
    held = 0

    def take(number: int, data: bytes) -> None:
        nonlocal held
        held += len(data)
        if held > largest:
            raise EngineError(client.address, f"the command has written more than {format_size(largest)}")
        written[_STANDARD_ERROR if number == _STANDARD_ERROR else 1].append(data)

    identity = exchange_with_command(client, container, command, stdin, take, look)
    return Ended(identity, b"".join(written[1]), b"".join(written[_STANDARD_ERROR]), exit_status(client, identity))


def exchange_with_command(
    client: EngineClient,
    container: str,
    command: Command,
    stdin: t.Iterable[bytes],
    take: t.Callable[[int, bytes], None],
    look: float = 60.0,
) -> str:
    """Run it and hand what it writes to ``take``, with the number of the stream, as it comes; gives its ID.

    :param look: as for ``run_command``
    :raises EngineError: it was refused, or the engine went away in the middle
    """
    identity = client.send(exec.create(container, command.body()))
    frames = FrameReader()

    def receive(piece: bytes) -> None:
        for number, data in [(1, piece)] if command.terminal else frames.feed(piece):
            take(number, data)

    stream = client.upgrade(exec.start(identity, terminal=command.terminal))
    with stream, _Watch(client, identity, look, stream.close) as watch:
        try:
            stream.exchange(stdin, receive)
        except EngineError as error:
            raise watch.error or error from error
    return identity


def start_command(client: EngineClient, container: str, command: Command) -> str:
    """Start it without waiting for it; gives its ID.

    :raises EngineError: it was refused
    """
    identity = client.send(exec.create(container, command.body()))
    client.send(exec.start(identity, terminal=command.terminal, detach=True))
    return identity


def exit_status(client: EngineClient, identity: str) -> int:
    """The exit status of a command whose output has ended. It may still run, with its output closed, and is waited for.

    :raises EngineError: it is not known
    """
    pause = _SHORTEST_PAUSE
    while True:
        record = Fields(client.address, "/exec", client.send(exec.inspect(identity)))
        if not record.flag("Running"):
            return record.require("ExitCode").number("ExitCode")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


class _Watch:
    """Looks after a command now and then, and closes its stream where the engine does not answer any more.

    :ivar error: why it was closed
    """

    def __init__(self, client: EngineClient, identity: str, seconds: float, close: t.Callable[[], None]) -> None:
        self.error: t.Optional[EngineError] = None
        self._client = client
        self._identity = identity
        self._seconds = seconds
        self._close = close
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._client.send(exec.inspect(self._identity))
            except EngineError as error:
                if not self._over.is_set():
                    self.error = error
                    self._close()
                return
