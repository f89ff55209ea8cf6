# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm register``: the published ports of one engine's containers are keys in a store, as long as they serve."""

from __future__ import annotations

import typing as t
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from ..discovery.backend import Clock
from ..discovery.owned_keys import OwnedKeys
from ..errors import DiscoveryError
from ..services.checks import Check, make_check
from ..services.instance import Instance
from ..services.registry import Place, Registered, register
from .follow import LOOK, Containers

#: Times in a TTL that the keys are kept.
_RENEWALS = 4
#: Seconds before a store that does not answer is tried again: the first pause, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_CHECKERS = 16

MakeCheck = t.Callable[[Check, str, int], t.Optional[str]]


@dataclass
class _Checked:
    """:ivar due: when it is made next; :ivar passed: whether the last one was"""

    due: float
    passed: bool = False
    running: t.Optional[Future[t.Optional[str]]] = None


class Marks(t.Protocol):
    """Who is about to stop, kept up to date by somebody."""

    @property
    def version(self) -> int:
        """Grows with each change."""

    @property
    def marked(self) -> t.FrozenSet[str]:
        """The IDs of the containers."""


class Registrator:
    """
    :param marks: containers that leave before their engine is asked to stop them
    :param wait: waits so many seconds or until the process is to stop, and tells whether it is
    :param chance: gives a number from 0 to 1
    :param log: takes one line for each change and each problem
    """

    def __init__(
        self,
        place: Place,
        containers: Containers,
        keys: OwnedKeys,
        marks: Marks,
        *,
        clock: Clock,
        wait: t.Callable[[float], bool],
        chance: t.Callable[[], float],
        log: t.Callable[[str], None],
        check: MakeCheck = make_check,
    ) -> None:
        self._place = place
        self._containers = containers
        self._keys = keys
        self._marks = marks
        self._clock = clock
        self._wait = wait
        self._chance = chance
        self._log = log
        self._check = check
        self._checked: t.Dict[str, _Checked] = {}
        self._told: t.Set[str] = set()
        self._kept: t.Optional[t.Mapping[str, str]] = None
        self._keep_at = 0.0
        self._failures = 0

    def run(self) -> None:
        """Register until the process is to stop, then remove all keys.

        :raises InputError: the store cannot keep the TTL
        """
        seen = (-1, -1)
        registered = Registered({}, {}, {}, ())
        with ThreadPoolExecutor(max_workers=_CHECKERS) as checkers:
            while not self._wait(LOOK):
                version = (self._containers.version, self._marks.version)
                if version[0] == 0:
                    # Nothing is known yet: what a predecessor registered must not go.
                    continue
                if version != seen or self._collect_checks():
                    seen = version
                    known, leaving = self._containers.look()
                    registered = register(self._place, known, leaving | self._marks.marked, self._has_passed)
                    self._tell(registered.problems)
                self._begin_checks(registered, checkers)
                self._keep(registered.keys)
        self._give_up()

    def _keep(self, keys: t.Mapping[str, str]) -> None:
        now = self._clock()
        if now < self._keep_at and (keys == self._kept or self._failures):
            return
        try:
            changed = self._keys.keep(keys)
        except DiscoveryError as error:
            # Nothing is dropped: the store's own time decides, and is tried to be met.
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(self._failures, 8)))
            self._keep_at = now + longest * (1 + self._chance()) / 2
            self._failures += 1
            self._tell([f"the store does not take the services, trying again: {error}"])
            return
        if self._failures:
            self._log(f"the store takes the services again, after {self._failures} tries that failed")
            self._told = {line for line in self._told if not line.startswith("the store ")}
        self._failures = 0
        if self._kept is None:
            count = sum(path.startswith(f"{self._place.prefix}/") for path in keys)
            self._log(f"the store keeps the services of this engine, {count} now")
        self._kept = dict(keys)
        self._keep_at = now + self._keys.ttl / _RENEWALS
        for path in changed:
            if path.startswith(f"{self._place.prefix}/"):
                self._log(f"registered {path} = {keys[path]}" if path in keys else f"removed {path}")

    def _give_up(self) -> None:
        try:
            self._keys.release()
        except DiscoveryError as error:
            self._log(f"stopped, and the services could not be removed; they vanish by their TTL: {error}")
        else:
            self._log("stopped, removed all services")

    def _tell(self, lines: t.Iterable[str]) -> None:
        """Each line once."""
        for line in lines:
            if line not in self._told:
                self._log(line)
                self._told.add(line)

    # checks

    def _has_passed(self, path: str) -> bool:
        checked = self._checked.get(path)
        return checked is not None and checked.passed

    def _begin_checks(self, registered: Registered, checkers: ThreadPoolExecutor) -> None:
        for path in self._checked.keys() - registered.checks.keys():
            del self._checked[path]
        for path, check in registered.checks.items():
            checked = self._checked.setdefault(path, _Checked(self._clock()))
            if checked.running is None and self._clock() >= checked.due:
                instance: Instance = registered.instances[path]
                checked.due = self._clock() + check.interval
                checked.running = checkers.submit(self._check, check, instance.address, instance.port)

    def _collect_checks(self) -> bool:
        """Whether the outcome of one has changed."""
        changed = False
        for path, checked in self._checked.items():
            if checked.running is None or not checked.running.done():
                continue
            reason, checked.running = checked.running.result(), None
            if checked.passed != (reason is None):
                checked.passed, changed = reason is None, True
                self._log(f"the check of {path} passes" if reason is None else f"the check of {path} fails: {reason}")
        return changed
