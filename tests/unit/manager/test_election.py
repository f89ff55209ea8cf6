# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is primary, by a clock that tests move and a lock that they hand out."""

from __future__ import annotations

import typing as t

import pytest
from classic_swarm._swarm.discovery.leader_lock import LeaderLock
from classic_swarm._swarm.errors import DiscoveryError
from classic_swarm.manager.election.candidate import Candidate
from classic_swarm.manager.election.leadership import Leadership, NotPrimaryError, always_primary

from tests.unit.clock import TestClock

OWN, OTHER = "10.0.0.1:3376", "10.0.0.2:3376"
LEASE = 10.0


class ScriptedLock(LeaderLock):
    """Does one act at each hold: an epoch is held, an address is somebody else's, None is nobody's, a text an error."""

    def __init__(self, clock: TestClock, *acts: t.Any, answer_time: float = 0.0) -> None:
        super().__init__(OWN, 20.0)
        self.clock = clock
        self.acts = list(acts)
        self.answer_time = answer_time
        self.released = 0
        self.waited: list[float] = []

    @property
    def lease(self) -> float:
        return LEASE

    def hold(self) -> int | None:
        self.clock.sleep(self.answer_time)
        self.act = self.acts.pop(0)
        if isinstance(self.act, DiscoveryError):
            raise self.act
        return self.act if isinstance(self.act, int) else None

    def current_holder(self) -> str | None:
        return t.cast("str | None", self.act)

    def await_change(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.sleep(seconds)

    def release(self) -> None:
        self.released += 1


class Manager:
    """A candidate that stops when the script is at its end. :ivar seen: epoch, primary and time at each change"""

    def __init__(self, *acts: t.Any, answer_time: float = 0.0) -> None:
        self.clock = TestClock()
        self.lock = ScriptedLock(self.clock, *acts, answer_time=answer_time)
        self.leadership = Leadership(self.clock.now, OWN)
        self.seen: list[tuple[int | None, str | None, float]] = []
        self.log: list[str] = []
        self.candidate = Candidate(
            self.lock,
            self.leadership,
            clock=self.clock.now,
            wait=self.wait,
            log=self.note,
        )

    def wait(self, seconds: float) -> bool:
        self.clock.sleep(seconds)
        return not self.lock.acts

    def note(self, line: str) -> None:
        self.log.append(line)
        if line.startswith("this manager is "):
            self.look()

    def look(self) -> None:
        self.seen.append((self.leadership.epoch, self.leadership.primary, self.clock.now()))


def test_a_manager_starts_as_a_replica_and_changes_nothing() -> None:
    leadership = Leadership(TestClock().now, OWN)
    assert (leadership.is_primary, leadership.primary) == (False, None)
    with pytest.raises(NotPrimaryError) as raised:
        leadership.require()
    assert str(raised.value) == "this manager is a replica, and no primary is known at the moment"
    assert raised.value.primary is None


def test_a_primary_is_one_until_its_deadline_and_not_at_it() -> None:
    clock = TestClock()
    leadership = Leadership(clock.now, OWN)
    leadership.lead(7, 8.0)
    clock.sleep(7.9)
    assert (leadership.require(), leadership.primary) == (7, OWN)
    clock.sleep(0.1)
    assert (leadership.is_primary, leadership.epoch, leadership.primary) == (False, None, None)


def test_a_replica_names_the_primary_when_it_refuses() -> None:
    leadership = Leadership(TestClock().now, OWN)
    leadership.follow(OTHER)
    with pytest.raises(NotPrimaryError) as raised:
        leadership.require()
    assert str(raised.value) == f"this manager is a replica; the primary is {OTHER}"
    assert raised.value.primary == OTHER


def test_an_entry_of_its_own_from_before_a_restart_is_no_primary_to_follow() -> None:
    leadership = Leadership(TestClock().now, OWN)
    leadership.follow(OWN)
    assert leadership.primary is None


def test_without_replicas_a_manager_is_the_primary_for_ever() -> None:
    clock = TestClock()
    leadership = always_primary(clock.now, OWN)
    clock.sleep(1e9)
    assert (leadership.require(), leadership.primary) == (0, OWN)


def test_an_election_is_told_once_and_kept_four_times_in_a_lease() -> None:
    manager = Manager(3, 3, 3)
    manager.candidate.run()
    assert manager.seen == [(3, OWN, 0.0)]
    assert manager.log == ["this manager is the primary, in epoch 3"]
    assert manager.lock.waited == [2.5, 2.5, 2.5]
    assert manager.lock.released == 1
    assert not manager.leadership.is_primary


def test_the_deadline_counts_from_before_the_question() -> None:
    manager = Manager(3, answer_time=6.0)
    manager.lock.await_change = lambda _seconds: manager.look()  # type: ignore[method-assign]
    manager.candidate.run()
    # Asked at 0, known at 6, good for four fifths of ten seconds from 0.
    manager.leadership.lead(3, 8.0)
    manager.clock.sleep(1.9)
    assert manager.leadership.is_primary
    manager.clock.sleep(0.2)
    assert not manager.leadership.is_primary
    assert manager.seen[0] == (3, OWN, 6.0)


def test_an_answer_that_came_too_late_makes_nobody_primary() -> None:
    manager = Manager(3, answer_time=8.0)
    manager.candidate.run()
    assert manager.seen == []


def test_a_primary_that_the_store_does_not_answer_stops_at_its_deadline_and_says_why_once() -> None:
    lost = DiscoveryError("no host answered")
    manager = Manager(3, *[lost] * 9, OTHER)
    manager.candidate.run()
    # Held at 0 until 8; looks at 2.5, 3.5, ...
    assert manager.seen == [(3, OWN, 0.0), (None, None, 8.5), (None, OTHER, 11.5)]
    assert manager.log == [
        "this manager is the primary, in epoch 3",
        "the election goes on without the store: no host answered",
        "this manager is a replica, and there is no primary at the moment",
        f"this manager is a replica; the primary is {OTHER}",
        "the store answers again",
    ]


def test_a_primary_that_lost_the_lock_follows_at_once() -> None:
    manager = Manager(3, OTHER, None, 9)
    manager.candidate.run()
    assert manager.seen == [(3, OWN, 0.0), (None, OTHER, 2.5), (None, None, 5.0), (9, OWN, 7.5)]


def test_a_lock_that_cannot_be_given_back_is_told() -> None:
    manager = Manager(3)

    def fail() -> None:
        raise DiscoveryError("no host answered")

    manager.lock.release = fail  # type: ignore[method-assign]
    manager.candidate.run()
    assert manager.log[-1] == "no host answered"
