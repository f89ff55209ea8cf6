# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is kept of services that lose their instances: a store that lost its keys is no reason to serve nobody."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .errors import RouteError
from .view import Service

Services = t.Mapping[str, Service]
NEVER = float("inf")


@dataclass
class _Lost:
    """:ivar at: when it had instances last; :ivar service: as it was"""

    at: float
    service: Service
    grace: float


class Holding:
    """
    :param grace: seconds that a service keeps its instances when all of them vanish at once
    :param forget: seconds that a service without instances is known
    :param allow_empty: a store without any service is meant so
    """

    def __init__(self, grace: float, forget: float, allow_empty: bool) -> None:
        self._grace = grace
        self._forget = forget
        self._allow_empty = allow_empty
        self._last: t.Dict[str, Service] = {}
        self._lost: t.Dict[str, _Lost] = {}
        self._now = 0.0

    @property
    def held(self) -> t.Tuple[str, ...]:
        """Services that have instances only because they had some."""
        return tuple(sorted(name for name, lost in self._lost.items() if self._now < lost.at + lost.grace))

    def due(self) -> float:
        """When something becomes another by time alone."""
        ends = (
            end
            for lost in self._lost.values()
            for end in (lost.at + lost.grace, lost.at + lost.grace + self._forget)
            if end > self._now
        )
        return min(ends, default=NEVER)

    def hold(self, found: Services, now: float) -> t.Dict[str, Service]:
        """What is to be served, in order.

        :param now: seconds that never run backwards
        :raises RouteError: the store has no service at all, and had some
        """
        self._now = now
        if not found and not self._allow_empty and any(each.instances for each in self._last.values()):
            raise RouteError("empty", "the store has no services at all; those that were there are kept")
        for name, before in self._last.items():
            if name not in found and name not in self._lost:
                # Those that were told to drain have gone as they should.
                drained = all(server.draining for server in before.instances)
                self._lost[name] = _Lost(now, before, 0.0 if drained else self._grace)
        for name in [*self._lost]:
            lost = self._lost[name]
            if name in found or now >= lost.at + lost.grace + self._forget:
                del self._lost[name]
        self._last = dict(found)
        kept = {name: self._kept(lost) for name, lost in self._lost.items()}
        return dict(sorted({**kept, **found}.items()))

    def _kept(self, lost: _Lost) -> Service:
        return lost.service if self._now < lost.at + lost.grace else replace(lost.service, instances=())
