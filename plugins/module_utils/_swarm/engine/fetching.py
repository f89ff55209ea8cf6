# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An archive that comes out of a container, compared with files of this machine and written where they differ.

Whoever controls the container wrote the archive. Nothing is written outside of the destination, nor through a link
below it; a file is complete before it takes the place of another one; bits of a mode that give rights are left out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tarfile
import tempfile
import typing as t

from ..errors import ClusterError

_PIECE = 64 * 1024
_MODE = 0o777


class Fetched:
    """What came of it.

    :ivar changed: whether something was written, or would be
    :ivar checksum: SHA-1 of a single file; empty for what is none
    :ivar files: how many files and links came
    :ivar size: bytes of all of them
    :ivar skipped: paths of what is neither a file nor a folder nor a link, and stays where it is
    """

    def __init__(self) -> None:
        self.changed = False
        self.checksum = ""
        self.files = 0
        self.size = 0
        self.skipped: t.List[str] = []


def fetch(archive: tarfile.TarFile, destination: str, dry: bool = False) -> Fetched:
    """Bring what is in ``archive`` to ``destination``: a file becomes that file, a folder that folder.

    What else is in a folder stays.

    :param dry: only compare
    :raises ClusterError: something cannot be written there, or is in the way
    """
    return _Fetch(destination, dry).take(archive)


class _Fetch:
    def __init__(self, destination: str, dry: bool) -> None:
        self._root = destination
        self._dry = dry
        self._done = Fetched()

    def take(self, archive: tarfile.TarFile) -> Fetched:
        for member in archive:
            path = self._path_of(member.name)
            try:
                self._take_one(archive, member, path)
            except OSError as error:
                raise ClusterError(f"dest: {path} cannot be written where this task runs: {error.strerror}") from error
        return self._done

    def _take_one(self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
        if member.isdir():
            self._folder(path, member)
        elif member.isreg():
            self._file(path, member, t.cast("t.IO[bytes]", archive.extractfile(member)))
        elif member.issym():
            self._link(path, member.linkname)
        elif member.islnk():
            self._second_name(path, member)
        else:
            self._done.skipped.append(path)

    def _path_of(self, name: str) -> str:
        """Where a member goes: its name without the first part, which is that of the whole.

        :raises ClusterError: it would lead out of the destination
        """
        parts = [part for part in name.split("/") if part not in ("", ".")][1:]
        if ".." in parts:
            raise ClusterError(f"the archive holds {name!r}, which would be written outside of {self._root}")
        path = self._root
        for part in parts:
            if os.path.islink(path):
                raise ClusterError(f"dest: {path} is a link; nothing is written through links")
            path = os.path.join(path, part)
        return path

    def _folder(self, path: str, member: tarfile.TarInfo) -> None:
        if os.path.isdir(path) and (path == self._root or not os.path.islink(path)):
            return
        self._done.changed = True
        if not self._dry:
            os.makedirs(path) if path == self._root else os.mkdir(path)
            # its owner must be able to write into it
            os.chmod(path, member.mode & _MODE | stat.S_IRWXU)

    def _file(self, path: str, member: tarfile.TarInfo, content: t.IO[bytes]) -> None:
        before = _checksum(path)
        self._done.files += 1
        self._done.size += member.size
        mode = member.mode & _MODE
        with self._written(path) as file:
            total = hashlib.sha1(usedforsecurity=False)
            while True:
                piece = content.read(_PIECE)
                if not piece:
                    break
                total.update(piece)
                if file is not None:
                    file.write(piece)
            self._done.checksum = total.hexdigest() if path == self._root else ""
            if before == total.hexdigest() and stat.S_IMODE(os.lstat(path).st_mode) == mode:
                return
            self._done.changed = True
            if file is not None:
                file.close()
                os.chmod(file.name, mode)
                os.replace(file.name, path)

    @contextlib.contextmanager
    def _written(self, path: str) -> t.Iterator[t.Optional[t.Any]]:
        """A file beside ``path`` that takes its place or goes; None where nothing is written."""
        if self._dry:
            yield None
            return
        folder = os.path.dirname(path)
        if path == self._root:
            os.makedirs(folder, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False) as file:
            try:
                yield file
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(file.name)

    def _link(self, path: str, target: str) -> None:
        self._done.files += 1
        if os.path.islink(path) and os.readlink(path) == target:
            return
        self._done.changed = True
        if self._dry:
            return
        if path == self._root:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(path), prefix=".fetch-") as folder:
            made = os.path.join(folder, "link")
            os.symlink(target, made)
            os.replace(made, path)

    def _second_name(self, path: str, member: tarfile.TarInfo) -> None:
        """A file that has come already under another name, and comes again without its content."""
        first = self._path_of(member.linkname)
        if os.path.islink(first) or not os.path.isfile(first):
            # not there yet where nothing is written
            self._done.files += 1
            self._done.changed = True
            return
        with open(first, "rb") as content:
            status = os.fstat(content.fileno())
            member.size, member.mode = status.st_size, stat.S_IMODE(status.st_mode)
            self._file(path, member, content)


def _checksum(path: str) -> str:
    """SHA-1 of the file at ``path``, empty where there is none. A folder in its place stays, and is an error."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
    except FileNotFoundError:
        return ""
    total = hashlib.sha1(usedforsecurity=False)
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(_PIECE), b""):
            total.update(piece)
    return total.hexdigest()
