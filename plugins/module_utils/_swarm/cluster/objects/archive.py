# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is in an archive of images, as ``docker save`` writes it: its ``manifest.json`` says the names, and where each
image's configuration is. Only these are read; layers are passed over."""

from __future__ import annotations

import json
import os
import tarfile
import typing as t

from ...errors import InputError
from .change import Record
from .image import content_of_configuration

_MANIFEST = "manifest.json"
_LARGEST = 8 * 1024 * 1024
PIECE = 256 * 1024


class ArchivedImage(t.NamedTuple):
    """An image in an archive. :ivar names: with tags; may be none. :ivar content: as of ``content_of``"""

    names: t.Tuple[str, ...]
    content: str


def read_archive(path: str, option: str = "path") -> t.Optional[t.List[ArchivedImage]]:
    """The images in the archive, None where it has another form than Docker's own, which engines may take nevertheless.

    :raises InputError: the file cannot be read, or is no tar archive
    """
    try:
        with tarfile.open(path, "r:*") as tar:
            return _images(tar)
    except (OSError, EOFError, tarfile.TarError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{option}: {path} cannot be read as a tar archive: {words}") from error


def _images(tar: tarfile.TarFile) -> t.Optional[t.List[ArchivedImage]]:
    members = {member.name.lstrip("./"): member for member in tar}
    manifest = _read(tar, members.get(_MANIFEST))
    if not isinstance(manifest, list):
        return None
    found = []
    for entry in manifest:
        configuration = _read(tar, members.get(str(entry.get("Config")))) if isinstance(entry, dict) else None
        if not isinstance(configuration, dict):
            return None
        found.append(ArchivedImage(tuple(entry.get("RepoTags") or ()), content_of_configuration(configuration)))
    return found


def _read(tar: tarfile.TarFile, member: t.Optional[tarfile.TarInfo]) -> t.Union[Record, t.List[t.Any], None]:
    if member is None or member.size > _LARGEST:
        return None
    file = tar.extractfile(member)
    try:
        return None if file is None else t.cast(Record, json.loads(file.read()))
    except ValueError:
        return None


def file_pieces(path: str) -> t.Iterator[bytes]:
    """A file in pieces."""
    with open(path, "rb") as file:
        while True:
            piece = file.read(PIECE)
            if not piece:
                return
            yield piece


def file_size(path: str) -> int:
    """Bytes of a file."""
    return os.stat(path).st_size
