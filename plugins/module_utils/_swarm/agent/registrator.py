# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm register``: the published ports of one engine's containers are keys in a store, as long as they serve."""

from __future__ import annotations

import typing as t
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from ..discovery.backend import Clock
from ..services.checks import Check, make_check
from ..services.instance import Instance
from ..services.registry import Place, Registered, register
from .follow import LOOK, Containers
from .keeping import Keeper

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
    :param log: takes one line for each change and each problem
    """

    def __init__(
        self,
        place: Place,
        containers: Containers,
        keepers: t.Sequence[Keeper],
        marks: Marks,
        *,
        clock: Clock,
        wait: t.Callable[[float], bool],
        log: t.Callable[[str], None],
        check: MakeCheck = make_check,
    ) -> None:
        self._place = place
        self._containers = containers
        self._keepers = keepers
        self._marks = marks
        self._clock = clock
        self._wait = wait
        self._log = log
        self._check = check
        self._checked: t.Dict[str, _Checked] = {}
        self._told: t.Set[str] = set()

    def run(self) -> None:
        """Register until the process is to stop, then remove all keys.

        :raises InputError: a place cannot keep the TTL
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
                for keeper in self._keepers:
                    keeper.keep(registered)
        for keeper in self._keepers:
            keeper.give_up()

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
