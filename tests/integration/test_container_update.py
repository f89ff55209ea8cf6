# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine can change in place is changed in place, within the room that its node has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.operating import Operator, inspect, verbs

MIB = 2**20
GIB = 2**30

#: options before -> options after -> what the engine then says in HostConfig
UPDATES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {"memory": "64M"}, {"Memory": 64 * MIB, "MemorySwap": 128 * MIB}),
    ({"memory": "64M"}, {"memory": "32M"}, {"Memory": 32 * MIB, "MemorySwap": 64 * MIB}),
    ({"memory": "64M"}, {"memory": "512M"}, {"Memory": 512 * MIB, "MemorySwap": 1024 * MIB}),
    ({"memory": "64M", "memory_swap": "96M"}, {"memory": "128M"}, {"Memory": 128 * MIB, "MemorySwap": 256 * MIB}),
    ({"memory": "64M"}, {"memory": "64M", "memory_swap": "96M"}, {"Memory": 64 * MIB, "MemorySwap": 96 * MIB}),
    ({"memory": "64M", "memory_swap": "-1"}, {"memory": "128M"}, {"Memory": 128 * MIB, "MemorySwap": -1}),
    ({}, {"memory_reservation": "32M"}, {"MemoryReservation": 32 * MIB}),
    ({}, {"cpus": 0.5}, {"NanoCpus": 500_000_000}),
    ({"cpus": 0.5}, {"cpus": 1.5}, {"NanoCpus": 1_500_000_000}),
    ({}, {"cpu_shares": 512}, {"CpuShares": 512}),
    ({}, {"cpu_period": 50000, "cpu_quota": 25000}, {"CpuPeriod": 50000, "CpuQuota": 25000}),
    ({}, {"cpuset_cpus": "0"}, {"CpusetCpus": "0"}),
    ({}, {"pids_limit": 50}, {"PidsLimit": 50}),
    ({}, {"restart_policy": "always"}, {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}),
    (
        {"restart_policy": "always"},
        {"restart_policy": "on-failure", "restart_retries": 3},
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}},
    ),
    (
        {"restart_policy": "on-failure", "restart_retries": 3},
        {"restart_policy": "on-failure", "restart_retries": 5},
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}},
    ),
]


def test_in_place_and_then_at_rest(operator: Operator) -> None:
    engine = operator.lab.engine("dockerhost01")
    for number, (before, after, seen) in enumerate(UPDATES):
        name = f"c{number}"
        made = operator.container(name, constraints=["node==dockerhost01"], **before)
        plan = operator.container(name, constraints=["node==dockerhost01"], check=True, **after)
        updated = operator.container(name, constraints=["node==dockerhost01"], **after)
        assert verbs(updated) == verbs(plan) == ["update"], (before, after)
        assert updated["diff"] == plan["diff"]
        container = inspect(engine, name)
        assert container["Id"] == made["container"]["Id"]
        assert container["State"]["StartedAt"] == made["container"]["State"]["StartedAt"]
        assert {key: container["HostConfig"][key] for key in seen} == seen, (before, after)
        assert updated["container"]["HostConfig"] == container["HostConfig"]
        operator.settled(name, constraints=["node==dockerhost01"], **after)
        operator.container(name, state="absent", stop_timeout=0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"memory": "64M"}, {"memory": "0"}),
        # The engine would note it down, and not tell the kernel.
        ({"memory": "64M"}, {"memory": "64M", "memory_swap": "-1"}),
        ({"cpus": 0.5}, {"cpu_quota": 20000}),
        ({"cpu_quota": 20000}, {"cpus": 0.5}),
        ({"cpus": 0.5}, {"cpus": 0.25, "hostname": "other"}),
    ],
)
def test_what_cannot_be_done_in_place_makes_a_new_container(
    operator: Operator, before: dict[str, Any], after: dict[str, Any]
) -> None:
    made = operator.container("c1", **before)
    changed = operator.container("c1", **after)
    assert verbs(changed) == ["create", "rename", "rename", "stop", "start", "remove"]
    assert changed["container"]["Id"] != made["container"]["Id"]
    operator.settled("c1", **after)


def test_an_update_needs_room_on_its_node(operator: Operator) -> None:
    memory = operator.lab.engine("dockerhost01").api("GET", "/info")["MemTotal"]
    operator.container("big", memory=str(memory - GIB), constraints=["node==dockerhost01"])
    operator.container("small", memory="512M", constraints=["node==dockerhost01"])
    for options in ({"memory": "2G"}, {"memory": "2G", "check": True}, {"cpus": 99}):
        refused = operator.refused("small", constraints=["node==dockerhost01"], **options)
        assert "0 of 1 nodes: 1 memory 2G" in refused["msg"] or "1 cpus 99" in refused["msg"]
        assert not refused.get("changed")
    operator.container("small", memory="900M", constraints=["node==dockerhost01"])
    moved = operator.container("small", memory="2G", relocate="when_needed")
    assert moved["node"]["name"] != "dockerhost01"


def test_an_update_in_place_counts_for_the_next_placement(operator: Operator) -> None:
    """Labels say what the container was created with; the engine knows what it holds now."""
    memory = operator.lab.engine("dockerhost01").api("GET", "/info")["MemTotal"]
    only = ["node==dockerhost01"]
    operator.container("grows", memory="64M", constraints=only)
    operator.container("grows", memory=str(memory - GIB), constraints=only)
    refused = operator.refused("next", memory="2G", constraints=only)
    assert "memory 2G" in refused["msg"]
    assert "next" not in [
        each["Names"][0][1:] for each in operator.lab.engine("dockerhost01").api("GET", "/containers/json?all=1")
    ]
    operator.container("grows", memory="64M", constraints=only)
    operator.container("next", memory="2G", constraints=only)


def test_comparisons(operator: Operator) -> None:
    options: dict[str, Any] = {
        "env": {"A": "1", "B": "2"},
        "labels": {"x": "1"},
        "dns_servers": ["10.0.0.1", "10.0.0.2"],
    }
    operator.container("c1", **options)
    operator.settled("c1", env={"A": "1"}, comparisons={"env": "allow_more_present"})
    operator.settled("c1", env={"A": "9"}, comparisons={"env": "ignore"})
    operator.settled("c1", image="web:2", comparisons={"*": "ignore"})
    changed = operator.container("c1", env={"A": "1"}, check=True, comparisons={"env": "strict"})
    assert [each for difference in changed["diff"]["differences"] for each in difference] == ["env"]
    reversed_servers = list(reversed(options["dns_servers"]))
    assert operator.container("c1", dns_servers=reversed_servers, check=True)["changed"]
    operator.settled("c1", dns_servers=["10.0.0.1"], comparisons={"dns_servers": "allow_more_present"})
    assert operator.container("c1", labels={}, comparisons={"labels": "strict"}, check=True)["changed"]
    operator.settled("c1", labels={}, comparisons={"labels": "allow_more_present"})
    # the labels that the collection itself put there are no difference
    operator.settled("c1", labels={"x": "1"}, comparisons={"labels": "strict"}, image_label_mismatch="ignore")
