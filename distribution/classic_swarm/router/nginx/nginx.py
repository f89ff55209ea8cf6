# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""nginx: every change by a reload."""

from __future__ import annotations

import os
import signal
import typing as t

from ..errors import NotRunningError, RouteError
from ..proxy import FILE, RELOAD, Proxy, run_check

#: Seconds for a reload, and between two looks at it.
_RELOAD_TIME, _LOOK = 30.0, 0.05


class Nginx(Proxy):
    """:param pid_file: of the master process"""

    def __init__(
        self, program: str, pid_file: str, *, clock: t.Callable[[], float], sleep: t.Callable[[float], None]
    ) -> None:
        self._program = program
        self._pid_file = pid_file
        self._clock = clock
        self._sleep = sleep
        self._known = True

    def check(self, path: str) -> None:
        run_check((self._program, "-t", "-q", "-c"), path)

    def is_in_step(self, text: str) -> bool:
        # nginx does not tell what it has read; whoever wrote the file had it read, if it ran then.
        if not self._known:
            try:
                self._master()
            except NotRunningError:
                return True
        return self._known

    def take(self, before: t.Optional[str], text: str) -> str:
        self._known = False
        try:
            self._reload()
        except NotRunningError:
            return FILE
        self._known = True
        return RELOAD

    def tend(self, now: float) -> None:
        # Workers that have left end their connections by themselves (worker_shutdown_timeout).
        return

    def _reload(self) -> None:
        master = self._master()
        before = _children(master)
        try:
            os.kill(master, signal.SIGHUP)
        except ProcessLookupError:
            raise NotRunningError("nginx does not run") from None
        except PermissionError:
            raise RouteError("apply", f"nginx (process {master}) belongs to another user and cannot be told") from None
        end = self._clock() + _RELOAD_TIME
        while self._clock() < end:
            self._sleep(_LOOK)
            now = _children(master)
            # The old ones take requests for a moment after the new ones have begun.
            if now - before and all(map(_is_leaving, now & before)):
                return
        raise RouteError("apply", f"nginx has no new workers {_RELOAD_TIME:g} s after a reload; its log says why")

    def _master(self) -> int:
        try:
            with open(self._pid_file, encoding="ascii") as file:
                content = file.read().strip()
            # nginx -t leaves an empty one.
            if not content:
                raise NotRunningError(f"nginx does not run: {self._pid_file} is empty")
            master = int(content)
        except FileNotFoundError:
            raise NotRunningError(f"nginx does not run: there is no {self._pid_file}") from None
        except (OSError, ValueError):
            raise RouteError("apply", f"{self._pid_file} does not tell nginx' process") from None
        try:
            with open(f"/proc/{master}/comm", encoding="utf-8") as file:
                name = file.read().strip()
        except FileNotFoundError:
            raise NotRunningError("nginx does not run") from None
        # A number that another process has by now.
        if name != "nginx":
            raise NotRunningError("nginx does not run")
        return master


def _children(master: int) -> t.Set[int]:
    try:
        with open(f"/proc/{master}/task/{master}/children", encoding="ascii") as file:
            return {int(word) for word in file.read().split()}
    except FileNotFoundError:
        raise NotRunningError("nginx does not run") from None


def _is_leaving(worker: int) -> bool:
    try:
        with open(f"/proc/{worker}/cmdline", "rb") as file:
            return b"shutting down" in file.read()
    except FileNotFoundError:
        return True
