# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers that the original Classic Swarm left on the engines: seen, counted, referred to, and never touched."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_info, swarm_node_info

from tests.integration.operating import Operator, Result, inspect, run_module, where
from tests.lab import Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
MEBIBYTE = 1 << 20

#: What the original's manager wrote into a container's labels: an ID of its own, and the wishes that it was placed by.
LABELS = {
    "com.docker.swarm.id": "3c1a9f8e0b1d4c5f8a7e6d5c4b3a29180716253443526170fedcba9876543210",
    "com.docker.swarm.constraints": json.dumps(["disk==hdd"]),
    "com.docker.swarm.affinities": json.dumps(["container!=~other"]),
    "com.docker.swarm.reschedule-policies": json.dumps(["on-node-failure"]),
    "tier": "front",
}


@pytest.fixture
def leftover(clean_lab: Lab) -> Result:
    """A container as the original left it on dockerhost03: running, with a port, memory and a wish in its env."""
    body: dict[str, Any] = {
        "Image": "web:1",
        "Labels": LABELS,
        "Env": ["constraint:disk==hdd", "affinity:container!=~other", "reschedule:on-node-failure", "A=1"],
        "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}, "Memory": 64 * MEBIBYTE, "CpuShares": 512},
    }
    engine = clean_lab.engine(THREE)
    engine.api("POST", "/containers/create?name=legacy", body)
    engine.api("POST", "/containers/legacy/start")
    return inspect(engine, "legacy")


@pytest.fixture(autouse=True)
def untouched(clean_lab: Lab, leftover: Result) -> Any:
    """Whatever a test asks for, the old container is what it was, and runs on."""
    yield
    now = inspect(clean_lab.engine(THREE), "legacy")
    for key in ("Id", "Name", "Config", "HostConfig"):
        assert now[key] == leftover[key]
    assert now["State"]["StartedAt"] == leftover["State"]["StartedAt"]
    assert now["State"]["Running"]


def test_it_is_listed_and_counted(operator: Operator) -> None:
    environment = operator.lab.environment
    told = run_module(swarm_container_info.main, {}, environment=environment)
    (row,) = told["containers"]
    assert (row["name"], row["node"], row["state"]) == ("legacy", THREE, "running")
    assert row["ports"] == [f"{operator.lab.engine(THREE).address}:80->80/tcp"]
    assert row["labels"]["com.docker.swarm.id"] == LABELS["com.docker.swarm.id"]
    nodes = {node["name"]: node for node in run_module(swarm_node_info.main, {}, environment=environment)["nodes"]}
    assert nodes[THREE]["reserved"]["memory"] == 64 * MEBIBYTE
    # It was asked for half of the cpus: the original wrote their part of 1024.
    assert nodes[THREE]["reserved"]["cpus"] == math.ceil(nodes[THREE]["cpus"] / 2)


def test_its_port_is_taken(operator: Operator) -> None:
    refused = operator.refused("c1", ports=["80:80"], constraints=["disk==hdd"])
    assert "held by legacy" in refused["msg"]
    made = operator.container("c1", ports=["80:80"], constraints=["zone==external"])
    assert made["node"]["name"] == TWO


def test_its_memory_is_taken(operator: Operator) -> None:
    total = operator.lab.engine(THREE).api("GET", "/info")["MemTotal"]
    fits = operator.placement("c1", memory=str(total - 64 * MEBIBYTE), constraints=["disk==hdd"])
    assert fits["fits"]
    refused = operator.placement("c1", memory=str(total - 63 * MEBIBYTE), constraints=["disk==hdd"])
    assert refused.get("failed") or not refused["fits"]
    spread = operator.container(
        "c2", memory=str(total - 63 * MEBIBYTE), constraints=["zone==external"], state="present"
    )
    assert spread["node"]["name"] == TWO


@pytest.mark.parametrize(
    "affinity",
    [
        "container==legacy",
        "container==leg*",
        "com.docker.swarm.id==3c1a9f8e*",
        "tier==front",
        "image==web:1",
    ],
)
def test_others_are_placed_beside_it(affinity: str, operator: Operator) -> None:
    if affinity.startswith("image"):
        # every engine has the lab's images; only here it has the name that the wish says
        operator.lab.engine(THREE).docker("tag", "web:1", "legacy-app:1")
        affinity = "image==legacy-app:1"
    made = operator.container("c1", affinities=[affinity])
    assert made["node"]["name"] == THREE
    operator.settled("c1", affinities=[affinity])


def test_others_are_kept_away_from_it(operator: Operator) -> None:
    made = operator.container("c1", affinities=["container!=legacy"], constraints=["zone==external"])
    assert made["node"]["name"] == TWO


def test_the_wishes_in_the_environment_are_understood_in_our_tasks_too(operator: Operator) -> None:
    made = operator.container("c1", env={"constraint:disk": "=hdd", "affinity:container": "=legacy", "A": "1"})
    assert made["node"]["name"] == THREE
    names = [entry.partition("=")[0] for entry in made["container"]["Config"]["Env"]]
    assert "A" in names
    assert not [name for name in names if name.startswith(("constraint", "affinity"))]


def test_its_name_is_taken_all_over_the_cluster(operator: Operator) -> None:
    """A task of that name is about that container, wherever its wishes would have put it; a check says so."""
    told = operator.try_container("legacy", check=True, constraints=["disk==ssd"], env={"A": "2"})
    assert not told.get("failed")
    assert told["container"]["Node"]["Name"] == THREE
    assert any("legacy stays on dockerhost03" in warning for warning in told["warnings"])
    assert where(operator.lab) == {"legacy": THREE}


def test_a_task_that_asks_for_what_it_is_changes_nothing(operator: Operator) -> None:
    wish: dict[str, Any] = {"env": {"A": "1"}, "memory": "64m", "labels": {"tier": "front"}}
    # its port was published without an address, which is another thing than 0.0.0.0
    operator.settled("legacy", ports=["80:80"], default_host_ip="", **wish)


def test_counting_down_leaves_it_alone(operator: Operator) -> None:
    """Only what this product numbered is surplus, whatever the names look like."""
    operator.lab.engine(THREE).docker("rename", "legacy", "web-9")
    try:
        operator.container("web", count=2)
        operator.container("web", count=1)
        assert set(where(operator.lab)) == {"web-1", "web-9"}
    finally:
        operator.lab.engine(THREE).docker("rename", "web-9", "legacy")
