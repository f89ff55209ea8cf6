# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each strategy on a cluster where it decides, and where every other one decides otherwise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.integration.operating import Operator, where

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
GIB = 2**30


@pytest.fixture
def prepared(operator: Operator) -> Operator:
    """The first node runs two small containers, the second a big one, the third three that are stopped."""
    operator.container("small", count=2, memory="64M", constraints=[f"node=={ONE}"])
    operator.container("big", memory="8G", cpus=1, constraints=[f"node=={TWO}"])
    operator.container("stopped", count=3, state="present", constraints=[f"node=={THREE}"])
    return operator


#: options -> the node, and whether more weight is better
DECIDED: list[tuple[dict[str, Any], str, bool]] = [
    ({}, THREE, False),
    ({"strategy": "spread"}, THREE, False),
    ({"strategy": "spread", "spread_counts": "all"}, TWO, False),
    ({"strategy": "spread", "memory": "64M", "spread_counts": "all"}, ONE, False),
    ({"strategy": "binpack"}, THREE, True),
    ({"strategy": "binpacking"}, THREE, True),
    ({"strategy": "binpack", "memory": "64M"}, TWO, True),
    ({"strategy": "binpack", "cpus": 0.5}, TWO, True),
    ({"strategy": "balanced"}, ONE, False),
    ({"strategy": "expression", "rank": "containers.stopped"}, THREE, True),
    ({"strategy": "expression", "rank": "free.memory"}, THREE, True),
    ({"strategy": "expression", "rank": "reserved.cpus"}, TWO, True),
    ({"strategy": "expression", "rank": "containers.running"}, ONE, True),
]


def test_it_decides(prepared: Operator) -> None:
    for options, node, more_is_better in DECIDED:
        result = prepared.container("c1", check=True, **options)
        placement = result["placement"]
        assert result["node"]["name"] == node, options
        weights = [each["weight"] for each in placement["ranking"]]
        assert weights == sorted(weights, reverse=more_is_better), options
        assert placement["ranking"][0]["name"] == node
    assert prepared.container("c1", check=True, strategy="binpacking")["placement"]["strategy"] == "binpack"


def test_random_is_the_same_for_the_same_seed(operator: Operator) -> None:
    drawn = {}
    for seed in range(6):
        first = operator.container("c", count=6, check=True, strategy="random", seed=seed)
        again = operator.container("c", count=6, check=True, strategy="random", seed=seed)
        nodes = [each["node"]["name"] for each in first["placements"]]
        assert nodes == [each["node"]["name"] for each in again["placements"]]
        drawn[seed] = tuple(nodes)
    assert len(set(drawn.values())) > 1
    assert {node for nodes in drawn.values() for node in nodes} == {ONE, TWO, THREE}


def test_random_without_a_seed(operator: Operator) -> None:
    placed = {
        tuple(each["node"]["name"] for each in result["placements"])
        for result in (operator.container("c", count=8, check=True, strategy="random") for _time in range(6))
    }
    assert len(placed) > 1


def test_ties_break_by_name(operator: Operator) -> None:
    for strategy in ("spread", "binpack", "balanced"):
        assert operator.container("c1", check=True, strategy=strategy)["node"]["name"] == ONE


def test_spread_over_the_cluster_and_binpack_on_one_node(operator: Operator) -> None:
    operator.container("s", count=6, strategy="spread")
    assert set(Counter(where(operator.lab).values()).values()) == {2}
    operator.container("s", count=0)
    operator.container("b", count=6, strategy="binpack", memory="64M")
    assert set(where(operator.lab).values()) == {ONE}


def test_overcommit_and_headroom(operator: Operator) -> None:
    memory = operator.lab.engine(ONE).api("GET", "/info")["MemTotal"]
    asked: dict[str, Any] = {"check": True, "memory": str(memory)}
    assert operator.container("c1", **asked)["node"]["name"] == ONE
    assert "0 of 3 nodes" in operator.refused("c1", headroom_memory="512M", **asked)["msg"]
    more = {**asked, "memory": str(memory + GIB)}
    assert "0 of 3 nodes" in operator.refused("c1", **more)["msg"]
    assert operator.container("c1", overcommit=0.5, **more)["changed"]
    assert "cpus" in operator.refused("c1", check=True, cpus=2, headroom_cpus=0.5)["msg"]
