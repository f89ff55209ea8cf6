# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images of one engine written into a file."""

from __future__ import annotations

import contextlib
import os
import tempfile
import typing as t

from ...errors import ClusterError, InputError
from .archive import read_archive
from .transfer import Source


def holds_already(path: str, source: Source) -> bool:
    """Whether the file at ``path`` is an archive of just these images under just these names."""
    if not os.path.exists(path) or source.images is None:
        return False
    try:
        found = read_archive(path)
    except InputError:
        return False
    wanted = {(name, image.content) for image in source.images for name in image.names}
    return found is not None and {(name, image.content) for image in found for name in image.names} == wanted


def write_archive(path: str, source: Source) -> None:
    """Write the images to ``path``, which is as it was until all of them are there.

    :raises EngineError: the engine refuses, or breaks off
    :raises ClusterError: the file cannot be written
    """
    folder, name = os.path.split(path)
    with _told(path):
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder or ".")
    try:
        with source.open() as pieces, os.fdopen(handle, "wb") as file:
            for piece in pieces:
                with _told(path):
                    file.write(piece)
        with _told(path):
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _told(path: str) -> t.Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ClusterError(f"{path} cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
