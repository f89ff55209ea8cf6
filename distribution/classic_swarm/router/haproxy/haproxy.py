# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""HAProxy: servers at run time, all else by a reload."""

from __future__ import annotations

import typing as t

from ..errors import NotRunningError, RouteError
from ..proxy import FILE, RELOAD, RUNTIME, Proxy, run_check
from .difference import Add, Change, Weigh, difference
from .layout import Layout, ServerLine, parse_layout
from .master import MasterSocket
from .states import busy_servers, matches, parse_states

#: Seconds for a reload, and between two looks at it.
_RELOAD_TIME, _LOOK = 30.0, 0.05
#: Seconds that a master which starts itself anew may listen to nobody.
_ANEW = 5.0
#: Seconds between two looks at servers that have left.
_TEND = 0.25

_Log = t.Callable[[str], None]


class HAProxy(Proxy):
    """
    :param drain: seconds that connections to a server that has left may go on
    :param clock: seconds that never run backwards
    """

    def __init__(
        self,
        program: str,
        master: MasterSocket,
        drain: float,
        *,
        clock: t.Callable[[], float],
        sleep: t.Callable[[float], None],
        log: _Log,
    ) -> None:
        self._program = program
        self._master = master
        self._drain = drain
        self._clock = clock
        self._sleep = sleep
        self._log = log
        #: What runs; None where that is not known.
        self._running: t.Optional[Layout] = None
        #: Servers that have left and still have connections, and when these are ended.
        self._leaving: t.Dict[t.Tuple[str, str], t.Tuple[float, ServerLine]] = {}
        self._tend_at = 0.0

    def check(self, path: str) -> None:
        run_check((self._program, "-c", "-q", "-f"), path)

    def is_in_step(self, text: str) -> bool:
        if self._running is not None:
            return True
        try:
            self._running = self._find(text)
        except NotRunningError:
            return True
        return self._running is not None

    def take(self, before: t.Optional[str], text: str) -> str:
        try:
            return self._take(before, parse_layout(text))
        except NotRunningError:
            self._forget()
            return FILE
        except RouteError:
            self._forget()
            raise

    def tend(self, now: float) -> None:
        if not self._leaving or now < self._tend_at:
            return
        self._tend_at = now + _TEND
        try:
            for backend in sorted({backend for backend, _name in self._leaving}):
                self._tend_backend(backend, now)
        except NotRunningError:
            self._forget()
        except RouteError as error:
            self._log(f"servers that have left are not removed yet: {error}")

    def _forget(self) -> None:
        self._running = None
        self._leaving.clear()

    def _find(self, text: t.Optional[str]) -> t.Optional[Layout]:
        """What runs, if it is what this text says."""
        self._master.processes()
        if text is None:
            return None
        layout = parse_layout(text)
        return layout if matches(layout, parse_states(self._master.worker("show servers state"))) else None

    def _take(self, before: t.Optional[str], wanted: Layout) -> str:
        running = self._running or self._find(before)
        changes = None if running is None else difference(running, wanted)
        how = RUNTIME
        if changes is None or not self._tell_all(changes):
            self._reload()
            self._leaving.clear()
            how = RELOAD
        self._running = wanted
        return how

    # a reload

    def _reload(self) -> None:
        before = self._master.processes()
        # The reply is empty whatever comes of it: the master starts itself anew.
        self._master.ask("reload")
        begun = self._clock()
        while self._clock() < begun + _RELOAD_TIME:
            self._sleep(_LOOK)
            try:
                after = self._master.processes()
            except NotRunningError:
                # While it starts itself anew nobody answers.
                if self._clock() > begun + _ANEW:
                    raise
                continue
            except RouteError:
                continue
            if after.master != before.master:
                # Somebody has started HAProxy anew, and it has read the file.
                return
            if after.reloads > before.reloads:
                if after.failed or after.worker is None or after.worker == before.worker:
                    raise RouteError("apply", "HAProxy did not take the configuration at a reload; its log says why")
                return
        raise RouteError("apply", f"HAProxy has not reloaded within {_RELOAD_TIME:g} s")

    # servers

    def _tell_all(self, changes: t.Sequence[Change]) -> bool:
        """Whether HAProxy did it all."""
        for change in changes:
            refusal = self._tell(change)
            if refusal is not None:
                self._log(f"HAProxy is reloaded, as it refused a change at run time: {refusal}")
                return False
        return True

    def _tell(self, change: Change) -> t.Optional[str]:
        """Why HAProxy refused, None if it did not."""
        server = f"{change.backend}/{change.name}"
        if isinstance(change, Add):
            return self._add(change, server)
        if isinstance(change, Weigh):
            return self._command(f"set server {server} weight {change.weight}")
        refusal = self._command(f"set server {server} state drain")
        if refusal is None:
            self._leaving[change.backend, change.name] = (self._clock() + self._drain, change.line)
        return refusal

    def _add(self, change: Add, server: str) -> t.Optional[str]:
        left = self._leaving.pop((change.backend, change.name), None)
        if left is not None:
            # It comes back before its last connection has ended.
            if (left[1].address, left[1].options) != (change.line.address, change.line.options):
                return f"{server} comes back as another while it leaves"
            return self._command(f"set server {server} state ready") or self._command(
                f"set server {server} weight {change.line.weight}"
            )
        answer = self._master.worker(f"add server {server} {change.line.words}")
        if answer != "New server registered.":
            return answer or "no answer"
        if "check" in change.line.options:
            refusal = self._command(f"enable health {server}")
            if refusal is not None:
                return refusal
        return self._command(f"enable server {server}")

    def _command(self, command: str) -> t.Optional[str]:
        # These say nothing when they have done it.
        return self._master.worker(command) or None

    def _tend_backend(self, backend: str, now: float) -> None:
        busy = busy_servers(self._master.worker(f"show stat {backend} 4 -1"))
        for key, (end, _line) in [*self._leaving.items()]:
            if key[0] != backend:
                continue
            server = f"{backend}/{key[1]}"
            if busy.get(key[1], 0):
                if now < end:
                    continue
                self._master.worker(f"shutdown sessions server {server}")
            self._master.worker(f"set server {server} state maint")
            answer = self._master.worker(f"del server {server}")
            # Refused as long as a connection is being closed: it is tried again.
            if answer.startswith(("Server deleted", "No such server")):
                del self._leaving[key]
