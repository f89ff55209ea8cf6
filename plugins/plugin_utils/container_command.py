# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in a container, with their input and output as streams."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import exec
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.output import FrameReader
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.stream import EngineStream
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    ClusterError,
    EngineNotFoundError,
    EngineUnreachableError,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.whereabouts import Spot, Whereabouts

STDOUT, STDERR = 1, 2

#: Takes what a command writes: the number of the stream, and bytes.
Take = t.Callable[[int, bytes], None]

#: Seconds between two questions whether a command has ended that has closed its output.
_SHORTEST_WAIT, _LONGEST_WAIT = 0.005, 0.5

#: With these an engine says that there was no command, and why in the place of its output.
_NOT_STARTED = (126, 127)
_WHY_NOT = b"OCI runtime exec failed"

#: Bytes of a command's input that are sent at once.
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Setting:
    """What all commands of one connection have in common.

    :ivar user: empty for the container's own
    :ivar working_dir: empty for the container's own
    :ivar env: ``NAME=value``, on top of the container's own
    """

    user: str = ""
    working_dir: str = ""
    env: t.Tuple[str, ...] = ()
    privileged: bool = False


@dataclass
class Output:
    """Keeps what a command writes."""

    parts: t.Dict[int, t.List[bytes]] = field(default_factory=lambda: {STDOUT: [], STDERR: []})

    def __call__(self, stream: int, data: bytes) -> None:
        self.parts.setdefault(stream, []).append(data)

    @property
    def stdout(self) -> bytes:
        """All of its standard output."""
        return b"".join(self.parts[STDOUT])

    @property
    def stderr(self) -> bytes:
        """All of its standard error."""
        return b"".join(self.parts[STDERR])


class Prompt(t.Protocol):
    """What becoming another user looks like from outside."""

    def succeeded(self, output: bytes) -> bool:
        """Whether the command itself has begun."""

    def failed(self, output: bytes) -> bool:
        """Whether the password was refused."""

    def asks(self, output: bytes) -> bool:
        """Whether a password is asked for."""

    def password(self) -> bytes:
        """The password, without the end of its line."""


class PromptError(Exception):
    """Becoming another user did not go on. ``str(error)`` says why. :ivar output: all that was written"""

    def __init__(self, message: str, output: bytes) -> None:
        super().__init__(message)
        self.output = output


class Commands:
    """Runs commands in one container, wherever it is.

    Every method raises the errors of the tree; ``reach`` of ``Whereabouts`` says which.

    :param timeout: seconds to wait for the prompt for a password
    """

    def __init__(self, whereabouts: Whereabouts, setting: Setting, timeout: float) -> None:
        self._whereabouts = whereabouts
        self._setting = setting
        self._timeout = timeout

    def run(
        self,
        argv: t.Sequence[str],
        take: Take,
        stdin: t.Optional[t.Iterable[bytes]] = None,
        prompt: t.Optional[Prompt] = None,
    ) -> int:
        """Run a command to its end; gives its exit status.

        :param take: gets its output as it comes, in pieces
        :param stdin: its input, in pieces, and then the end of it; None for no input
        :param prompt: answers the prompt for a password before anything else is sent
        :raises PromptError: there was no prompt in time, or the password was refused
        """
        begun = _Beginning(take)
        spot, identity = self._whereabouts.reach(
            lambda spot: (spot, spot.client.send(exec.create(spot.container, self._body(argv, stdin, prompt))))
        )
        with spot.client.upgrade(exec.start(identity)) as stream:
            frames = FrameReader()

            def receive(piece: bytes) -> None:
                for number, data in frames.feed(piece):
                    begun.take(number, data)

            if prompt is not None:
                self._become(stream, frames, prompt, begun)
            if stdin is not None or prompt is not None:
                stream.exchange(stdin or (), receive)
            else:
                for piece in stream:
                    receive(piece)
        status = self._status(spot, identity)
        if status in _NOT_STARTED and begun.head.startswith(_WHY_NOT):
            raise ClusterError(self._not_started(spot, argv, begun.head))
        return status

    def _body(
        self, argv: t.Sequence[str], stdin: t.Optional[t.Iterable[bytes]], prompt: t.Optional[Prompt]
    ) -> t.Dict[str, t.Any]:
        body: t.Dict[str, t.Any] = {
            "Cmd": [*argv],
            "AttachStdin": stdin is not None or prompt is not None,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": False,
            "User": self._setting.user,
            "Privileged": self._setting.privileged,
        }
        if self._setting.env:
            body["Env"] = [*self._setting.env]
        if self._setting.working_dir:
            body["WorkingDir"] = self._setting.working_dir
        return body

    def _become(self, stream: EngineStream, frames: FrameReader, prompt: Prompt, begun: _Beginning) -> None:
        """Wait for the prompt, answer it, and wait until the command has begun: what comes next is its input, which
        must not be taken for a second password."""
        held: t.List[t.Tuple[int, bytes]] = []
        output, answered = b"", False
        stream.idle = self._timeout
        while not prompt.succeeded(output):
            if answered and prompt.failed(output):
                raise PromptError("the password was refused", output)
            if not answered and prompt.asks(output):
                stream.send(prompt.password() + b"\n")
                answered, held, output = True, [], b""
                continue
            try:
                piece = stream.receive()
            except EngineUnreachableError as error:
                if answered:
                    raise
                raise PromptError(f"no prompt for a password within {self._timeout:g} s", output) from error
            if not piece:
                break
            for number, data in frames.feed(piece):
                held.append((number, data))
                output += data
        for number, data in held:
            begun.take(number, data)
        stream.idle = None

    def _status(self, spot: Spot, identity: str) -> int:
        wait = _SHORTEST_WAIT
        while True:
            try:
                record = spot.client.send(exec.inspect(identity))
            except EngineNotFoundError:
                raise ClusterError(
                    f"the container {self._whereabouts.reference.name} on {spot.node} ended or was removed while a "
                    "command ran in it"
                ) from None
            if not record.get("Running"):
                return int(record.get("ExitCode") or 0)
            # It goes on without its output.
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _not_started(self, spot: Spot, argv: t.Sequence[str], words: bytes) -> str:
        said = " ".join(words.decode("utf-8", "replace").split())
        return f"{argv[0]} cannot be run in the container {self._whereabouts.reference.name} on {spot.node}: {said}"


class _Beginning:
    """Hands output on, and keeps the beginning of standard output."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self.head = b""

    def take(self, number: int, data: bytes) -> None:
        if number == STDOUT and len(self.head) < 1000:
            self.head = (self.head + data)[:1000]
        self._take(number, data)


def pieces_of(data: bytes) -> t.Iterator[bytes]:
    """Bytes as a command's input, in pieces."""
    return (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))


def pieces_of_file(file: t.BinaryIO) -> t.Iterator[bytes]:
    """A file's content as a command's input, in pieces."""
    return iter(lambda: file.read(_PIECE), b"")
