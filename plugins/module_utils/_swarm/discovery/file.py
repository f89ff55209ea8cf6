# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``file://PATH``: one entry a line, with ranges; blank lines and ``#`` comments, also behind an entry."""

from __future__ import annotations

import fcntl
import os
import tempfile
import typing as t
from contextlib import contextmanager

from ..errors import DiscoveryError, InputError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source, check_ttl
from .entry import Entry, parse_entries, unique
from .ranges import MAX_ENTRIES

#: Seconds between two looks at the file while it is watched, and between two tries to lock it.
POLL_INTERVAL = 1.0
LOCK_INTERVAL = 0.05

_Fingerprint = t.Tuple[int, int, int]


class FileBackend(Backend):
    """Entries in a text file that people write, and that registrations append to."""

    TITLE = "a file"
    EXAMPLE = "file:///etc/swarm/cluster.conf"
    HELP = (
        "`file:///etc/swarm/cluster.conf` names a file with one entry on a line, written as in a list. Blank lines and "
        "what follows a `#` are skipped.",
    )

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        super().__init__(source, settings, clock, sleep)
        if not source.location:
            raise InputError(
                f"'{source.text}' names no file; write file:///PATH, such as file:///etc/swarm/cluster.conf"
            )
        # A file behind a symbolic link is replaced where it is; the link stays.
        self._path = os.path.realpath(os.path.expanduser(source.location))

    def list(self) -> t.Tuple[Entry, ...]:
        return unique(entry for _line, entries in self._parse(self._read()) for entry in entries)

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        while True:
            # Taken before reading: a change in between is seen by the next look.
            fingerprint = self._fingerprint()
            entries = self.list()
            if entries != tuple(known) or self._clock() >= deadline:
                return entries
            while self._fingerprint() == fingerprint and self._clock() < deadline:
                self._sleep(min(max(deadline - self._clock(), 0.0), POLL_INTERVAL))

    def register(self, entry: Entry, ttl: float) -> Registration:
        check_ttl(ttl, 0, float("inf"), "a file")
        registration = FileRegistration(self, entry, ttl)
        registration.heartbeat()
        return registration

    def add(self, entry: Entry) -> None:
        """Append the entry unless its address is there already, on a line of its own or in a range.

        :raises InputError: a line that is there already is bad; the file is left as it is
        :raises DiscoveryError: the file cannot be read, locked or replaced
        """
        with self._locked():
            text = self._read() if os.path.exists(self._path) else ""
            present = {known.address for _line, entries in self._parse(text) for known in entries}
            if entry.address not in present:
                line_end = "" if text.endswith("\n") or not text else "\n"
                self._replace(f"{text}{line_end}{entry}\n")

    def remove(self, entry: Entry) -> None:
        """Remove the entry's line; a comment behind it stays.

        :raises InputError: a line of the file is bad; the file is left as it is
        :raises DiscoveryError: the entry is part of a range, or the file cannot be read, locked or replaced
        """
        with self._locked():
            kept = []
            for number, (line, entries) in enumerate(self._parse(self._read()), start=1):
                if entry.address not in {known.address for known in entries}:
                    kept.append(line)
                elif len(entries) > 1:
                    raise DiscoveryError(
                        f"line {number} of {self._path}: {entry.address} is part of a range there and cannot be "
                        f"removed by itself; write the range without it"
                    )
                elif "#" in line:
                    kept.append(line[line.index("#") :])
            self._replace("\n".join(kept))

    def _parse(self, text: str) -> t.Iterator[t.Tuple[str, t.Tuple[Entry, ...]]]:
        """Every line and its entries; a line of nothing or a comment has none."""
        left = MAX_ENTRIES
        for number, line in enumerate(text.split("\n"), start=1):
            written = line.partition("#")[0].strip()
            try:
                entries = parse_entries(written, left) if written else ()
                left -= len(entries)
                yield line, entries
            except InputError as error:
                raise InputError(f"line {number} of {self._path}: {error}") from error

    def _read(self) -> str:
        try:
            # Line ends as they are, for they are written back; the -sig takes away what Windows editors put first.
            with open(self._path, encoding="utf-8-sig", newline="") as file:
                return file.read()
        except FileNotFoundError as error:
            raise DiscoveryError(
                f"the discovery file {self._path} does not exist; write one with a line HOST:PORT for each engine"
            ) from error
        except UnicodeDecodeError as error:
            raise DiscoveryError(f"the discovery file {self._path} is not UTF-8 text: {error.reason}") from error
        except OSError as error:
            raise DiscoveryError(f"the discovery file {self._path} cannot be read: {error.strerror}") from error

    def _fingerprint(self) -> t.Optional[_Fingerprint]:
        """What is another one when the file was written or replaced; None while there is no file to look at."""
        try:
            found = os.stat(self._path)
        except OSError:
            # Why it cannot be looked at is what the next reading says.
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    @contextmanager
    def _locked(self) -> t.Iterator[None]:
        """Keep other registrations out. The folder is locked: the file is replaced, and its lock would go with it."""
        folder = os.path.dirname(self._path)
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise DiscoveryError(
                f"the folder {folder} of the discovery file cannot be opened: {error.strerror}"
            ) from error
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        deadline = self._clock() + self._settings.timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                # Somebody else's lock is worth waiting for; a folder that cannot be locked at all is not.
                if not isinstance(error, BlockingIOError) or self._clock() >= deadline:
                    raise DiscoveryError(
                        f"the folder of the discovery file {self._path} could not be locked within "
                        f"{self._settings.timeout:g} s: {error.strerror}"
                    ) from error
            self._sleep(LOCK_INTERVAL)

    def _replace(self, text: str) -> None:
        """Put the text in the file's place in one step: a reader sees the old file or the new one, whole."""
        try:
            descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(self._path), prefix=".cluster-")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                    self._copy_ownership(file.fileno())
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self._path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            raise DiscoveryError(f"the discovery file {self._path} cannot be written: {error.strerror}") from error

    def _copy_ownership(self, descriptor: int) -> None:
        try:
            old = os.stat(self._path)
        except FileNotFoundError:
            os.fchmod(descriptor, 0o644)
            return
        os.fchmod(descriptor, old.st_mode & 0o7777)
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, old.st_uid, old.st_gid)


class FileRegistration(Registration):
    """A line in the file. A file knows no time: without a heartbeat the line stays."""

    def __init__(self, backend: FileBackend, entry: Entry, ttl: float) -> None:
        super().__init__(entry, ttl)
        self._backend = backend

    def heartbeat(self) -> None:
        self._backend.add(self.entry)

    def deregister(self) -> None:
        self._backend.remove(self.entry)
