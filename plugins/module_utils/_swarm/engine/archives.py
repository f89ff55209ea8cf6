# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Files of a container as tar archives, into it and out of it, streamed.

An engine reads and writes the files of a container from outside of it, also while it does not run. What is on a tmpfs
it does not see that way: there a command in the container does it, which needs ``tar`` and ``sh`` in it.
"""

from __future__ import annotations

import contextlib
import posixpath
import tarfile
import tempfile
import typing as t

from ..errors import EngineError, EngineNotFoundError
from ..wire.request import Body
from .api import containers
from .client import EngineClient
from .commands import Command, exchange_with_command, exit_status, run_command
from .fields import Fields

#: Bytes of an archive that comes out of a tmpfs which are held in memory; more go to a file.
_HELD = 8 * 1024 * 1024
#: Links that are followed one after another, as Linux does.
_MOST_LINKS = 40
#: What the command in the container ends with where there is nothing at the path.
_NOTHING = 44

_READ = f'test -e "$1" || test -L "$1" || exit {_NOTHING}; cd "$2" && exec tar -cf - "$3"'
_WRITE = 'cd "$1" && exec tar -xf -'


class ContainerFiles:
    """The files of one container.

    Every method raises EngineError where the engine refuses or goes away. Paths are absolute.
    """

    def __init__(self, client: EngineClient, container: str, idle: t.Optional[float] = None) -> None:
        """:param idle: seconds for which the engine may be silent while an archive comes"""
        self._client = client
        self._container = container
        self._idle = idle
        record = client.send(containers.inspect(container))
        self._mounts = _mounts(Fields(client.address, f"/containers/{container[:12]}/json", record))

    def on_tmpfs(self, path: str) -> bool:
        """Whether what is at ``path`` is on a tmpfs of the container."""
        for destination, temporary in self._mounts:
            if path == destination or path.startswith(destination.rstrip("/") + "/"):
                return temporary
        return False

    @contextlib.contextmanager
    def read(self, path: str) -> t.Iterator[t.Optional[tarfile.TarFile]]:
        """The archive of what is at ``path``, to be read from its beginning to its end; None where nothing is there.

        The name of its first member is the last part of ``path``. A link is not followed.
        """
        with contextlib.ExitStack() as stack:
            source = self._from_within(stack, path) if self.on_tmpfs(path) else self._from_outside(stack, path)
            if source is None:
                yield None
                return
            try:
                yield stack.enter_context(tarfile.open(fileobj=t.cast(t.Any, source), mode="r|"))
            except tarfile.TarError as error:
                raise EngineError(
                    self._client.address, f"{self._client.address} gives {path} as an archive that is none: {error}"
                ) from error

    def first(self, path: str) -> t.Optional[tarfile.TarInfo]:
        """What is at ``path``, None where nothing is there. A link is not followed."""
        with self.read(path) as archive:
            return None if archive is None else archive.next()

    def resolve(self, path: str) -> str:
        """Where ``path`` leads if it is a link, and the link's target if that is one, and so on.

        :raises EngineError: the links go in a circle
        """
        for _step in range(_MOST_LINKS):
            member = self.first(path)
            if member is None or not member.issym():
                return path
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), member.linkname))
        raise EngineError(self._client.address, f"{path} in {self._container[:12]} is a link that leads in a circle")

    def write(self, folder: str, body: Body) -> None:
        """Unpack an archive into a folder that is there. A file never takes the place of a folder."""
        if not self.on_tmpfs(folder):
            self._client.send(containers.put_archive(self._container, folder, keep_kinds=True), body)
            return
        command = Command(("sh", "-c", _WRITE, "sh", folder), user="0", reads=True)
        ended = run_command(self._client, self._container, command, body.pieces)
        if ended.status:
            raise self._failed("to", folder, ended.status, ended.stderr or ended.stdout)

    def own_user(self) -> t.Tuple[int, int]:
        """The IDs of the user and the group that commands in the container have.

        :raises EngineError: it does not run, or cannot tell
        """
        command = Command(("/bin/sh", "-c", "id -u && id -g"))
        ended = run_command(self._client, self._container, command)
        numbers = ended.stdout.split()
        if ended.status or len(numbers) != 2 or not all(number.isdigit() for number in numbers):
            raise EngineError(
                self._client.address,
                f"the container {self._container[:12]} on {self._client.address} does not tell by 'id' which user it "
                "has; set owner_id and group_id",
            )
        return int(numbers[0]), int(numbers[1])

    def _from_outside(self, stack: contextlib.ExitStack, path: str) -> t.Optional[t.Any]:
        try:
            answer = self._client.stream(containers.get_archive(self._container, path), idle=self._idle)
        except EngineNotFoundError as error:
            if "No such container" in str(error):
                raise
            return None
        return _Pieces(iter(stack.enter_context(answer)))

    def _from_within(self, stack: contextlib.ExitStack, path: str) -> t.Optional[t.Any]:
        file = tempfile.SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115
        stack.callback(file.close)
        problem: t.List[bytes] = []

        def take(number: int, data: bytes) -> None:
            if number == 1:
                file.write(data)
            else:
                problem.append(data)

        folder, name = posixpath.split(path)
        command = Command(("sh", "-c", _READ, "sh", path, folder, name or "."), user="0")
        status = exit_status(self._client, exchange_with_command(self._client, self._container, command, (), take))
        if status == _NOTHING:
            return None
        if status:
            raise self._failed("from", path, status, b"".join(problem))
        file.seek(0)
        return file

    def _failed(self, way: str, path: str, status: int, words: bytes) -> EngineError:
        said = " ".join(words.decode("utf-8", "replace").split())[:1000]
        return EngineError(
            self._client.address,
            f"copying {way} {path} in {self._container[:12]} on {self._client.address}, which is on a tmpfs, needs sh "
            f"and tar in the container, and ended with status {status}: {said or 'it gives no reason'}",
        )


def file_archive(member: tarfile.TarInfo, pieces: t.Iterable[bytes]) -> Body:
    """An archive of one member. :param pieces: its content, as long as the member says"""
    head = member.tobuf(tarfile.PAX_FORMAT)
    size = member.size if member.isreg() else 0
    padding = -size % tarfile.BLOCKSIZE

    def parts() -> t.Iterator[bytes]:
        yield head
        yield from pieces
        yield bytes(padding + 2 * tarfile.BLOCKSIZE)

    return Body(parts(), len(head) + size + padding + 2 * tarfile.BLOCKSIZE)


class _Pieces:
    """What comes in pieces, to be read as a file is."""

    def __init__(self, pieces: t.Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end."""
        parts, missing = [self._rest], size - len(self._rest)
        while missing > 0:
            piece = next(self._pieces, b"")
            if not piece:
                break
            parts.append(piece)
            missing -= len(piece)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def _mounts(record: Fields) -> t.List[t.Tuple[str, bool]]:
    """Where something is mounted, and whether it is a tmpfs; what is further down comes first."""
    found = {"/dev": True}
    found.update((str(path), True) for path in record.within("HostConfig").within("Tmpfs"))
    for mount in record.objects("Mounts"):
        found[mount.text("Destination")] = mount.text("Type") == "tmpfs"
    return sorted(found.items(), key=lambda item: -len(item[0]))
