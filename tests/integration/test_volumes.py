# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes on the nodes of a real cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.lab import Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


def volumes(lab: Lab, name: str = "data") -> dict[str, dict[str, Any]]:
    """Where a volume is, and what its engine says of it."""
    return {
        engine.name: each
        for engine in lab.engines
        for each in engine.api("GET", "/volumes")["Volumes"] or ()
        if each["Name"] == name
    }


def test_a_volume_on_every_node(nodes: OnNodes) -> None:
    expected = nodes.run("swarm_volume", name="data", labels={"tier": "front"}, check=True)
    assert volumes(nodes.lab) == {}
    made = nodes.run("swarm_volume", name="data", labels={"tier": "front"})
    assert (made["changed"], made["diff"]) == (True, expected["diff"])
    assert by_node(made, "actions") == by_node(expected, "actions")
    assert by_node(made, "actions") == {key: ["Created volume data with driver local"] for key in (ONE, TWO, THREE)}
    assert made["diff"] == {
        "before": {key: {"exists": False} for key in (ONE, TWO, THREE)},
        "after": {key: {"exists": True} for key in (ONE, TWO, THREE)},
    }
    assert by_node(made, "volume") == volumes(nodes.lab)
    assert made["volume"]["Labels"] == {"tier": "front"}
    again = nodes.run("swarm_volume", name="data", labels={"tier": "front"})
    assert (again["changed"], again["warnings"], by_node(again, "volume")) == (False, [], volumes(nodes.lab))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"nodes": [TWO]}, [TWO]),
        ({"constraints": ["zone==external", "disk==hdd"]}, [THREE]),
        ({"partition": ["zone==external"]}, [TWO, THREE]),
    ],
)
def test_on_chosen_nodes(nodes: OnNodes, choice: dict[str, Any], expected: list[str]) -> None:
    nodes.run("swarm_volume", name="data", **choice)
    assert sorted(volumes(nodes.lab)) == expected


def test_only_what_is_missing_is_made(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).docker("volume", "create", "data")
    assert by_node(nodes.run("swarm_volume", name="data"), "changed") == {ONE: True, TWO: False, THREE: True}


def test_what_differs(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).docker("volume", "create", "--label", "tier=back", "--label", "more=x", "data")
    options: dict[str, Any] = {"name": "data", "nodes": [TWO], "labels": {"tier": "front"}}
    kept = nodes.run("swarm_volume", **options)
    assert not kept["changed"]
    assert kept["warnings"] == [
        f"{TWO}: volume data is there with another labels.tier and stays as it is; recreate=options-changed makes it "
        "anew, without the data that is in it"
    ]
    assert not nodes.run("swarm_volume", name="data", nodes=[TWO], recreate="options-changed")["changed"]
    made = nodes.run("swarm_volume", recreate="options-changed", **options)
    assert by_node(made, "actions")[TWO] == ["Removed volume data", "Created volume data with driver local"]
    assert made["diff"]["before"] == {TWO: {"exists": True, "labels.tier": "back"}}
    assert made["diff"]["after"] == {TWO: {"exists": True, "labels.tier": "front"}}
    assert volumes(nodes.lab)[TWO]["Labels"] == {"tier": "front"}
    assert not nodes.run("swarm_volume", recreate="options-changed", **options)["changed"]
    assert nodes.run("swarm_volume", recreate="always", **options)["changed"]


def test_options_of_a_driver_are_not_shown(nodes: OnNodes) -> None:
    options = {"type": "tmpfs", "device": "tmpfs", "o": "size=1m,uid=1000"}
    nodes.run("swarm_volume", name="data", nodes=[ONE], driver_options=options)
    assert volumes(nodes.lab)[ONE]["Options"] == options
    other = {**options, "o": "size=2m,password=open-sesame"}
    result = nodes.run(
        "swarm_volume", name="data", nodes=[ONE], driver_options=other, recreate="options-changed", check=True
    )
    assert result["diff"]["after"] == {ONE: {"exists": True, "driver_options.o": "(value not shown)"}}
    assert "sesame" not in str(result["diff"])


def test_no_volume_any_more(nodes: OnNodes) -> None:
    nodes.run("swarm_volume", name="data")
    assert nodes.run("swarm_volume", name="data", state="absent", nodes=[ONE], check=True)["changed"]
    removed = nodes.run("swarm_volume", name="data", state="absent", nodes=[ONE])
    assert by_node(removed, "actions") == {ONE: ["Removed volume data"]}
    assert sorted(volumes(nodes.lab)) == [TWO, THREE]
    assert not nodes.run("swarm_volume", name="data", state="absent", nodes=[ONE])["changed"]


def test_one_that_is_in_use_fails_there_and_nowhere_else(nodes: OnNodes) -> None:
    nodes.run("swarm_volume", name="data")
    nodes.lab.engine(TWO).docker("create", "--name", "user", "-v", "data:/data", "web:1")
    failed = nodes.refused("swarm_volume", name="data", state="absent")
    assert failed["msg"].startswith(f"1 of 3 nodes failed: {TWO}: ")
    assert "volume is in use" in failed["msg"]
    assert (by_node(failed, "changed"), failed["changed"]) == ({ONE: True, THREE: True}, True)
    assert [row["node"] for row in failed["failures"]] == [TWO]
    assert sorted(volumes(nodes.lab)) == [TWO]


def test_a_node_that_cannot_be_asked(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).stop()
    entry = nodes.lab.engine(TWO).entry
    refused = nodes.refused("swarm_volume", name="data", require_all=True)
    assert entry in refused["msg"]
    assert volumes_of_running(nodes.lab) == []
    made = nodes.run("swarm_volume", name="data")
    assert sorted(by_node(made, "changed")) == [ONE, THREE]
    assert [entry in warning for warning in made["warnings"]] == [True]


def volumes_of_running(lab: Lab) -> list[str]:
    engines = [engine for engine in lab.engines if engine.pid() is not None]
    return [each["Name"] for engine in engines for each in engine.api("GET", "/volumes")["Volumes"] or ()]


def test_where_a_volume_is(nodes: OnNodes) -> None:
    nodes.run("swarm_volume", name="data", nodes=[THREE])
    found = nodes.run("swarm_volume_info", name="data")
    assert (found["changed"], found["exists"]) == (False, True)
    assert by_node(found, "exists") == {ONE: False, TWO: False, THREE: True}
    assert found["volume"] == volumes(nodes.lab)[THREE]
    nothing = nodes.run("swarm_volume_info", name="other")
    assert (nothing["exists"], nothing["volume"]) == (False, None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": {"a": True}}, "labels: the value true of 'a' has more than one spelling; put it in quotes"),
        ({"driver_options": {"o": None}}, "driver_options: the value of 'o' is null"),
        ({"nodes": ["nobody"]}, "nodes: no node has the name, ID or address 'nobody'"),
    ],
)
def test_what_cannot_be_right(nodes: OnNodes, options: dict[str, Any], message: str) -> None:
    assert message in nodes.refused("swarm_volume", name="data", **options)["msg"]
    assert volumes(nodes.lab) == {}
