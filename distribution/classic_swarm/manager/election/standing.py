# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Stands for primary as long as the endpoint serves: the thread, and what it is given."""

from __future__ import annotations

import threading
import time
import typing as t

from ..._swarm.discovery.registry import open_backend
from ..._swarm.errors import InputError
from ..settings import ManagerSettings
from .candidate import Candidate
from .leadership import Leadership, always_primary

#: Seconds for the lock to be given back when the endpoint stops.
_PATIENCE = 5.0


def clock() -> float:
    """Seconds that never run backwards, and run on while the process is frozen or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Standing:
    """One manager's part in the election.

    :ivar leadership: whether this manager may change something now; for ever, where there are no replicas
    :raises InputError: the discovery source keeps no lock, or not with this TTL
    """

    def __init__(self, settings: ManagerSettings, log: t.Callable[[str], None]) -> None:
        self._stop = threading.Event()
        self._log = log
        self._thread: t.Optional[threading.Thread] = None
        if not settings.replication or settings.advertise is None:
            self.leadership = always_primary(clock, "")
            return
        self.leadership = Leadership(clock, settings.advertise)
        # A waiting backend wakes up when the endpoint is to stop.
        backend = open_backend(settings.discovery, sleep=self._sleep)
        lock = backend.leader_lock(settings.advertise, settings.replication_ttl)
        candidate = Candidate(lock, self.leadership, clock=clock, wait=self._stop.wait, log=log)
        self._thread = threading.Thread(target=self._run, args=(candidate,), name="election", daemon=True)

    def start(self) -> None:
        """Begin to stand, without waiting for the outcome."""
        if self._thread is not None:
            self._thread.start()

    def close(self) -> None:
        """Give the lock back. What the store does not take in time it forgets by itself."""
        self._stop.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _run(self, candidate: Candidate) -> None:
        try:
            candidate.run()
        except InputError as error:
            self._log(f"this manager no longer stands for election: {error}")
