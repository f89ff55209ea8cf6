# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""So many containers of one kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.integration.operating import Operator, actions, foreign, names, where

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


def members(operator: Operator) -> list[str]:
    return sorted(where(operator.lab), key=lambda name: int(name.rpartition("-")[2]))


def test_up_down_and_away(operator: Operator) -> None:
    made = operator.container("web", count=10, ports=["80"])
    assert names(made["containers"]) == [f"web-{number}" for number in range(1, 11)]
    assert sorted(Counter(where(operator.lab).values()).values()) == [3, 3, 4]
    assert "container" not in made
    assert "node" not in made
    assert [each["container"] for each in made["placements"]] == names(made["containers"])
    operator.settled("web", count=10, ports=["80"])

    more = operator.container("web", count=11, ports=["80"])
    assert [each[:2] for each in actions(more)] == [("create", "web-11"), ("start", "web-11")]
    fewer = operator.container("web", count=3, ports=["80"])
    assert [each[1] for each in actions(fewer) if each[0] == "remove"] == [f"web-{n}" for n in range(11, 3, -1)]
    assert members(operator) == ["web-1", "web-2", "web-3"]
    assert names(fewer["containers"]) == members(operator)
    none = operator.container("web", count=0)
    assert sorted(each[1] for each in actions(none) if each[0] == "remove") == ["web-1", "web-2", "web-3"]
    assert none["containers"] == []
    operator.settled("web", count=0)


def test_absent_removes_every_one_of_them_and_nothing_else(operator: Operator) -> None:
    operator.container("web", count=4)
    operator.container("web-5")
    with foreign(operator.lab.engine(ONE), "web-6"):
        operator.container("web", count=2, state="absent")
        assert members(operator) == ["web-5", "web-6"]
        operator.settled("web", count=2, state="absent")


def test_a_gap_is_filled(operator: Operator) -> None:
    operator.container("web", count=3)
    operator.container("web-2", state="absent")
    filled = operator.container("web", count=3)
    assert [each[:2] for each in actions(filled)] == [("create", "web-2"), ("start", "web-2")]


def test_each_one_is_brought_to_what_is_wanted(operator: Operator) -> None:
    operator.container("web", count=3)
    operator.lab.engine(where(operator.lab)["web-2"]).docker("stop", "web-2")
    assert [each[:2] for each in actions(operator.container("web", count=3))] == [("start", "web-2")]
    changed = operator.container("web", count=3, env={"A": "b"})
    assert sorted(changed["diff"]["after"]) == ["web-1", "web-2", "web-3"]
    assert {each["Config"]["Env"][0] for each in changed["containers"]} == {"A=b"}
    operator.settled("web", count=3, env={"A": "b"})


def test_names_that_begin_alike_are_kept_apart(operator: Operator) -> None:
    operator.container("web", count=2)
    operator.container("web-1", count=1)
    operator.container("web", count=0)
    assert list(where(operator.lab)) == ["web-1-1"]


@pytest.mark.parametrize("check", [True, False])
def test_more_than_fit_is_refused_as_a_whole(operator: Operator, check: bool) -> None:
    refused = operator.refused("edge", count=5, ports=["80:80"], check=check)
    assert "edge-4, edge-5 (2 of 5 containers fit nowhere" in refused["msg"]
    assert "0 of 3 nodes: 3 port 80/tcp" in refused["msg"]
    assert "held by edge-1" in refused["msg"]
    assert [each["container"] for each in refused["placements"]] == ["edge-4", "edge-5"]
    assert where(operator.lab) == {}


def test_members_see_one_another(operator: Operator) -> None:
    """Each is placed as if asked for after the others: away from every container with the same label."""
    options: dict[str, Any] = {"labels": {"app": "db"}, "affinities": ["app!=db"]}
    made = operator.container("db", count=3, **options)
    assert set(where(operator.lab).values()) == {ONE, TWO, THREE}
    assert len(made["placements"]) == 3
    assert "db-4" in operator.refused("db", count=4, **options)["msg"]
    operator.settled("db", count=3, **options)


def test_an_address_of_one_s_own_is_no_address_for_many(operator: Operator) -> None:
    refused = operator.refused("web", count=2, mac_address="02:42:ac:11:00:99")
    assert "mac_address" in refused["msg"]
    assert where(operator.lab) == {}
