# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How often one client may ask: a bucket of asks that fills with time, for each address."""

from __future__ import annotations

import ipaddress
import threading
import typing as t
from collections import OrderedDict

#: Addresses that are remembered; the one that was seen last the longest time ago is forgotten.
_REMEMBERED = 10_000


class RateLimit:
    """May be used by many threads.

    :param rate: asks a second
    :param burst: asks at once
    :param clock: gives seconds that never run backwards
    """

    def __init__(self, rate: float, burst: float, clock: t.Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        #: For each address what was left, and when.
        self._left: OrderedDict[str, t.Tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether the address may ask once more now; that ask is counted."""
        key, now = _network_of(address), self._clock()
        with self._lock:
            left, since = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
            return allowed


def _network_of(address: str) -> str:
    """An IPv4 address as it is; of an IPv6 address the half that one host does not choose by itself."""
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else str(ipaddress.IPv6Network((parsed, 64), strict=False))
