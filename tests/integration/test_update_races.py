# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody takes a node's last memory at the very moment in which a container is given more of it in place."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.change import UpdateContainer

from tests.integration.operating import Operator, inspect, verbs, where
from tests.integration.sabotage import Sabotage

ONE = "dockerhost01"
MEBIBYTE = 1 << 20


class Race:
    """c1 with 64 MiB on dockerhost01 is to have most of it; just before its update another one takes 256 MiB there."""

    def __init__(self, operator: Operator, sabotage: Sabotage) -> None:
        self.operator = operator
        self.engine = operator.lab.engine(ONE)
        self.total = self.engine.api("GET", "/info")["MemTotal"]
        self.sabotage = sabotage

    def grow(self, **options: Any) -> dict[str, Any]:
        self.sabotage.before(UpdateContainer, self._take_some)
        return self.operator.try_container("c1", memory=str(self.total - 128 * MEBIBYTE), **options)

    def _take_some(self) -> None:
        body = {"Image": "web:1", "HostConfig": {"Memory": 256 * MEBIBYTE}}
        self.engine.api("POST", "/containers/create?name=other", body)
        self.engine.api("POST", "/containers/other/start")


@pytest.fixture
def race(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Race:
    return Race(operator, Sabotage(monkeypatch))


def test_the_former_values_are_put_back(race: Race) -> None:
    made = race.operator.container("c1", memory="64m", constraints=[f"node=={ONE}"])
    refused = race.grow()
    assert refused["failed"]
    assert "no node takes c1: " in refused["msg"]
    assert f"{ONE}" in refused["msg"]
    assert (verbs(refused), refused["changed"]) == (["update", "restore"], False)
    now = inspect(race.engine, "c1")
    assert (now["Id"], now["HostConfig"]["Memory"]) == (made["container"]["Id"], 64 * MEBIBYTE)
    assert now["HostConfig"]["MemorySwap"] == made["container"]["HostConfig"]["MemorySwap"]
    assert now["State"]["Running"]
    race.operator.settled("c1", memory="64m")


def test_it_moves_where_it_may(race: Race) -> None:
    race.operator.container("c1", memory="64m", constraints=[f"node==~{ONE}"])
    moved = race.grow(relocate="when_needed")
    assert not moved.get("failed"), moved["msg"]
    assert verbs(moved)[:2] == ["update", "restore"]
    assert moved["node"]["name"] != ONE
    assert where(race.operator.lab) == {"c1": moved["node"]["name"], "other": ONE}


def test_what_cannot_be_put_back_is_told(race: Race) -> None:
    race.operator.container("c1", constraints=[f"node=={ONE}"])
    refused = race.grow()
    assert refused["failed"]
    assert "was updated on dockerhost01, and then: memory" in refused["msg"]
    assert "The engine cannot remove a limit" in refused["msg"]
    assert (verbs(refused), refused["changed"]) == (["update"], True)


def test_who_takes_nothing_more_is_not_disturbed(race: Race) -> None:
    race.operator.container("c1", memory="96m", constraints=[f"node=={ONE}"])
    race.sabotage.before(UpdateContainer, race._take_some)
    assert verbs(race.operator.container("c1", memory="64m", restart_policy="always")) == ["update"]
