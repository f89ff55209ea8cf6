# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a router tells of itself."""

from __future__ import annotations

import threading
import typing as t
from collections import Counter

from .errors import STAGES, RouteError
from .proxy import FILE, RELOAD, RUNTIME
from .view import Service

WAITING, OK, TROUBLE = "waiting", "ok", "trouble"


class Status:
    """For several threads.

    :param now: seconds since the epoch
    """

    def __init__(self, kind: str, output: str, now: t.Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._kind, self._output = kind, output
        self._trouble: t.Optional[t.Tuple[str, str, float]] = None
        self._applied: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._last_applied: t.Optional[float] = None
        self._known = False
        self._counts = {"services": 0, "instances": 0, "draining": 0}
        self._held: t.Tuple[str, ...] = ()
        self._left_out: t.Tuple[str, ...] = ()

    def see(self, services: t.Mapping[str, Service], held: t.Tuple[str, ...]) -> None:
        """What is to be served."""
        instances = [server for service in services.values() for server in service.instances]
        with self._lock:
            self._counts = {
                "services": len(services),
                "instances": len(instances),
                "draining": sum(server.draining for server in instances),
            }
            self._held = held

    def leave_out(self, problems: t.Sequence[str]) -> None:
        """What is not served of that, in sentences."""
        with self._lock:
            self._left_out = tuple(problems)

    def applied(self, how: t.Optional[str]) -> None:
        """All is well. :param how: see ``proxy``; None if nothing was to be done"""
        with self._lock:
            self._trouble, self._known = None, True
            if how is not None:
                self._applied[how] += 1
                self._last_applied = self._now()

    def failed(self, error: RouteError) -> bool:
        """The last good is kept. :returns: whether that is news"""
        with self._lock:
            news = self._trouble is None or self._trouble[:2] != (error.stage, error.message)
            since = self._now() if self._trouble is None else self._trouble[2]
            self._trouble = (error.stage, error.message, since)
            self._failed[error.stage] += 1
            return news

    @property
    def stage(self) -> t.Optional[str]:
        """Of the trouble; None without."""
        with self._lock:
            return None if self._trouble is None else self._trouble[0]

    def document(self) -> t.Dict[str, t.Any]:
        """All of it, as it is told in JSON."""
        with self._lock:
            stage, reason, since = self._trouble or (None, None, None)
            return {
                "state": TROUBLE if self._trouble else OK if self._known else WAITING,
                "stage": stage,
                "reason": reason,
                "since": since,
                "for": self._kind,
                "output": self._output,
                **self._counts,
                "held": list(self._held),
                "left_out": list(self._left_out),
                "applied": {how: self._applied[how] for how in (RUNTIME, RELOAD, FILE)},
                "failed": {stage: self._failed[stage] for stage in STAGES},
                "last_applied": self._last_applied,
            }
