# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each filter once where it alone decides, and where leaving it out of the filters changes the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.operating import Operator, actions, where
from tests.lab import EngineSpec, Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
ALL = ["health", "port", "containerslots", "dependency", "affinity", "constraint", "whitelist", "resources"]


def others(name: str) -> list[str]:
    return [each for each in ALL if each != name]


def reasons(result: dict[str, Any]) -> dict[str, str]:
    """Who was refused, and why."""
    return {each["node"]: each["reason"] for each in result["placement"]["verdicts"] if not each["passed"]}


#: what is there (name -> options) and what is asked for -> the filter that decides, the node with it and without it,
#: and its reason for the first node that it removes
DECISIVE: list[tuple[dict[str, dict[str, Any]], dict[str, Any], str, str, str, str]] = [
    (
        {"held": {"ports": ["80:80"], "constraints": [f"node=={ONE}"], "state": "present"}},
        {"ports": ["80:80"]},
        "port",
        TWO,
        ONE,
        "port 80/tcp",
    ),
    (
        {"db": {"constraints": [f"node=={THREE}"], "state": "present"}},
        {"volumes_from": ["db"], "state": "present"},
        "dependency",
        THREE,
        ONE,
        "dependency db for volumes_from",
    ),
    (
        {"db": {"constraints": [f"node=={THREE}"], "state": "present"}},
        {"affinities": ["container==db"]},
        "affinity",
        THREE,
        ONE,
        "affinity container==db",
    ),
    ({}, {"constraints": ["disk==hdd"]}, "constraint", THREE, ONE, "constraint disk==hdd"),
    ({}, {"whitelist": [TWO, THREE]}, "whitelist", TWO, ONE, "whitelist"),
    (
        {"big": {"memory": "BIG", "constraints": [f"node=={ONE}"], "state": "present"}},
        # the strategy would rather have the full one
        {"memory": "2G", "strategy": "expression", "rank": f"node.name == '{ONE}' && `1` || `0`"},
        "resources",
        TWO,
        ONE,
        "memory 2G",
    ),
]


@pytest.mark.parametrize(
    ("there", "asked", "name", "node", "without", "reason"), DECISIVE, ids=[row[2] for row in DECISIVE]
)
def test_it_decides(
    operator: Operator,
    there: dict[str, dict[str, Any]],
    asked: dict[str, Any],
    name: str,
    node: str,
    without: str,
    reason: str,
) -> None:
    memory = operator.lab.engine(ONE).api("GET", "/info")["MemTotal"]
    for other, options in there.items():
        operator.container(other, **{**options, **({"memory": str(memory - 2**30)} if "memory" in options else {})})
    result = operator.container("c1", check=True, **asked)
    assert result["node"]["name"] == node
    assert reasons(result)[ONE] == reason
    assert {each["filter"] for each in result["placement"]["verdicts"]} == {name}
    assert operator.container("c1", check=True, filters=[name], **asked)["node"]["name"] == node
    assert operator.container("c1", check=True, filters=others(name), **asked)["node"]["name"] == without


def test_health_and_a_failed_attempt_are_always_asked(operator: Operator) -> None:
    """A container cannot be put on an engine that does not answer, whatever the filters say."""
    engine = operator.lab.engine(ONE)
    engine.kill()
    try:
        for filters in (None, ["constraint"]):
            options = {} if filters is None else {"filters": filters}
            result = operator.container("c1", check=True, **options)
            assert result["node"]["name"] == TWO
            assert result["placement"]["verdicts"][0]["filter"] == "health"
            assert any(f"the engine at {engine.entry} is unhealthy" in warning for warning in result["warnings"])
    finally:
        engine.start()


@pytest.fixture(scope="module")
def slotted() -> Iterator[Lab]:
    """Two engines without TLS, one with two slots for containers."""
    engines = [EngineSpec("few", {"containerslots": "2"}, tls=False), EngineSpec("many", tls=False)]
    with Lab("slots", "10.77.59", engines) as lab:
        yield lab


def test_container_slots(slotted: Lab) -> None:
    operator = Operator(slotted)
    operator_options = {"discovery": slotted.discovery, "tls": False, "image": "web:1"}
    made = operator.container("c", count=2, strategy="binpack", constraints=["containerslots==2"], **operator_options)
    assert {each[2] for each in actions(made)} == {"few"}
    more = {"strategy": "binpack", "check": True, **operator_options}
    spread = operator.container("c3", **more)
    assert spread["node"]["name"] == "many"
    assert reasons(spread) == {"few": "containerslots"}
    assert spread["placement"]["verdicts"][0]["seen"] == "2 of 2 slots in use"
    assert operator.container("c3", filters=others("containerslots"), **more)["node"]["name"] == "few"
    refused = operator.refused("c3", constraints=["containerslots==2"], **operator_options)
    assert "0 of 2 nodes: 1 constraint containerslots==2, 1 containerslots" in refused["msg"]


SOFT: list[tuple[dict[str, Any], str]] = [
    ({"constraints": ["disk==~hdd"]}, THREE),
    ({"constraints": ["disk==~tape"]}, ONE),
    ({"constraints": ["disk==~tape", "zone==~external", "disk==~hdd"]}, THREE),
    ({"constraints": ["zone==external", "disk!=~ssd"]}, THREE),
    ({"affinities": ["container==~db"]}, TWO),
    ({"affinities": ["container!=~db"], "constraints": ["zone==external"]}, THREE),
    ({"constraints": ["zone==external", "node!=~/.*02/"]}, THREE),
]


def test_soft_is_preferred_and_no_more(operator: Operator) -> None:
    operator.container("db", state="present", constraints=[f"node=={TWO}"])
    for asked, node in SOFT:
        result = operator.container("c1", check=True, **asked)
        assert result["node"]["name"] == node, asked
        ranking = result["placement"]["ranking"]
        assert [each["soft"] for each in ranking] == sorted((each["soft"] for each in ranking), reverse=True)


EXPRESSIONS: list[tuple[str, set[str]]] = [
    ("zone==external", {TWO, THREE}),
    ("zone!=external", {ONE}),
    ("zone==ext*", {TWO, THREE}),
    ("zone==/in.*/", {ONE}),
    ("status==master", {ONE}),
    ("status!=master", {TWO, THREE}),
    ("node==dockerhost03", {THREE}),
    ("node==/dockerhost0[13]/", {ONE, THREE}),
    ("ostype==linux", {ONE, TWO, THREE}),
    ("operatingsystem==*Debian*", {ONE, TWO, THREE}),
    ("storagedriver==nonsense", set()),
]


def test_what_expressions_leave(operator: Operator) -> None:
    engines = {engine.name: engine.api("GET", "/info")["ID"] for engine in operator.lab.engines}
    for text, nodes in [*EXPRESSIONS, (f"node=={engines[TWO]}", {TWO})]:
        result = operator.try_container("c1", check=True, constraints=[text])
        ranking = result["placement"]["ranking"] if "placement" in result else []
        assert {each["name"] for each in ranking} == nodes, text


def test_a_partition_is_the_whole_cluster_for_the_task(operator: Operator) -> None:
    operator.container("edge", ports=["80:80"], constraints=[f"node=={TWO}"])
    result = operator.container("c1", check=True, partition=["zone==external"], explain=True)
    assert {each["node"] for each in result["placement"]["verdicts"]} == {TWO, THREE}
    refused = operator.refused("c1", partition=["zone==external"], constraints=["zone==internal"])
    assert "0 of 2 nodes: 2 constraint zone==internal" in refused["msg"]
    assert ONE not in refused["msg"]
    nobody = operator.refused("c1", partition=["zone==nowhere"])["msg"]
    assert nobody == f"partition: no engine of {operator.lab.discovery} meets zone==nowhere"


def test_explained_in_full(operator: Operator) -> None:
    """Every filter about every node; without explain only the refusals."""
    asked: dict[str, Any] = {"constraints": ["zone==external", "disk==ssd"], "check": True}
    short = operator.container("c1", **asked)["placement"]
    assert short["headline"] == "1 of 3 nodes: 1 constraint disk==ssd, 1 constraint zone==external"
    assert [(each["node"], each["passed"]) for each in short["verdicts"]] == [(ONE, False), (THREE, False)]
    full = operator.container("c1", explain=True, **asked)["placement"]
    assert len({(each["node"], each["filter"]) for each in full["verdicts"]}) >= 3 * len(ALL)
    refusal = next(each for each in full["verdicts"] if not each["passed"])
    assert refusal == {
        "filter": "constraint",
        "node": ONE,
        "address": operator.lab.engine(ONE).entry,
        "passed": False,
        "reason": "constraint zone==external",
        "wanted": "zone==external",
        "seen": "zone is internal",
    }
    assert full["strategy"] == "spread"
    assert full["fits"]
    assert full["node"]["name"] == TWO
    assert {"name", "address", "soft", "weight"} <= set(full["ranking"][0])


def test_refused_everywhere_the_matrix_is_complete(operator: Operator) -> None:
    operator.container("edge", ports=["80:80"], constraints=[f"node=={TWO}"])
    refused = operator.refused("c1", ports=["80:80"], constraints=["zone==external", "disk==ssd"])
    lines = refused["msg"].splitlines()
    assert lines[0] == (
        "no node takes c1: 0 of 3 nodes: 1 constraint disk==ssd, 1 constraint zone==external, 1 port 80/tcp"
    )
    assert lines[1].split() == ["NODE", "FILTER", "WANTED", "SEEN"]
    assert [line.split()[:2] for line in lines[2:]] == [[ONE, "constraint"], [TWO, "port"], [THREE, "constraint"]]
    assert {each["filter"] for each in refused["placements"][0]["verdicts"]} >= set(ALL)
    assert list(where(operator.lab)) == ["edge"]
