# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One file or link that is to be in a container, compared with what is there, and written where they differ."""

from __future__ import annotations

import io
import posixpath
import tarfile
import typing as t
from dataclasses import dataclass

from ..errors import EngineError, InputError
from .archives import ContainerFiles, file_archive

#: Bytes that are read, compared and sent at once.
_PIECE = 64 * 1024
_MODE = 0o7777


@dataclass(frozen=True)
class WantedFile:
    """What is to be at a path.

    :ivar read: opens its content
    :ivar target: of a link; None for a file
    :ivar told: what it is called in messages
    """

    size: int
    mode: int
    owner: int
    group: int
    read: t.Callable[[], t.BinaryIO]
    target: t.Optional[str] = None
    told: str = "content"


class Seen(t.NamedTuple):
    """What is at a path.

    :ivar member: None where nothing is there
    :ivar same: whether it is what is wanted
    :ivar content: of a file, where it was asked for and is not too large
    """

    member: t.Optional[tarfile.TarInfo] = None
    same: bool = False
    content: t.Optional[bytes] = None


def look(files: ContainerFiles, path: str, wanted: WantedFile, shown: int = 0) -> Seen:
    """Compare what is at ``path`` with what is wanted. Its content is asked for only where that decides, or is shown.

    :param shown: bytes of a content that somebody wants to see, at most
    """
    with files.read(path) as archive:
        if archive is None:
            return Seen()
        member = archive.next()
        if member is None or not member.isreg():
            return Seen(member, member is not None and _alike(member, wanted))
        alike = _alike(member, wanted)
        if not alike and member.size > shown:
            return Seen(member)
        content = t.cast("t.IO[bytes]", archive.extractfile(member))
        kept = io.BytesIO() if member.size <= shown else None
        with wanted.read() as source:
            same = _compare(content, source, kept)
        return Seen(member, alike and same, None if kept is None else kept.getvalue())


def write(files: ContainerFiles, path: str, wanted: WantedFile) -> None:
    """Put it there. The folder must be there; a folder at ``path`` itself stays, and is an error.

    :raises EngineError: it was refused
    :raises InputError: the file that is copied became shorter or longer meanwhile
    """
    folder, name = posixpath.split(path)
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.uid, member.gid = wanted.size, wanted.mode, wanted.owner, wanted.group
    if wanted.target is not None:
        member.type, member.linkname, member.size = tarfile.SYMTYPE, wanted.target, 0
    try:
        files.write(folder, file_archive(member, _pieces(wanted) if wanted.target is None else ()))
    except ValueError as error:
        raise InputError(f"{wanted.told} changed while it was copied; copy it again") from error


def refuse_folder(path: str, member: t.Optional[tarfile.TarInfo], address: str) -> None:
    """:raises EngineError: there is a folder, which no file may take the place of"""
    if member is not None and member.isdir():
        raise EngineError(
            address, f"container_path: {path} is a folder in the container; write the path of a file in it"
        )


def _alike(member: tarfile.TarInfo, wanted: WantedFile) -> bool:
    """Whether all but the content is as wanted. A link has no mode of its own."""
    if (member.uid, member.gid) != (wanted.owner, wanted.group):
        return False
    if wanted.target is not None:
        return member.issym() and member.linkname == wanted.target
    return member.isreg() and member.size == wanted.size and member.mode & _MODE == wanted.mode


def _compare(content: t.IO[bytes], source: t.BinaryIO, kept: t.Optional[io.BytesIO]) -> bool:
    same = True
    while True:
        piece = content.read(_PIECE)
        if kept is not None:
            kept.write(piece)
        if same:
            same = piece == _exactly(source, len(piece) or 1)
        if not piece or (not same and kept is None):
            return same


def _exactly(source: t.BinaryIO, size: int) -> bytes:
    """So many bytes, fewer only at the end."""
    data = source.read(size)
    while data and len(data) < size:
        more = source.read(size - len(data))
        if not more:
            break
        data += more
    return data


def _pieces(wanted: WantedFile) -> t.Iterator[bytes]:
    with wanted.read() as source:
        while True:
            piece = source.read(_PIECE)
            if not piece:
                return
            yield piece
