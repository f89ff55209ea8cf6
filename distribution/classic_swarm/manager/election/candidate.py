# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Stands for primary, in a thread of its own: gets the lock, keeps it, or learns who has it."""

from __future__ import annotations

import typing as t

from ..._swarm.discovery.leader_lock import LeaderLock
from ..._swarm.errors import DiscoveryError
from .leadership import Clock, Leadership

#: Part of the lease that is left unused: what was begun in time is finished within it.
MARGIN = 0.2
#: Times in a lease that the lock is kept.
RENEWALS = 4
#: Seconds between two tries while the store does not answer.
RETRY = 1.0


class Candidate:
    """One manager of several.

    :param wait: waits so many seconds or until the manager is to stop, and tells whether it is
    :param log: takes one line whenever this manager became the primary, ceased to be it, or another did, and one for
        each problem; by then that is so
    """

    def __init__(
        self,
        lock: LeaderLock,
        leadership: Leadership,
        *,
        clock: Clock,
        wait: t.Callable[[float], bool],
        log: t.Callable[[str], None],
    ) -> None:
        self._lock = lock
        self._leadership = leadership
        self._clock = clock
        self._wait = wait
        self._log = log
        self._told: t.Tuple[t.Optional[int], t.Optional[str]] = (None, None)
        self._trouble: t.Optional[str] = None

    def run(self) -> None:
        """Stand until the manager is to stop, then give the lock back.

        :raises InputError: the store cannot keep the TTL
        """
        try:
            while not self._wait(0.0):
                self._stand()
        finally:
            self._leadership.follow(None)
            self._give_back()

    def _stand(self) -> None:
        """One look at the lock, and the time until the next."""
        began = self._clock()
        try:
            epoch = self._lock.hold()
            if epoch is not None:
                self._leadership.lead(epoch, began + self._lock.lease * (1 - MARGIN))
            else:
                self._leadership.follow(self._lock.current_holder())
            self._tell()
            self._lock.await_change(self._lock.lease / RENEWALS)
        except DiscoveryError as error:
            # The deadline stands: what it was is good until then, and nothing is known after it.
            self._tell()
            self._note_trouble(str(error))
            self._wait(RETRY)
        else:
            self._note_trouble(None)

    def _tell(self) -> None:
        now = (self._leadership.epoch, self._leadership.primary)
        if now == self._told:
            return
        epoch, primary = now
        if epoch is not None:
            self._log(f"this manager is the primary, in epoch {epoch}")
        elif primary is None:
            self._log("this manager is a replica, and there is no primary at the moment")
        else:
            self._log(f"this manager is a replica; the primary is {primary}")
        self._told = now

    def _note_trouble(self, trouble: t.Optional[str]) -> None:
        if trouble != self._trouble:
            self._log(f"the election goes on without the store: {trouble}" if trouble else "the store answers again")
        self._trouble = trouble

    def _give_back(self) -> None:
        try:
            self._lock.release()
        except DiscoveryError as error:
            self._log(str(error))
