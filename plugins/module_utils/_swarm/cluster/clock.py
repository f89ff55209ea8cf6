# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Time as it is handed in: what waits takes its clock from whoever starts it, so that a test need not wait."""

from __future__ import annotations

import time
import typing as t


class Clock(t.Protocol):
    """A clock that can also wait."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Deadline:
    """:param seconds: from now; None for no deadline"""

    def __init__(self, clock: Clock, seconds: t.Optional[float]) -> None:
        self._clock = clock
        self._end = None if seconds is None else clock.now() + seconds

    @property
    def passed(self) -> bool:
        """Whether it has come."""
        return self._end is not None and self._clock.now() >= self._end
