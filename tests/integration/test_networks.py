# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks on the nodes of a real cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.lab import Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


def network(lab: Lab, engine: str, name: str = "backend") -> dict[str, Any] | None:
    """What an engine says of a network."""
    for each in lab.engine(engine).api("GET", "/networks"):
        if each["Name"] == name:
            return dict(lab.engine(engine).api("GET", f"/networks/{each['Id']}"))
    return None


def connected(lab: Lab, engine: str) -> list[str]:
    """The containers, running or not, of an engine that are in the network."""
    containers = lab.engine(engine).api("GET", "/containers/json?all=1")
    return sorted(each["Names"][0][1:] for each in containers if "backend" in each["NetworkSettings"]["Networks"])


def test_a_network_on_every_node(nodes: OnNodes) -> None:
    options: dict[str, Any] = {
        "name": "backend",
        "labels": {"tier": "back"},
        "driver_options": {"com.docker.network.bridge.name": "back0"},
        "internal": True,
        "ipam_config": [{"subnet": "172.30.0.0/16", "gateway": "172.30.0.9", "aux_addresses": {"a": "172.30.0.5"}}],
    }
    expected = nodes.run("swarm_network", check=True, **options)
    assert [network(nodes.lab, name) for name in (ONE, TWO, THREE)] == [None] * 3
    made = nodes.run("swarm_network", **options)
    assert by_node(made, "actions") == by_node(expected, "actions")
    assert by_node(made, "actions") == {
        key: ["Created network backend with driver bridge"] for key in (ONE, TWO, THREE)
    }
    assert by_node(made, "network") == {name: network(nodes.lab, name) for name in (ONE, TWO, THREE)}
    assert made["network"]["Internal"] is True
    (pool,) = made["network"]["IPAM"]["Config"]
    assert (pool["Subnet"], pool["Gateway"]) == ("172.30.0.0/16", "172.30.0.9")
    again = nodes.run("swarm_network", **options)
    assert (again["changed"], by_node(again, "network")) == (False, by_node(made, "network"))


@pytest.mark.parametrize(
    ("first", "then", "before", "after"),
    [
        ({"labels": {"a": "1"}}, {"labels": {"a": "2"}}, {"labels.a": "1"}, {"labels.a": "2"}),
        ({}, {"internal": True}, {"internal": False}, {"internal": True}),
        ({"attachable": True}, {"attachable": False}, {"attachable": True}, {"attachable": False}),
        (
            {"ipam_config": [{"subnet": "172.30.0.0/16"}]},
            {"ipam_config": [{"subnet": "172.31.0.0/16"}]},
            {"ipam_config[0].subnet": None},
            {"ipam_config[0].subnet": "172.31.0.0/16"},
        ),
        (
            {"ipam_config": [{"subnet": "172.30.0.0/16", "gateway": "172.30.0.1"}]},
            {"ipam_config": [{"subnet": "172.30.0.0/16", "gateway": "172.30.0.2"}]},
            {"ipam_config[0].gateway": "172.30.0.1"},
            {"ipam_config[0].gateway": "172.30.0.2"},
        ),
    ],
)
def test_one_that_differs_is_made_anew(
    nodes: OnNodes, first: dict[str, Any], then: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    old = nodes.run("swarm_network", name="backend", nodes=[ONE], **first)["network"]
    assert not nodes.run("swarm_network", name="backend", nodes=[ONE], **first)["changed"]
    assert not nodes.run("swarm_network", name="backend", nodes=[ONE])["changed"]
    checked = nodes.run("swarm_network", name="backend", nodes=[ONE], check=True, **then)
    made = nodes.run("swarm_network", name="backend", nodes=[ONE], **then)
    assert by_node(made, "actions")[ONE] == ["Removed network backend", "Created network backend with driver bridge"]
    shown = {"before": {ONE: {"exists": True, **before}}, "after": {ONE: {"exists": True, **after}}}
    assert (made["diff"], checked["diff"]) == (shown, shown)
    assert made["network"]["Id"] != old["Id"]
    assert not nodes.run("swarm_network", name="backend", nodes=[ONE], **then)["changed"]


def test_addresses_are_compared_however_they_are_written(nodes: OnNodes) -> None:
    pool = {"subnet": "fd00:0030:0::0/64", "gateway": "fd00:30::0001"}
    options: dict[str, Any] = {"name": "backend", "nodes": [ONE], "enable_ipv6": True, "ipam_config": [pool]}
    nodes.run("swarm_network", **options)
    assert not nodes.run("swarm_network", **options)["changed"]


def test_containers_wherever_they_are(nodes: OnNodes) -> None:
    lab = nodes.lab
    for engine, name in ((ONE, "app-1"), (TWO, "app-2"), (TWO, "app-3")):
        lab.engine(engine).docker("run", "-d", "--name", name, "web:1")
    lab.engine(THREE).docker("create", "--name", "stopped", "web:1")
    options: dict[str, Any] = {"name": "backend", "connected": ["app-1", "app-2", "stopped", "nobody"]}
    checked = nodes.run("swarm_network", check=True, **options)
    made = nodes.run("swarm_network", **options)
    assert by_node(made, "actions") == by_node(checked, "actions")
    assert [connected(lab, name) for name in (ONE, TWO, THREE)] == [["app-1"], ["app-2"], ["stopped"]]
    assert not nodes.run("swarm_network", **options)["changed"]
    more = nodes.run("swarm_network", name="backend", connected=["app-3"], appends=True)
    assert by_node(more, "actions") == {ONE: [], TWO: ["Connected container app-3"], THREE: []}
    less = nodes.run("swarm_network", name="backend", connected=["app-1", "app-3"])
    assert by_node(less, "actions")[TWO] == ["Disconnected container app-2"]
    assert less["diff"]["before"] == {TWO: {"exists": True, "connected.app-2": True}}
    assert connected(lab, TWO) == ["app-3"]


def test_made_anew_with_its_containers(nodes: OnNodes) -> None:
    lab = nodes.lab
    for name in ("app-1", "app-2"):
        lab.engine(ONE).docker("run", "-d", "--name", name, "web:1")
    lab.engine(ONE).docker("create", "--name", "stopped", "web:1")
    options: dict[str, Any] = {"name": "backend", "nodes": [ONE], "connected": ["app-1", "stopped"]}
    nodes.run("swarm_network", **options)
    lab.engine(ONE).docker("network", "connect", "backend", "app-2")
    forced = nodes.run("swarm_network", force=True, **options)
    assert sorted(by_node(forced, "actions")[ONE]) == [
        "Connected container app-1",
        "Created network backend with driver bridge",
        "Disconnected container app-1",
        "Disconnected container app-2",
        "Removed network backend",
    ]
    assert connected(lab, ONE) == ["app-1", "stopped"]
    assert not nodes.run("swarm_network", **options)["changed"]
    # one that has never run knows its network by the name
    lab.engine(ONE).docker("start", "stopped")
    found = network(lab, ONE) or {}
    assert sorted(each["Name"] for each in found["Containers"].values()) == ["app-1", "stopped"]


def test_no_network_any_more(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).docker("run", "-d", "--name", "app", "web:1")
    nodes.run("swarm_network", name="backend", connected=["app"])
    removed = nodes.run("swarm_network", name="backend", state="absent")
    assert by_node(removed, "actions")[TWO] == ["Disconnected container app", "Removed network backend"]
    assert by_node(removed, "actions")[ONE] == ["Removed network backend"]
    assert [network(nodes.lab, name) for name in (ONE, TWO, THREE)] == [None] * 3
    assert not nodes.run("swarm_network", name="backend", state="absent")["changed"]


def test_the_beginning_of_an_id_is_no_name(nodes: OnNodes) -> None:
    made = nodes.run("swarm_network", name="backend", nodes=[ONE])["network"]
    assert not nodes.run("swarm_network", name=made["Id"][:12], state="absent", nodes=[ONE])["changed"]
    assert nodes.run("swarm_network_info", name=made["Id"][:12])["network"] == made


def test_where_a_network_is(nodes: OnNodes) -> None:
    made = nodes.run("swarm_network", name="backend", nodes=[TWO])["network"]
    found = nodes.run("swarm_network_info", name="backend")
    assert (found["changed"], found["exists"], found["network"]) == (False, True, made)
    assert by_node(found, "exists") == {ONE: False, TWO: True, THREE: False}
    assert nodes.run("swarm_network_info", name="nothing")["network"] is None


def test_an_engine_that_refuses(nodes: OnNodes) -> None:
    pool = {"subnet": "172.30.0.0/16", "gateway": "10.0.0.1"}
    failed = nodes.refused("swarm_network", name="backend", ipam_config=[pool], nodes=[ONE])
    entry = nodes.lab.engine(ONE).entry
    assert failed["msg"].startswith(f"1 of 1 nodes failed: {ONE}: {entry} refuses to create network backend (status ")
    assert network(nodes.lab, ONE) is None
