# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.lifecycle import (
    LONGEST_PAUSE,
    NEVER,
    Action,
    State,
    Step,
    after_call,
    after_check,
    first_state,
    next_step,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import (
    EngineCheckSettings,
    JoinSettings,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

NOW = 1000.0
SETTINGS = JoinSettings(
    Entry("10.0.0.5", 2376),
    DiscoverySettings("consul://c/swarm"),
    check=EngineCheckSettings("tcp://10.0.0.5:2376", interval=10, retries=1),
)
UNCHECKED = replace(SETTINGS, check=None)
#: The next check is 10 s away and a call is due, where there is one to make.
QUIET = State(check_at=NOW + 10, call_at=NOW)


@pytest.mark.parametrize(
    ("healthy", "registered", "expected"),
    [
        (None, False, Step(Action.WAIT, 10)),
        (True, False, Step(Action.REGISTER)),
        (True, True, Step(Action.HEARTBEAT)),
        (False, True, Step(Action.WITHDRAW)),
        (False, False, Step(Action.WAIT, 10)),
    ],
)
def test_health_and_registration_say_which_call_is_next(healthy: bool | None, registered: bool, expected: Step) -> None:
    assert next_step(replace(QUIET, healthy=healthy, registered=registered), NOW) == expected


@pytest.mark.parametrize(
    ("check_at", "call_at", "expected"),
    [
        (NOW, NOW, Step(Action.CHECK)),
        (NOW - 5, NOW - 50, Step(Action.CHECK)),
        (NOW + 1, NOW - 1, Step(Action.HEARTBEAT)),
        (NOW + 3, NOW + 7, Step(Action.WAIT, 3)),
        (NOW + 9, NOW + 2, Step(Action.WAIT, 2)),
        (NEVER, NOW + 60, Step(Action.WAIT, 60)),
    ],
)
def test_what_is_due_comes_first_and_the_engine_before_discovery(
    check_at: float, call_at: float, expected: Step
) -> None:
    assert next_step(State(check_at, call_at, healthy=True, registered=True), NOW) == expected


def test_it_begins_with_a_check() -> None:
    assert next_step(first_state(SETTINGS, NOW), NOW) == Step(Action.CHECK)


def test_without_a_check_it_begins_with_the_registration() -> None:
    assert next_step(first_state(UNCHECKED, NOW), NOW) == Step(Action.REGISTER)


@pytest.mark.parametrize(
    ("healthy", "failed_checks", "passed", "expected"),
    [
        (None, 0, True, (True, 0)),
        (None, 0, False, (None, 1)),
        (None, 1, False, (False, 2)),
        (True, 0, False, (True, 1)),
        (True, 1, False, (False, 2)),
        (True, 1, True, (True, 0)),
        (False, 7, False, (False, 8)),
        (False, 7, True, (True, 0)),
    ],
)
def test_checks_lead_to_a_verdict_after_the_retries(
    healthy: bool | None, failed_checks: int, passed: bool, expected: tuple[bool | None, int]
) -> None:
    before = replace(QUIET, healthy=healthy, failed_checks=failed_checks)
    after = after_check(before, SETTINGS, NOW, passed)
    assert (after.healthy, after.failed_checks) == expected
    assert after.check_at == NOW + 10


@pytest.mark.parametrize(("passed", "call_at"), [(True, NOW + 40), (False, NOW)])
def test_only_a_new_verdict_brings_the_next_call_forward(passed: bool, call_at: float) -> None:
    before = State(NOW, NOW + 40, healthy=True, registered=True, failed_checks=1)
    assert after_check(before, SETTINGS, NOW, passed).call_at == call_at


def test_a_check_that_was_never_asked_for_changes_nothing() -> None:
    state = first_state(UNCHECKED, NOW)
    assert after_check(state, UNCHECKED, NOW, passed=False) == state


@pytest.mark.parametrize(
    ("action", "registered"),
    [(Action.REGISTER, True), (Action.HEARTBEAT, True), (Action.WITHDRAW, False)],
)
def test_a_call_that_succeeds(action: Action, registered: bool) -> None:
    before = replace(QUIET, healthy=True, registered=not registered, failed_calls=3)
    after = after_call(before, SETTINGS, NOW, action, True, spread=0.5)
    assert (after.registered, after.failed_calls, after.call_at) == (registered, 0, NOW + 60)


@pytest.mark.parametrize("registered", [False, True])
def test_a_call_that_fails_leaves_what_was_known(registered: bool) -> None:
    before = replace(QUIET, healthy=True, registered=registered)
    after = after_call(before, SETTINGS, NOW, Action.HEARTBEAT, False, spread=1)
    assert after == replace(before, failed_calls=1, call_at=NOW + 1)


@pytest.mark.parametrize(
    ("failures_before", "heartbeat", "spread", "pause"),
    [
        (0, 60, 1, 1),
        (0, 60, 0, 0.5),
        (1, 60, 1, 2),
        (2, 60, 0.5, 3),
        (4, 60, 1, 16),
        (5, 60, 1, LONGEST_PAUSE),
        (5000, 60, 1, LONGEST_PAUSE),
        (5000, 60, 0, LONGEST_PAUSE / 2),
        (5, 4, 1, 4),
    ],
)
def test_the_pause_doubles_up_to_a_bound(failures_before: int, heartbeat: float, spread: float, pause: float) -> None:
    settings = replace(SETTINGS, heartbeat=heartbeat)
    before = replace(QUIET, healthy=True, failed_calls=failures_before)
    assert after_call(before, settings, NOW, Action.REGISTER, False, spread).call_at == NOW + pause
