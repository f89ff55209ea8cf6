# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A folder as a build gets it: a tar archive, made while it is sent. One piece of one file is held at a time."""

from __future__ import annotations

import os
import stat
import tarfile
import typing as t

from ...errors import ClusterError, InputError
from .archive import PIECE
from .ignored import Ignored

DOCKERFILE = "Dockerfile"
_IGNORE = ".dockerignore"


class BuildContext:
    """A folder that is to be sent.

    :param path: the folder
    :param dockerfile: path of the Dockerfile, below the folder
    :raises InputError: there is no such folder or file, or its ``.dockerignore`` has a pattern that is none
    """

    def __init__(self, path: str, dockerfile: t.Optional[str] = None) -> None:
        self._path = path
        self.dockerfile = _inside(path, dockerfile or DOCKERFILE)
        if not os.path.isdir(path):
            raise InputError(f"path: {path} is not a folder")
        if not os.path.isfile(os.path.join(path, self.dockerfile)):
            raise InputError(f"dockerfile: there is no file {self.dockerfile} in {path}")
        self._ignored = Ignored(_read(os.path.join(path, _IGNORE)))

    def names(self) -> t.Iterator[str]:
        """What is sent, with slashes: folders before what is in them."""
        yield from self._names("")

    def pieces(self) -> t.Iterator[bytes]:
        """The archive.

        :raises ClusterError: a file cannot be read, or became shorter meanwhile
        """
        held: t.List[bytes] = []
        size = 0
        for part in self._parts():
            held.append(part)
            size += len(part)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
        # an archive ends with two empty blocks
        yield b"".join((*held, bytes(2 * tarfile.BLOCKSIZE)))

    def _names(self, folder: str) -> t.Iterator[str]:
        try:
            entries = sorted(os.listdir(os.path.join(self._path, folder)))
        except OSError as error:
            raise _unreadable(folder or self._path, error) from error
        for entry in entries:
            name = f"{folder}/{entry}" if folder else entry
            mode = os.lstat(os.path.join(self._path, name)).st_mode
            if name in (self.dockerfile, _IGNORE) or name not in self._ignored:
                yield name
            if stat.S_ISDIR(mode) and (self.dockerfile.startswith(f"{name}/") or not self._ignored.whole(name)):
                yield from self._names(name)

    def _parts(self) -> t.Iterator[bytes]:
        for name in self.names():
            path = os.path.join(self._path, name)
            try:
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    yield from _file(name, path)
                elif stat.S_ISDIR(status.st_mode):
                    yield _head(name, status, tarfile.DIRTYPE)
                elif stat.S_ISLNK(status.st_mode):
                    yield _head(name, status, tarfile.SYMTYPE, link=os.readlink(path))
            except OSError as error:
                raise _unreadable(name, error) from error


def _file(name: str, path: str) -> t.Iterator[bytes]:
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        yield _head(name, status, tarfile.REGTYPE, status.st_size)
        left = status.st_size
        while left:
            piece = file.read(min(left, PIECE))
            if not piece:
                raise ClusterError(f"{path} became shorter while it was sent")
            left -= len(piece)
            yield piece
        yield bytes(-status.st_size % tarfile.BLOCKSIZE)


def _head(name: str, status: os.stat_result, kind: bytes, size: int = 0, link: str = "") -> bytes:
    """Owners are left out, so that a build is the same wherever its folder is."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.size, entry.linkname = kind, size, link
    entry.mode, entry.mtime = stat.S_IMODE(status.st_mode), int(status.st_mtime)
    return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _inside(folder: str, path: str) -> str:
    """``path`` below ``folder``, with slashes."""
    below = os.path.relpath(os.path.join(folder, path), folder).replace(os.sep, "/")
    if below.startswith("../") or os.path.isabs(below):
        raise InputError(f"dockerfile: {path} is not in {folder}")
    return below


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"path: {path} cannot be read: {error}") from error


def _unreadable(path: str, error: OSError) -> ClusterError:
    return ClusterError(f"{path} cannot be read: {error.strerror}")
