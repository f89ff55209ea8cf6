# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""When the next application may begin."""

from __future__ import annotations

import typing as t

#: Seconds from the first change to the application: the first of a burst brings others along.
SETTLE = 0.1
#: Seconds before what failed is tried again though nothing changed: the first pause, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Part of the interval that is added by chance, at most: routers side by side shall not act at once.
JITTER = 0.25


class Pace:
    """
    :param interval: least seconds between two applications
    :param chance: gives a number from 0 to 1
    """

    def __init__(self, interval: float, chance: t.Callable[[], float]) -> None:
        self._interval = interval
        self._chance = chance
        self._free_at = 0.0
        self._wanted_at: t.Optional[float] = None
        self._failures = 0

    def want(self, now: float) -> None:
        """Something changed."""
        wanted_at = now + SETTLE
        # A change does not wait for the pause after a failure: it may be what mends it.
        self._wanted_at = wanted_at if self._wanted_at is None else min(self._wanted_at, wanted_at)

    def is_due(self, now: float) -> bool:
        """Whether to apply now."""
        return self._wanted_at is not None and now >= max(self._wanted_at, self._free_at)

    def done(self, now: float, succeeded: bool) -> None:
        """It was tried."""
        self._free_at = now + self._interval * (1 + JITTER * self._chance())
        if succeeded:
            self._failures, self._wanted_at = 0, None
            return
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(self._failures, 8)))
        self._failures += 1
        self._wanted_at = now + pause * (1 + self._chance()) / 2
