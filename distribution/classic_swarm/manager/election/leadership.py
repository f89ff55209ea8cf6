# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether this manager is the primary, as everything in it asks before it changes something.

The answer is a matter of this process's own clock: what the store said last is good until a deadline, and not a moment
longer, whether or not the store can be reached. A process that was frozen finds its deadline past when it goes on.
"""

from __future__ import annotations

import threading
import typing as t

Clock = t.Callable[[], float]


class NotPrimaryError(Exception):
    """This manager may not change anything now. :ivar primary: address of the one that may, None if it is not known"""

    def __init__(self, primary: t.Optional[str]) -> None:
        super().__init__(
            "this manager is a replica, and no primary is known at the moment"
            if primary is None
            else f"this manager is a replica; the primary is {primary}"
        )
        self.primary = primary


class Leadership:
    """Written by the thread that holds the lock, read by all others.

    :param clock: seconds that never run backwards, while the process is frozen too
    :param address: where clients and other managers reach this one; that of the primary while this one is it
    """

    def __init__(self, clock: Clock, address: str) -> None:
        self.address = address
        self._clock = clock
        self._lock = threading.Lock()
        self._epoch: t.Optional[int] = None
        self._deadline = 0.0
        self._primary: t.Optional[str] = None

    def lead(self, epoch: int, deadline: float) -> None:
        """This manager is the primary until then."""
        with self._lock:
            self._epoch, self._deadline, self._primary = epoch, deadline, self.address

    def follow(self, primary: t.Optional[str]) -> None:
        """Another one is, or nobody that is known."""
        with self._lock:
            self._epoch = None
            # An entry of this manager's own, of before it was restarted, leads nowhere.
            self._primary = None if primary == self.address else primary

    @property
    def epoch(self) -> t.Optional[int]:
        """The number of this term; None while this manager is not the primary."""
        with self._lock:
            return self._epoch if self._epoch is not None and self._clock() < self._deadline else None

    @property
    def is_primary(self) -> bool:
        """Whether this manager may change something now."""
        return self.epoch is not None

    @property
    def primary(self) -> t.Optional[str]:
        """Address of the primary, None while none is known."""
        epoch = self.epoch
        with self._lock:
            return None if epoch is None and self._primary == self.address else self._primary

    def require(self) -> int:
        """To be called right before each change. :returns: the epoch

        :raises NotPrimaryError: this manager may not change anything now
        """
        epoch = self.epoch
        if epoch is None:
            raise NotPrimaryError(self.primary)
        return epoch


def always_primary(clock: Clock, address: str) -> Leadership:
    """What a manager without replicas has: it is the primary for ever, in an epoch that is none."""
    leadership = Leadership(clock, address)
    leadership.lead(0, float("inf"))
    return leadership
