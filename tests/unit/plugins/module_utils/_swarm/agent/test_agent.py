# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.agent import Agent
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import (
    EngineCheckSettings,
    JoinSettings,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import (
    Backend,
    Registration,
    Source,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    EngineError,
    InputError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

SETTINGS = JoinSettings(Entry("10.0.0.5", 2376), DiscoverySettings("consul://c/swarm"))
CHECKED = replace(SETTINGS, check=EngineCheckSettings("tcp://10.0.0.5:2376", interval=10, retries=1))
REGISTERED = "registered 10.0.0.5:2376 in consul://c/swarm, TTL 180 s, heartbeat every 60 s"


class World(Backend):
    """Discovery and an engine that are away at times, a clock that moves when the agent waits, and what was seen.

    :param until: when the agent is asked to stop
    :param away: (from, to) during which discovery takes no call
    :param down: (from, to) during which the engine is not healthy
    """

    def __init__(
        self,
        until: float,
        away: t.Sequence[tuple[float, float]] = (),
        down: t.Sequence[tuple[float, float]] = (),
        error: SwarmError | None = None,
    ) -> None:
        self.now = 0.0
        super().__init__(Source("consul://c/swarm", "c/swarm"), SETTINGS.discovery, self.clock, self._sleeps_not)
        self.until = until
        self.away = away
        self.down = down
        self.error = error or DiscoveryError("nobody is there")
        self.calls: list[tuple[float, str]] = []
        self.lines: list[tuple[float, str]] = []

    def run(self, settings: JoinSettings, chance: float = 1.0) -> bool:
        check = None if settings.check is None else self.check
        return Agent(settings, self, check, clock=self.clock, wait=self.wait, chance=lambda: chance, log=self.log).run()

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now = min(self.now + seconds, self.until)
        return self.now >= self.until

    def log(self, line: str) -> None:
        self.lines.append((self.now, line))

    def check(self) -> None:
        if within(self.now, self.down):
            raise EngineError("10.0.0.5:2376", "connection refused")

    def note(self, call: str) -> None:
        failed = within(self.now, self.away)
        self.calls.append((self.now, f"{call} fails" if failed else call))
        if failed:
            raise self.error

    def register(self, entry: Entry, ttl: float) -> Registration:
        self.note("register")
        return Kept(self, entry, ttl)

    def list(self) -> tuple[Entry, ...]:
        raise NotImplementedError

    def watch(self, known: t.Sequence[Entry], timeout: float) -> tuple[Entry, ...]:
        raise NotImplementedError

    def _sleeps_not(self, seconds: float) -> None:
        raise NotImplementedError


class Kept(Registration):
    def __init__(self, world: World, entry: Entry, ttl: float) -> None:
        super().__init__(entry, ttl)
        self.world = world

    def heartbeat(self) -> None:
        self.world.note("heartbeat")

    def deregister(self) -> None:
        self.world.note("deregister")


def within(now: float, spans: t.Sequence[tuple[float, float]]) -> bool:
    return any(begin <= now < end for begin, end in spans)


def test_it_registers_keeps_the_entry_and_removes_it_when_stopped() -> None:
    world = World(until=150)
    assert world.run(SETTINGS) is True
    assert world.calls == [(0, "register"), (60, "heartbeat"), (120, "heartbeat"), (150, "deregister")]
    assert world.lines == [(0, REGISTERED), (150, "stopped, removed 10.0.0.5:2376")]


def test_it_waits_a_part_of_the_delay_by_chance() -> None:
    world = World(until=10)
    world.run(replace(SETTINGS, delay=20), chance=0.25)
    assert world.calls[0] == (5, "register")


def test_stopped_within_the_delay_it_has_called_nobody() -> None:
    world = World(until=10)
    assert world.run(replace(SETTINGS, delay=20)) is True
    assert (world.calls, world.lines) == ([], [])


def test_it_registers_when_discovery_is_there_at_last() -> None:
    world = World(until=8, away=[(0, 6)])
    world.run(SETTINGS)
    assert world.calls == [
        (0, "register fails"),
        (1, "register fails"),
        (3, "register fails"),
        (7, "register"),
        (8, "deregister"),
    ]
    assert world.lines[:2] == [(0, "register failed, trying again: nobody is there"), (7, REGISTERED)]


def test_a_store_that_was_away_takes_heartbeats_again() -> None:
    world = World(until=70, away=[(60, 62)])
    world.run(SETTINGS)
    assert world.calls[1:4] == [(60, "heartbeat fails"), (61, "heartbeat fails"), (63, "heartbeat")]
    assert world.lines[1:3] == [
        (60, "heartbeat failed, trying again: nobody is there"),
        (63, "the heartbeat of 10.0.0.5:2376 is taken again, after 2 that failed"),
    ]


def test_an_engine_that_is_not_healthy_is_withdrawn_and_registered_again() -> None:
    world = World(until=65, down=[(15, 45)])
    world.run(CHECKED)
    assert world.calls == [(0, "register"), (30, "deregister"), (50, "register"), (65, "deregister")]
    assert [line for _when, line in world.lines[1:4]] == [
        "the engine is not healthy, 10.0.0.5:2376 is not advertised until it is: connection refused",
        "withdrew 10.0.0.5:2376",
        "the engine is healthy again",
    ]


def test_one_failed_check_is_overlooked() -> None:
    world = World(until=50, down=[(15, 25)])
    world.run(CHECKED)
    assert world.calls == [(0, "register"), (50, "deregister")]


def test_an_engine_that_never_answers_is_never_advertised() -> None:
    world = World(until=300, down=[(0, 300)])
    assert world.run(CHECKED) is True
    assert world.calls == []
    assert len(world.lines) == 1


def test_an_engine_that_recovers_while_discovery_is_away_is_kept() -> None:
    world = World(until=80, away=[(20, 55)], down=[(5, 25)])
    world.run(CHECKED)
    made = [call for _when, call in world.calls if not call.endswith("fails")]
    assert made == ["register", "heartbeat", "deregister"]
    assert (20, "deregister fails") in world.calls


def test_what_cannot_be_removed_is_said_and_told_by_the_result() -> None:
    world = World(until=50, away=[(50, 60)])
    assert world.run(SETTINGS) is False
    assert world.lines[-1] == (
        50,
        "stopped, and 10.0.0.5:2376 could not be removed; it vanishes by its TTL: nobody is there",
    )


def test_a_backend_that_can_never_take_the_entry_ends_it() -> None:
    world = World(until=50, away=[(0, 50)], error=InputError("a fixed list"))
    with pytest.raises(InputError, match="a fixed list"):
        world.run(SETTINGS)


def test_a_file_that_is_broken_later_is_waited_for() -> None:
    world = World(until=62, away=[(60, 61)], error=InputError("line 3 is bad"))
    assert world.run(SETTINGS) is True
    assert world.calls[1:3] == [(60, "heartbeat fails"), (61, "heartbeat")]
