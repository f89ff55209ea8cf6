# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers that must stand where others do, said by options or by the environment as Classic Swarm had it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.operating import Operator, foreign, inspect, where

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"

KINDS: list[tuple[dict[str, Any], str]] = [
    ({"volumes_from": ["db"]}, "volumes_from"),
    ({"volumes_from": ["db:ro"]}, "volumes_from"),
    ({"links": ["db:database"]}, "links"),
    ({"network_mode": "container:db", "command": ["sleep", "60"]}, "network_mode"),
    ({"ipc_mode": "container:db"}, "ipc_mode"),
    ({"pid_mode": "container:db"}, "pid_mode"),
]


@pytest.mark.parametrize(("options", "kind"), KINDS)
def test_it_goes_where_the_other_one_is(operator: Operator, options: dict[str, Any], kind: str) -> None:
    operator.container("db", constraints=[f"node=={THREE}"], volumes=["/data"], ipc_mode="shareable")
    result = operator.container("app", **options)
    assert where(operator.lab) == {"db": THREE, "app": THREE}
    assert {each["filter"] for each in result["placement"]["verdicts"]} == {"dependency"}
    assert {each["reason"] for each in result["placement"]["verdicts"]} == {f"dependency db for {kind}"}
    operator.settled("app", **options)


@pytest.mark.parametrize(("options", "kind"), KINDS)
@pytest.mark.parametrize("check", [True, False])
def test_the_other_one_is_nowhere(operator: Operator, options: dict[str, Any], kind: str, check: bool) -> None:
    refused = operator.refused("app", check=check, **options)
    assert refused["msg"] == (f"{kind}: there is no container 'db' on any of the 3 healthy nodes; create it first")
    assert where(operator.lab) == {}


@pytest.mark.parametrize(("options", "kind"), KINDS[1:4])
def test_the_other_one_is_on_two_nodes(operator: Operator, options: dict[str, Any], kind: str) -> None:
    one, two = operator.lab.engines[:2]
    with foreign(one, "db") as first, foreign(two, "db") as second:
        refused = operator.refused("app", **options)
        assert refused["msg"].startswith(f"{kind}: 'db' is in the cluster 2 times: ")
        assert f"{first[:12]} on {ONE} ({one.entry})" in refused["msg"]
        assert f"{second[:12]} on {TWO} ({two.entry})" in refused["msg"]


def test_two_that_are_apart_cannot_both_be_had(operator: Operator) -> None:
    operator.container("db", constraints=[f"node=={ONE}"])
    operator.container("cache", constraints=[f"node=={TWO}"])
    refused = operator.refused("app", volumes_from=["db"], links=["cache:cache"])
    assert "0 of 3 nodes" in refused["msg"]
    assert f"db is on {ONE}" in refused["msg"] or ONE in refused["msg"]
    assert where(operator.lab) == {"db": ONE, "cache": TWO}


def test_by_id_as_well(operator: Operator) -> None:
    made = operator.container("db", constraints=[f"node=={TWO}"])
    command = ["sleep", "60"]
    result = operator.container("app", network_mode=f"container:{made['container']['Id']}", command=command)
    assert result["node"]["name"] == TWO
    operator.settled("app", network_mode="container:db", command=command)


@pytest.mark.parametrize(
    "options",
    [
        {"volumes_from": ["{}:ro"]},
        {"links": ["{}:database"]},
        {"network_mode": "container:{}", "command": ["sleep", "60"]},
        {"pid_mode": "container:{}"},
        {"affinities": ["container=={}"]},
    ],
    ids=lambda options: next(iter(options)),
)
def test_by_the_beginning_of_an_id(operator: Operator, options: dict[str, Any]) -> None:
    made = operator.container("db", constraints=[f"node=={TWO}"], volumes=["/data"])
    short = made["container"]["Id"][:8]
    written = {
        key: [each.format(short) for each in value] if isinstance(value, list) else value.format(short)
        for key, value in options.items()
    }
    assert operator.container("app", **written)["node"]["name"] == TWO
    operator.settled("app", **written)


def test_the_beginning_of_an_id_that_is_nowhere(operator: Operator) -> None:
    refused = operator.refused("app", links=["0123abcd:db"])
    assert refused["msg"] == ("links: there is no container '0123abcd' on any of the 3 healthy nodes; create it first")


#: labels -> the node that they leave, when dockerhost02 has the database
LABELS: list[tuple[dict[str, str], str]] = [
    ({"com.docker.swarm.constraints": '["zone==external", "disk!=ssd"]'}, THREE),
    ({"com.docker.swarm.affinities": '["container==db"]'}, TWO),
    ({"com.docker.swarm.whitelists": f'["node=={ONE}|{THREE}", "node=={THREE}|{TWO}"]'}, THREE),
]


@pytest.mark.parametrize(("labels", "node"), LABELS)
def test_labels_of_the_original_place_a_container(operator: Operator, labels: dict[str, str], node: str) -> None:
    operator.container("db", constraints=[f"node=={TWO}"])
    made = operator.container("app", labels=labels)
    assert made["node"]["name"] == node
    assert labels.items() <= made["container"]["Config"]["Labels"].items()
    operator.settled("app", labels=labels)


#: environment -> the node that it leaves, when dockerhost02 has the database
ENVIRONMENTS: list[tuple[dict[str, str], str]] = [
    ({"constraint:zone": "=internal"}, ONE),
    ({"constraint:zone==internal": ""}, ONE),
    ({"constraint:node!": "/dockerhost0[12]/"}, THREE),
    ({"constraint:disk": "=hdd", "constraint:zone": "=ext*"}, THREE),
    ({"constraint:disk": "=~hdd"}, THREE),
    ({"affinity:container": "=db"}, TWO),
    ({"affinity:role": "=store"}, TWO),
    ({"affinity:container!": "db", "constraint:zone": "=external"}, THREE),
    ({"affinity:image": "=only-here:1"}, THREE),
    ({"whitelist:node": "=dockerhost03|nobody"}, THREE),
]


def test_wishes_in_the_environment(operator: Operator) -> None:
    operator.container("db", constraints=[f"node=={TWO}"], labels={"role": "store"})
    operator.lab.engine(THREE).docker("tag", "web:1", "only-here:1")
    for number, (environment, node) in enumerate(ENVIRONMENTS):
        env = {**environment, "KEPT": "1"}
        result = operator.container(f"c{number}", env=env)
        assert result["node"]["name"] == node, environment
        shown = inspect(operator.lab.engine(node), f"c{number}")["Config"]["Env"]
        assert [each for each in shown if ":" in each] == []
        assert "KEPT=1" in shown
        operator.settled(f"c{number}", env=env)
        operator.container(f"c{number}", state="absent")


def test_a_bad_wish_in_the_environment(operator: Operator) -> None:
    assert "env: bad expression at character" in operator.refused("c1", env={"constraint:zone": ""})["msg"]
    assert "whitelist names nodes" in operator.refused("c1", env={"whitelist:zone": "=a"})["msg"]
