# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the agent does next, as a pure function of what it knows: no clock, no socket, no chance.

The engine's health says whether the entry is wanted; discovery is then brought there, one call at a time:

    ==========  ==========  =========
    healthy     registered  next call
    ==========  ==========  =========
    not known   no          none
    yes         no          REGISTER
    yes         yes         HEARTBEAT
    no          yes         WITHDRAW
    no          no          none
    ==========  ==========  =========

A call that fails is made again after a pause that doubles up to a bound. Checks go on meanwhile.
"""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, replace

from .settings import JoinSettings

#: Seconds between two tries of a call that fails: the first pause, and the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0

NEVER = float("inf")


class Action(enum.Enum):
    """One thing to do."""

    CHECK = "check"
    REGISTER = "register"
    HEARTBEAT = "heartbeat"
    WITHDRAW = "withdraw"
    WAIT = "wait"


class Step(t.NamedTuple):
    """What to do next. :ivar seconds: how long to wait, for ``WAIT``; 0 otherwise."""

    action: Action
    seconds: float = 0.0


@dataclass(frozen=True)
class State:
    """What the agent knows at one moment.

    :ivar check_at: when the engine is to be asked next; ``NEVER`` without a health check
    :ivar call_at: when discovery is to be called next, if there is something to call it for
    :ivar healthy: the verdict on the engine; None before there is one
    :ivar registered: discovery took the entry and was not told since to forget it
    :ivar failed_checks: checks in a row that failed
    :ivar failed_calls: calls of discovery in a row that failed
    """

    check_at: float
    call_at: float
    healthy: t.Optional[bool] = None
    registered: bool = False
    failed_checks: int = 0
    failed_calls: int = 0


def first_state(settings: JoinSettings, now: float) -> State:
    """The state of an agent that has just begun."""
    if settings.check is None:
        return State(check_at=NEVER, call_at=now, healthy=True)
    return State(check_at=now, call_at=now)


def next_step(state: State, now: float) -> Step:
    """What to do now."""
    if now >= state.check_at:
        return Step(Action.CHECK)
    call = _next_call(state)
    if call is None:
        return Step(Action.WAIT, state.check_at - now)
    if now >= state.call_at:
        return Step(call)
    return Step(Action.WAIT, min(state.check_at, state.call_at) - now)


def after_check(state: State, settings: JoinSettings, now: float, passed: bool) -> State:
    """The state after a health check."""
    check = settings.check
    if check is None:
        return state
    checked = replace(state, check_at=now + check.interval, failed_checks=0 if passed else state.failed_checks + 1)
    if not passed and checked.failed_checks <= check.retries:
        return checked
    # A new verdict is passed on at once, whatever call was due when.
    return checked if state.healthy == passed else replace(checked, healthy=passed, call_at=now)


def after_call(
    state: State, settings: JoinSettings, now: float, action: Action, succeeded: bool, spread: float
) -> State:
    """The state after a call of discovery.

    :param spread: 0 to 1, by chance: keeps agents apart that all lost the same backend
    """
    if not succeeded:
        failures = state.failed_calls + 1
        return replace(state, failed_calls=failures, call_at=now + _pause(failures, settings.heartbeat, spread))
    return replace(state, registered=action is not Action.WITHDRAW, failed_calls=0, call_at=now + settings.heartbeat)


def _next_call(state: State) -> t.Optional[Action]:
    if state.healthy:
        return Action.HEARTBEAT if state.registered else Action.REGISTER
    return Action.WITHDRAW if state.registered else None


def _pause(failures: int, heartbeat: float, spread: float) -> float:
    # The exponent is bounded too: a backend may be away for days.
    longest = min(LONGEST_PAUSE, heartbeat, FIRST_PAUSE * (1 << min(failures - 1, 16)))
    return longest * (1 + spread) / 2
