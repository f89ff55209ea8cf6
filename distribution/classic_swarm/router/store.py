# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The three folders of a store that a router reads, each followed by a thread of its own."""

from __future__ import annotations

import threading
import typing as t

from .._swarm.discovery.owned_keys import KeyFolder
from .._swarm.errors import DiscoveryError
from .._swarm.services.instance import DRAIN_SUFFIX, FACTS_SUFFIX
from .reading import Keys

#: Seconds that one question whether something has changed may be held back. Consul holds it back until then when keys
#: are removed by a prefix that is shorter than the folder's.
_WAIT = 30.0
#: Seconds before a store that does not answer is asked again: the first pause, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0

#: Gives a folder of the store by its name, with a connection of its own.
OpenFolder = t.Callable[[str], KeyFolder]


class Folder:
    """One folder, and the thread that follows it."""

    def __init__(self, folder: KeyFolder, name: str, chance: t.Callable[[], float]) -> None:
        self._folder = folder
        self._name = name
        self._chance = chance
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._found: t.Optional[t.Dict[str, str]] = None
        self._failure: t.Optional[BaseException] = None
        self._version = 0

    def start(self) -> None:
        """Begin to follow."""
        # It waits for the store for up to a minute, and nobody waits for it.
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """Follow no more."""
        self._stop.set()

    def read(self) -> t.Dict[str, str]:
        """Values by the part of the path behind the folder, asked for now.

        :raises DiscoveryError, InputError: as ``KeyFolder.read``
        """
        begin = f"{self._name}/"
        return {path[len(begin) :]: value for path, value in self._folder.read().items() if path.startswith(begin)}

    def look(self) -> t.Tuple[int, t.Optional[t.Dict[str, str]], t.Optional[BaseException]]:
        """A number that grows with each change, what was found last (None before that), and why it may be old."""
        with self._lock:
            return self._version, self._found, self._failure

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                self._note(self.read(), None)
                failures = 0
                self._folder.await_change(_WAIT)
            except DiscoveryError as error:
                self._note(None, error)
                pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(failures, 8)))
                failures += 1
                self._stop.wait(pause * (1 + self._chance()) / 2)
            except BaseException as error:
                # Raised again by whoever looks: a thread that ends in silence would look like a store without changes.
                self._note(None, error)
                return

    def _note(self, found: t.Optional[t.Dict[str, str]], failure: t.Optional[BaseException]) -> None:
        with self._lock:
            if failure is None and self._failure is None and found == self._found:
                return
            self._failure = failure
            if found is not None:
                self._found = found
            self._version += 1


class Store:
    """
    :param prefix: of the keys, without slashes around it
    :param chance: gives a number from 0 to 1
    """

    def __init__(self, open_folder: OpenFolder, prefix: str, chance: t.Callable[[], float]) -> None:
        names = (prefix, f"{prefix}{FACTS_SUFFIX}", f"{prefix}{DRAIN_SUFFIX}")
        self._folders = [Folder(open_folder(name), name, chance) for name in names]

    def start(self) -> None:
        """Begin to follow."""
        for folder in self._folders:
            folder.start()

    def stop(self) -> None:
        """Follow no more."""
        for folder in self._folders:
            folder.stop()

    @property
    def version(self) -> int:
        """Grows with each change and each failure; 0 before anything is known."""
        return sum(folder.look()[0] for folder in self._folders)

    def read(self) -> Keys:
        """All of it, asked for now.

        :raises DiscoveryError, InputError: as ``KeyFolder.read``
        """
        return _keys([folder.read() for folder in self._folders])

    def look(self) -> t.Optional[Keys]:
        """What was found last; None before all of it is known.

        :raises DiscoveryError: the store does not answer now
        :raises InputError: it never will
        """
        looks = [folder.look() for folder in self._folders]
        for _version, _found, failure in looks:
            if failure is not None:
                raise failure
        found = [each for _version, each, _failure in looks if each is not None]
        return _keys(found) if len(found) == len(looks) else None


def _keys(found: t.Sequence[t.Mapping[str, str]]) -> Keys:
    services, facts, marks = found
    return Keys(services, facts, frozenset(path.rpartition("/")[2] for path in marks))
