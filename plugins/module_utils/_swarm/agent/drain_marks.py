# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The containers of this engine that somebody is about to stop, as plans say in the store; kept by a thread.

While the store does not answer, what was known stays.
"""

from __future__ import annotations

import threading
import time
import typing as t

from ..discovery.owned_keys import KeyFolder
from ..errors import DiscoveryError

#: Seconds that one watch may last, and between two tries where the store does not answer.
_WATCH, _RETRY = 10.0, 1.0
#: Seconds that a container counts as marked after its mark has gone: it has just stopped, and the engine's word of that
#: may come a moment later.
LINGER = 1.0


class DrainMarks:
    """
    :param folder: ``<prefix>-drain/<node>``, whose keys end with IDs of containers
    :param log: takes one line for each problem
    """

    def __init__(
        self, folder: KeyFolder, log: t.Callable[[str], None], clock: t.Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._marked: t.FrozenSet[str] = frozenset()
        self._gone: t.Dict[str, float] = {}
        self._version = 0
        self._thread = threading.Thread(target=self._run, name="marks", daemon=True)

    @property
    def version(self) -> int:
        """Grows with each change."""
        with self._lock:
            over = [identity for identity, until in self._gone.items() if self._clock() >= until]
            for identity in over:
                del self._gone[identity]
            self._version += bool(over)
            return self._version

    @property
    def marked(self) -> t.FrozenSet[str]:
        """The IDs of the containers."""
        with self._lock:
            return self._marked | self._gone.keys()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Watch no more; a watch that is under way ends with the process."""
        self._stop.set()

    def _run(self) -> None:
        told = ""
        while not self._stop.is_set():
            try:
                self._note(self._folder.read())
                told = ""
                self._folder.await_change(_WATCH)
            except DiscoveryError as error:
                if str(error) != told and not self._stop.is_set():
                    self._log(f"who is about to stop is not known, trying again: {error}")
                told = str(error)
                self._stop.wait(_RETRY)

    def _note(self, keys: t.Iterable[str]) -> None:
        marked = frozenset(path.rpartition("/")[2] for path in keys)
        with self._lock:
            self._version += marked != self._marked
            until = self._clock() + LINGER
            self._gone.update((identity, until) for identity in self._marked - marked)
            self._marked = marked
