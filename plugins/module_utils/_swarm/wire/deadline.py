# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One moment by which everything about one engine must be done."""

from __future__ import annotations

import socket
import time
import typing as t


class Deadline:
    """A moment in the future. :ivar seconds: how long it was away when it was set, for messages."""

    def __init__(self, seconds: float, clock: t.Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Seconds left, more than 0.

        :raises socket.timeout: none are left
        """
        left = self._end - self._clock()
        if left <= 0:
            # On Python 3.9 this is not yet the same class as TimeoutError; it is an OSError on every version.
            raise socket.timeout("timed out")
        return left


class Silence:
    """Bounds each wait by itself, for what may take long while it goes on. :ivar seconds: for one wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def remaining(self) -> float:
        """Seconds for the wait that begins now."""
        return self.seconds
