# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The last creates that were refused, for whoever wonders why."""

from __future__ import annotations

import time
import typing as t
from collections import deque
from dataclasses import dataclass

#: So many are remembered.
KEPT = 20


@dataclass(frozen=True)
class Refusal:
    """One create that was refused.

    :ivar at: seconds since the epoch
    :ivar name: that the container was to have, empty for none
    :ivar subject: who asked
    :ivar message: why not, as the client was told
    """

    at: float
    name: str
    subject: str
    message: str


class Refusals:
    """Remembers the last ones. :param clock: seconds since the epoch"""

    def __init__(self, clock: t.Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept: t.Deque[Refusal] = deque(maxlen=KEPT)

    def note(self, name: str, subject: str, message: str) -> None:
        """A create was refused just now."""
        self._kept.append(Refusal(self._clock(), name, subject, message))

    def newest_first(self) -> t.List[Refusal]:
        """Those that are remembered."""
        return list(reversed(self._kept))
