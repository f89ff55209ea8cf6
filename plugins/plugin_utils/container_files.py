# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files into a container and out of it: by archive where the engine sees the path as the container does, else by a
command.

An engine reads and writes archives on the container's file system and its volumes. It does not see what is mounted
inside of the container alone: a tmpfs, /proc, /sys and /dev. What it wrote there would lie beneath, and nobody would
see it. It also refuses to write where the root is read-only.
"""

from __future__ import annotations

import base64
import json
import os
import posixpath
import stat
import tarfile
import time
import typing as t
from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.stream import EngineStream
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineNotFoundError,
    EngineResponseError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.request import Body
from ansible_collections.classic.swarm.plugins.plugin_utils.container_command import (
    STDERR,
    STDOUT,
    Commands,
    Output,
    pieces_of_file,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.whereabouts import Spot, Whereabouts

_PIECE = 256 * 1024
_BLOCK = 512

#: Mounted in every container, and nowhere but there.
_OWN_MOUNTS = ("/dev", "/proc", "/sys")

#: Links that are followed before they count as a circle, as the kernel does.
_MOST_LINKS = 40
#: Of the mode that an engine tells in the form of Go: the bit of a symbolic link, and that of a folder.
_LINK, _FOLDER = 1 << 27, 1 << 31

#: Exit statuses of our own, of commands that read a file.
_NOT_THERE, _NO_FILE = 44, 45
_READ = f'[ -e "$0" ] || exit {_NOT_THERE}; [ ! -d "$0" ] || exit {_NO_FILE}; exec cat "$0"'
_WRITE = 'umask "$1" && exec cat > "$0"'


class NoSuchFileError(SwarmError):
    """The file is not there."""


class TransferError(SwarmError):
    """A file cannot be read or written."""


class Files:
    """Copies single files. Links are followed. Every method raises the errors of the tree besides its own.

    :param commands: run as the user of the connection
    :param user: of the connection, empty for the container's own
    :param shell: of the container
    """

    def __init__(self, whereabouts: Whereabouts, commands: Commands, user: str, shell: str) -> None:
        self._whereabouts = whereabouts
        self._commands = commands
        self._user = user
        self._shell = shell
        self._owners: t.Dict[str, t.Tuple[int, int]] = {}

    def put(self, source: str, path: str) -> None:
        """Copy a file of this machine into the container. It will belong to the user of the connection.

        :param path: absolute, in the container
        :raises NoSuchFileError: ``source`` is not there
        :raises TransferError: it cannot be written
        """
        try:
            with open(source, "rb") as file:
                spot, record = self._look()
                if _engine_sees(record, path) and not _is_read_only(record):
                    try:
                        self._put_archive(spot, record, file, path)
                        return
                    except EngineResponseError:
                        # a folder behind a link into what the engine does not see, or a driver that takes no archive
                        file.seek(0)
                self._put_by_command(file, path)
        except FileNotFoundError:
            raise NoSuchFileError(f"{source} does not exist on this machine") from None
        except IsADirectoryError:
            raise TransferError(f"{source} is a folder; only files can be copied by a connection") from None

    def fetch(self, path: str, target: str) -> None:
        """Copy a file of the container to this machine.

        :param path: absolute, in the container
        :raises NoSuchFileError: it is not there
        :raises TransferError: it cannot be read, or is no file
        """
        spot, record = self._look()
        if _engine_sees(record, path):
            try:
                self._fetch_archive(spot, path, target)
                return
            except EngineNotFoundError:
                pass  # it may be behind a link into what the engine does not see
        self._fetch_by_command(path, target)

    def _look(self) -> t.Tuple[Spot, t.Mapping[str, t.Any]]:
        return self._whereabouts.reach(lambda spot: (spot, spot.client.send(containers.inspect(spot.container))))

    # in

    def _put_archive(self, spot: Spot, record: t.Mapping[str, t.Any], file: t.BinaryIO, path: str) -> None:
        folder, name = posixpath.split(path)
        call = containers.put_archive(spot.container, folder)
        # Without this a file would take the place of a folder, with all that is in it.
        call = replace(call, query={**call.query, "noOverwriteDirNonDir": "true"})
        owner = self._owner(str((record.get("Config") or {}).get("User") or ""))
        spot.client.send(call, Body(_archive_of(file, name, *owner)))

    def _put_by_command(self, file: t.BinaryIO, path: str) -> None:
        umask = 0o777 & ~stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        output = Output()
        argv = [self._shell, "-c", _WRITE, path, f"{umask:04o}"]
        if self._commands.run(argv, output, pieces_of_file(file)):
            raise TransferError(f"{path} cannot be written: {_words(output.stderr)}")

    def _owner(self, own_user: str) -> t.Tuple[int, int]:
        """The numbers of the connection's user and group. Only who has a name must be looked up."""
        user = self._user or own_user
        if user in ("", "root", "0"):
            return 0, 0
        number, colon, group = user.partition(":")
        if colon and number.isdecimal() and group.isdecimal():
            return int(number), int(group)
        if user not in self._owners:
            output = Output()
            status = self._commands.run([self._shell, "-c", "id -u && id -g"], output)
            numbers = output.stdout.split()
            if status or len(numbers) != 2 or not all(each.isdigit() for each in numbers):
                raise TransferError(f"the numbers of the user {user} cannot be read: {_words(output.stderr)}")
            self._owners[user] = int(numbers[0]), int(numbers[1])
        return self._owners[user]

    # out

    def _fetch_archive(self, spot: Spot, path: str, target: str) -> None:
        for _link in range(_MOST_LINKS):
            with spot.client.stream(containers.get_archive(spot.container, path), idle=None) as answer:
                found = _stat_of(answer)
                mode = int(found.get("mode") or 0)
                if mode & _FOLDER:
                    raise TransferError(f"{path} is a folder; only files can be copied by a connection")
                if not mode & _LINK:
                    _unpack(answer, path, target)
                    return
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(found.get("linkTarget") or "")))
        raise TransferError(f"{path} is behind too many symbolic links")

    def _fetch_by_command(self, path: str, target: str) -> None:
        errors: t.List[bytes] = []
        with _Target(target) as file:

            def take(stream: int, data: bytes) -> None:
                if stream == STDOUT:
                    file.write(data)
                elif stream == STDERR:
                    errors.append(data)

            status = self._commands.run([self._shell, "-c", _READ, path], take)
            if status == 0:
                file.write(b"")
        if status == _NOT_THERE:
            raise NoSuchFileError(f"{path} does not exist in the container {self._whereabouts.reference.name}")
        if status == _NO_FILE:
            raise TransferError(f"{path} is a folder; only files can be copied by a connection")
        if status:
            raise TransferError(f"{path} cannot be read: {_words(b''.join(errors))}")


def _engine_sees(record: t.Mapping[str, t.Any], path: str) -> bool:
    """Whether an archive holds what the container has at ``path``. A link may lead into a tmpfs from anywhere, so none
    may be mounted at all."""
    settings = record.get("HostConfig") or {}
    mounts = (*(settings.get("Mounts") or ()), *(record.get("Mounts") or ()))
    if settings.get("Tmpfs") or any(mount.get("Type") == "tmpfs" for mount in mounts):
        return False
    return not any(path == own or path.startswith(f"{own}/") for own in _OWN_MOUNTS)


def _is_read_only(record: t.Mapping[str, t.Any]) -> bool:
    return bool((record.get("HostConfig") or {}).get("ReadonlyRootfs"))


def _archive_of(file: t.BinaryIO, name: str, user: int, group: int) -> t.Iterator[bytes]:
    """A tar archive with one file, in pieces."""
    told = os.fstat(file.fileno())
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = told.st_size, stat.S_IMODE(told.st_mode), int(time.time())
    entry.uid, entry.gid = user, group
    yield entry.tobuf(tarfile.GNU_FORMAT)
    left = told.st_size
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise TransferError(f"{file.name} became shorter while it was copied")
        left -= len(piece)
        yield piece
    yield bytes(-told.st_size % _BLOCK + 2 * _BLOCK)


def _stat_of(answer: EngineStream) -> t.Mapping[str, t.Any]:
    """What the engine says of the file beside its archive."""
    try:
        found = json.loads(base64.b64decode(answer.headers.get("x-docker-container-path-stat", "")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class _Target:
    """A file of this machine that is written. It is made when there is something to write, if no more than nothing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: t.Optional[t.BinaryIO] = None

    def write(self, data: bytes) -> None:
        """:raises TransferError: it cannot be written"""
        try:
            if self._file is None:
                self._file = open(self._path, "wb")  # noqa: SIM115
            self._file.write(data)
        except OSError as error:
            raise TransferError(f"{self._path} cannot be written on this machine: {error.strerror}") from error

    def __enter__(self) -> _Target:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._file is not None:
            self._file.close()


class _Reader:
    """An answer in pieces, as a file that is read from the beginning to the end."""

    def __init__(self, answer: EngineStream) -> None:
        self._answer = answer
        self._rest = b""

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer only at the end."""
        parts = [self._rest]
        held = len(self._rest)
        while held < size:
            piece = self._answer.receive()
            if not piece:
                break
            parts.append(piece)
            held += len(piece)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def _unpack(answer: EngineStream, path: str, target: str) -> None:
    """Write the one file of an archive."""
    try:
        with tarfile.open(fileobj=t.cast("t.IO[bytes]", _Reader(answer)), mode="r|", bufsize=_PIECE) as archive:
            member = archive.next()
            content = None if member is None else archive.extractfile(member)
            if content is None:
                raise TransferError(f"{path} is not a file")
            with _Target(target) as file:
                file.write(b"")
                for piece in iter(lambda: content.read(_PIECE), b""):
                    file.write(piece)
    except tarfile.TarError as error:
        raise TransferError(f"the engine answers with an archive of {path} that cannot be read: {error}") from error


def _words(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split()) or "the command says no reason"
