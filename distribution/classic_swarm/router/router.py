# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm route``: what runs is what the store says, or the last of that which was good."""

from __future__ import annotations

import typing as t

from .._swarm.errors import DiscoveryError
from .applier import Applier
from .errors import RouteError
from .holding import NEVER, Holding
from .pace import Pace
from .proxy import Proxy
from .reading import Keys, Reader
from .rendering import Template
from .status import Status
from .store import Store
from .template_options import Value
from .view import Service, View
from .viewing import make_view

#: Seconds between two looks whether something has changed: in the store; in the template, the certificates, what runs.
LOOK, LOOK_AT_FILES = 0.05, 2.0

Log = t.Callable[[str], None]


class Planner:
    """From what is in the store to the text of a configuration."""

    def __init__(self, template: Template, options: t.Mapping[str, Value], holding: Holding) -> None:
        self._template = template
        self._options = options
        self._reader = Reader()
        self.holding = holding

    def services(self, keys: Keys, now: float) -> t.Tuple[t.Dict[str, Service], t.List[str]]:
        """What is to be served, and what is left out.

        :raises RouteError: the store has no service any more
        """
        found, problems = self._reader.read(keys)
        return self.holding.hold(found, now), problems

    def view(self, services: t.Mapping[str, Service]) -> t.Tuple[View, t.List[str]]:
        """What the template sees of it, and what is not routed."""
        return make_view(services, self._options)

    def text(self, view: View) -> str:
        """:raises RouteError: the template does not render"""
        return self._template.render(view, self._options)

    def files(self) -> t.Tuple[str, str]:
        """Another value whenever the template or a certificate is another."""
        try:
            source = self._template.source()
        except RouteError as error:
            source = error.message
        return source, make_view({}, self._options)[0].certificates_state


class Router:
    """
    :param wait: waits so many seconds or until the process is to stop, and tells whether it is
    :param clock: seconds that never run backwards
    :param log: takes one line for each change and each problem
    """

    def __init__(
        self,
        store: Store,
        planner: Planner,
        applier: Applier,
        proxy: Proxy,
        pace: Pace,
        status: Status,
        *,
        clock: t.Callable[[], float],
        wait: t.Callable[[float], bool],
        log: Log,
    ) -> None:
        self._store = store
        self._planner = planner
        self._applier = applier
        self._proxy = proxy
        self._pace = pace
        self._status = status
        self._clock = clock
        self._wait = wait
        self._log = log
        self._seen = 0
        self._services: t.Optional[t.Dict[str, Service]] = None
        self._left_out: t.List[str] = []
        self._told: t.Set[str] = set()
        self._held: t.Tuple[str, ...] = ()
        self._due = NEVER
        self._files = planner.files()
        self._files_at = 0.0

    def run(self) -> None:
        """Until the process is to stop. What runs is left as it is then.

        :raises InputError: it can never work
        """
        while not self._wait(LOOK):
            now = self._clock()
            self._look_at_store(now)
            self._look_at_files(now)
            if self._services is not None and self._pace.is_due(now):
                self._apply(self._services)
            self._proxy.tend(now)

    def _look_at_store(self, now: float) -> None:
        version = self._store.version
        if version == self._seen and now < self._due:
            return
        self._seen = version
        try:
            keys = self._store.look()
            if keys is None:
                return
            services, left_out = self._planner.services(keys, now)
        except DiscoveryError as error:
            self._fail(RouteError("store", f"the store does not answer: {error}"))
            return
        except RouteError as error:
            self._due = NEVER
            self._fail(error)
            return
        self._due = self._planner.holding.due()
        self._note_held(services)
        news = (services, left_out) != (self._services, self._left_out)
        if news or self._status.stage in ("store", "empty"):
            self._services, self._left_out = services, left_out
            self._pace.want(now)

    def _look_at_files(self, now: float) -> None:
        if now < self._files_at:
            return
        self._files_at = now + LOOK_AT_FILES
        files = self._planner.files()
        try:
            # It may have started by now, with a file that was written while it did.
            in_step = self._applier.is_in_step()
        except RouteError as error:
            self._fail(error)
            return
        if files != self._files or not in_step:
            self._files = files
            self._pace.want(now)

    def _apply(self, services: t.Dict[str, Service]) -> None:
        view, not_routed = self._planner.view(services)
        problems = [*self._left_out, *not_routed]
        self._tell(problems)
        self._status.leave_out(problems)
        try:
            how = self._applier.apply(self._planner.text(view))
        except RouteError as error:
            self._pace.done(self._clock(), False)
            self._fail(error)
            return
        self._pace.done(self._clock(), True)
        if self._status.stage is not None:
            self._log("all is well again")
        self._status.applied(how)
        if how is not None:
            instances = sum(len(service.instances) for service in services.values())
            self._log(f"applied by {how}: {len(services)} services, {instances} instances")

    def _note_held(self, services: t.Mapping[str, Service]) -> None:
        held = self._planner.holding.held
        for name in held:
            if name not in self._held:
                self._log(f"{name} has lost all its instances at once and keeps them for now")
        self._held = held
        self._status.see(services, held)

    def _fail(self, error: RouteError) -> None:
        if self._status.failed(error):
            self._log(f"the last good configuration is kept: {error}")

    def _tell(self, lines: t.Sequence[str]) -> None:
        """Each line once, and again when it has been gone."""
        for line in lines:
            if line not in self._told:
                self._log(line)
        self._told = set(lines)
