# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The process that keeps one engine in discovery: it does what ``lifecycle`` says, and tells of each change."""

from __future__ import annotations

import typing as t

from ..discovery.backend import Backend, Clock, Registration
from ..errors import DiscoveryError, EngineError, InputError, SwarmError
from .health import HealthCheck
from .lifecycle import Action, State, after_call, after_check, first_state, next_step
from .settings import JoinSettings

#: Waits so many seconds, or until the agent is to stop; tells whether it is.
Wait = t.Callable[[float], bool]
#: Takes one line for the operator.
Log = t.Callable[[str], None]
#: Gives a number from 0 to 1.
Chance = t.Callable[[], float]


class Agent:
    """Keeps ``settings.entry`` registered while the engine is healthy.

    :param check: None where ``settings.check`` is
    """

    def __init__(
        self,
        settings: JoinSettings,
        backend: Backend,
        check: t.Optional[HealthCheck],
        *,
        clock: Clock,
        wait: Wait,
        chance: Chance,
        log: Log,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._check = check
        self._clock = clock
        self._wait = wait
        self._chance = chance
        self._log = log
        self._registration: t.Optional[Registration] = None
        self._accepted = False
        self._told: t.Optional[str] = None

    @property
    def _address(self) -> str:
        return self._settings.entry.address

    def run(self) -> bool:
        """Work until the agent is to stop, then remove the entry.

        :returns: whether the entry is gone; otherwise its TTL removes it
        :raises InputError: the backend can never take this entry: it is read-only, or its file or TTL cannot be right
        """
        if self._wait(self._settings.delay * self._chance()):
            return True
        state = first_state(self._settings, self._clock())
        while True:
            step = next_step(state, self._clock())
            if step.action is Action.CHECK:
                state = self._ask_engine(state)
            elif step.action is not Action.WAIT:
                state = self._call(state, step.action)
            if self._wait(step.seconds):
                return self._leave()

    def _ask_engine(self, state: State) -> State:
        reason = ""
        try:
            if self._check is not None:
                self._check()
        except EngineError as error:
            reason = str(error)
        checked = after_check(state, self._settings, self._clock(), passed=not reason)
        if checked.healthy != state.healthy:
            self._tell_of_health(reason, first=state.healthy is None)
        return checked

    def _tell_of_health(self, reason: str, first: bool) -> None:
        if reason:
            self._log(f"the engine is not healthy, {self._address} is not advertised until it is: {reason}")
        elif not first:
            self._log("the engine is healthy again")

    def _call(self, state: State, action: Action) -> State:
        try:
            self._carry_out(action)
        except (DiscoveryError, InputError) as error:
            # A file that somebody broke while the agent runs is mended as well.
            if isinstance(error, InputError) and not self._accepted:
                raise
            self._tell_of_failure(action, error)
            return after_call(state, self._settings, self._clock(), action, False, self._chance())
        self._tell_of_success(action, state.failed_calls)
        return after_call(state, self._settings, self._clock(), action, True, self._chance())

    def _carry_out(self, action: Action) -> None:
        if action is Action.WITHDRAW:
            self._deregister()
        elif self._registration is None:
            self._registration = self._backend.register(self._settings.entry, self._settings.ttl)
            self._accepted = True
        else:
            self._registration.heartbeat()

    def _deregister(self) -> None:
        if self._registration is not None:
            self._registration.deregister()
            self._registration = None

    def _tell_of_failure(self, action: Action, error: SwarmError) -> None:
        # One line for each new reason, not one for each try: a backend may be away for a night.
        line = f"{action.value} failed, trying again: {error}"
        if line != self._told:
            self._log(line)
        self._told = line

    def _tell_of_success(self, action: Action, failures: int) -> None:
        self._told = None
        if action is Action.REGISTER:
            self._log(
                f"registered {self._address} in {self._backend.shown}, "
                f"TTL {self._settings.ttl:g} s, heartbeat every {self._settings.heartbeat:g} s"
            )
        elif action is Action.WITHDRAW:
            self._log(f"withdrew {self._address}")
        elif failures:
            self._log(f"the heartbeat of {self._address} is taken again, after {failures} that failed")

    def _leave(self) -> bool:
        if self._registration is None:
            return True
        try:
            self._deregister()
        except (DiscoveryError, InputError) as error:
            self._log(f"stopped, and {self._address} could not be removed; it vanishes by its TTL: {error}")
            return False
        self._log(f"stopped, removed {self._address}")
        return True
