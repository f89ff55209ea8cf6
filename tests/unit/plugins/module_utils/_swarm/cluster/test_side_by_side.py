# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import (
    Outcome,
    on_each,
    tell_failures,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, InputError

LOST = EngineError("n2:2375", "no answer from n2:2375 within 60 s")


def test_one_that_fails_keeps_none_from_being_done() -> None:
    def act(name: str) -> str:
        if name == "n2":
            raise LOST
        return name.upper()

    assert on_each(["n1", "n2", "n3"], act) == [Outcome("n1", "N1"), Outcome("n2", error=LOST), Outcome("n3", "N3")]


def test_all_are_done_at_once() -> None:
    together = threading.Barrier(8, timeout=10)
    assert [each.done for each in on_each(range(8), lambda _number: together.wait())] == [True] * 8


def test_no_more_are_done_at_once_than_wanted() -> None:
    busy, most, lock = 0, 0, threading.Lock()
    go_on = threading.Event()

    def act(_number: int) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        go_on.wait(0.02)
        with lock:
            busy -= 1

    on_each(range(9), act, workers=3)
    assert most <= 3


@pytest.mark.parametrize("subjects", [["n1"], ["n1", "n2"]])
def test_what_the_user_wrote_fails_all(subjects: list[str]) -> None:
    def act(_name: str) -> None:
        raise InputError("mode: '9' is not a mode")

    with pytest.raises(InputError, match="mode: '9' is not a mode"):
        on_each(subjects, act)


def test_failures_are_told() -> None:
    outcomes = [Outcome("n1", 1), Outcome("n2", error=LOST)]
    told = tell_failures(outcomes, str.upper, "nodes")
    assert told == "1 of 2 nodes failed: N2: no answer from n2:2375 within 60 s"
    assert tell_failures(outcomes[:1], str, "nodes") == ""


def test_of_many_failures_the_first_are_told() -> None:
    outcomes = [Outcome(f"n{number}", error=EngineError("", "no")) for number in range(1, 8)]
    told = tell_failures(outcomes, str, "nodes")
    assert told == "7 of 7 nodes failed: n1: no; n2: no; n3: no; n4: no; n5: no; and 2 more"
