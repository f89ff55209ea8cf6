# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that die, hang or are cut off, before a task and in the middle of it: what comes of it, and what is said."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import observe
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.change import RenameContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.create import CreateContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.lifecycle import (
    RemoveContainer,
    StartContainer,
    StopContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.waiting import WaitHealthy
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine import pulling
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineResponseError

from tests.integration.operating import Operator, Result, actions, eventually, inspect, listed, names, verbs, where
from tests.integration.sabotage import Sabotage
from tests.lab import Engine, Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"

#: Seconds for an engine: reading and acting. A busy machine must not make a sound engine look like a broken one.
HASTE: dict[str, Any] = {"snapshot_timeout": 4.0, "timeout": 4}


@pytest.fixture
def sabotage(monkeypatch: pytest.MonkeyPatch) -> Sabotage:
    return Sabotage(monkeypatch)


def alive(lab: Lab, *dead: str) -> dict[str, str]:
    """Every container on the engines that still live, whatever its name."""
    return {
        each["Names"][0][1:]: engine.name
        for engine in lab.engines
        if engine.name not in dead
        for each in listed(engine)
    }


def warned(result: Result, *words: str) -> bool:
    """Whether one warning has all these words."""
    return any(all(word in warning for word in words) for warning in result["warnings"])


def node_of(result: Result) -> str:
    return str(result["node"]["name"])


# before the task


@pytest.mark.parametrize("broken", ["kill", "freeze", "cut_off"])
def test_an_engine_out_of_reach_is_named_and_the_rest_goes_on(broken: str, operator: Operator) -> None:
    engine = operator.lab.engine(ONE)
    getattr(engine, broken)()
    began = time.monotonic()
    # memory makes a task read the cluster four times: the time-out is paid once, and a second for each further look;
    # that is 13 s and the work, and 22 s at least if it were paid twice
    made = operator.container("c1", memory="32m", count=2, snapshot_timeout=10.0)
    assert time.monotonic() - began < 21
    assert {container["Node"]["Name"] for container in made["containers"]} == {TWO, THREE}
    (warning,) = made["warnings"]
    assert warning.startswith(f"the engine at {engine.entry} is unhealthy: ")


def test_no_engine_left(operator: Operator) -> None:
    for engine in operator.lab.engines:
        engine.kill()
    refused = operator.refused("c1")
    assert refused["msg"].startswith(f"none of the 3 engines of {operator.lab.discovery} can be used: ")
    assert all(engine.entry in refused["msg"] for engine in operator.lab.engines)


def test_the_old_copy_on_a_node_that_came_back(operator: Operator) -> None:
    first = operator.container("c1", constraints=[f"node==~{ONE}"])
    lost = operator.lab.engine(node_of(first))
    lost.cut_off()
    second = operator.container("c1", **HASTE)
    assert node_of(second) != lost.name
    assert warned(second, lost.entry, "unhealthy")
    lost.join()
    for state in ("started", "absent"):
        refused = operator.refused("c1", state=state)
        for made in (first, second):
            assert made["container"]["Id"][:12] in refused["msg"]
            assert f"{node_of(made)} ({made['node']['address']})" in refused["msg"]
        assert "in the cluster 2 times" in refused["msg"]
    assert [each["State"] for engine in operator.lab.engines for each in listed(engine)] == ["running", "running"]
    lost.api("DELETE", "/containers/c1?force=1")
    operator.settled("c1")


# while containers are created


@pytest.mark.parametrize("broken", ["kill", "freeze", "cut_off", "power_off"])
@pytest.mark.parametrize("step", [CreateContainer, StartContainer])
def test_the_chosen_engine_goes_before_a_step(
    broken: str, step: type[CreateContainer] | type[StartContainer], operator: Operator, sabotage: Sabotage
) -> None:
    victim = operator.lab.engine(ONE)
    sabotage.before(step, getattr(victim, broken))
    made = operator.container("c1", **HASTE)
    assert sabotage.happened[0].node.name == ONE
    assert node_of(made) == TWO
    assert alive(operator.lab, ONE) == {"c1": TWO}
    assert [action for action in actions(made) if action[2] == TWO] == [("create", "c1", TWO), ("start", "c1", TWO)]
    assert warned(made, "c1", "could not be created on dockerhost01", victim.entry)
    # a container that may come back with its engine is named; a request that met a closed door was never taken
    refused = warned(made, "could not be created", "connection refused") and step is CreateContainer
    assert warned(made, "c1", f"on {ONE}, which stopped answering", "when the engine is back") != refused
    # a frozen one would go on with what it was asked when it is thawed for the next test
    victim.kill()


def test_an_engine_that_is_slow_once(operator: Operator, sabotage: Sabotage) -> None:
    """It creates what it was asked for when nobody waits for it any more: both places are named, and nothing goes."""
    victim = operator.lab.engine(ONE)
    sabotage.before(CreateContainer, victim.freeze)
    made = operator.container("c1", **HASTE)
    assert warned(made, "c1 may have been created on dockerhost01")
    victim.thaw()
    late = await_container(victim, "c1")
    refused = operator.refused("c1")
    for there in (f"{late[:12]} on {ONE}", f"{made['container']['Id'][:12]} on {TWO}"):
        assert there in refused["msg"]
    assert len(alive(operator.lab)) == 1


def await_container(engine: Engine, name: str) -> str:
    """Its ID, as soon as the engine has it."""
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        for each in listed(engine):
            if f"/{name}" in each["Names"]:
                return str(each["Id"])
        time.sleep(0.1)
    raise AssertionError(f"{name} never came to {engine.name}")


def test_the_engine_dies_in_the_middle_of_a_pull(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = operator.lab.engine(ONE)
    progress: Any = pulling._message
    struck = []

    def kill_once(line: bytes, address: str, asked: str) -> Any:
        if address == victim.entry and not struck:
            struck.append(line)
            victim.kill()
        return progress(line, address, asked)

    monkeypatch.setattr(pulling, "_message", kill_once)
    with operator.lab.registry(port=5071) as registry:
        reference = f"{registry.address}/app:1"
        teller = operator.lab.engine(THREE)
        teller.docker("tag", "web:1", reference)
        teller.docker("push", reference)
        teller.docker("rmi", reference)
        made = operator.container("c1", image=reference, **HASTE)
    assert struck
    assert node_of(made) == TWO
    assert actions(made) == [("pull", "c1", TWO), ("create", "c1", TWO), ("start", "c1", TWO)]
    assert warned(made, "c1 could not be created on dockerhost01", victim.entry)


def test_one_of_three_engines_dies_under_twenty(operator: Operator, sabotage: Sabotage) -> None:
    victim = operator.lab.engine(THREE)
    sabotage.after(CreateContainer, victim.kill, node=THREE)
    made = operator.container("web", count=20, snapshot_timeout=5.0)
    assert len(made["containers"]) == 20
    wanted = {f"web-{number}" for number in range(1, 21)}
    assert set(names(made["containers"])) == wanted
    found = alive(operator.lab, THREE)
    assert set(found) == wanted
    assert Counter(found.values()) == {ONE: 10, TWO: 10}
    assert all(inspect(operator.lab.engine(node), name)["State"]["Running"] for name, node in found.items())
    assert warned(made, victim.entry, "unhealthy")

    victim.start()
    back = {each["Names"][0][1:]: each for each in listed(victim)}
    assert back, "the first claim was on the engine when it died"
    assert {each["State"] for each in back.values()} == {"created"}
    assert all(warned(made, name, "on dockerhost03, which stopped answering") for name in back)
    refused = operator.refused("web", count=20)
    name = min(back, key=lambda name: int(name.partition("-")[2]))
    assert f"'{name}' is in the cluster 2 times" in refused["msg"]
    assert THREE in refused["msg"]
    assert found[name] in refused["msg"]
    for name in back:
        victim.api("DELETE", f"/containers/{name}")
    operator.settled("web", count=20)
    assert where(operator.lab) == found


def test_createretry_ends_the_search(operator: Operator, sabotage: Sabotage) -> None:
    def kill_the_next() -> None:
        operator.lab.engine(sabotage.happened[-1].node.name).kill()

    sabotage.before(CreateContainer, kill_the_next, times=2)
    refused = operator.refused("c1", createretry=1, **HASTE)
    assert "c1 failed on 2 nodes (createretry is 1); the last one, dockerhost02: " in refused["msg"]
    assert alive(operator.lab, ONE, TWO) == {}
    # nothing came of it, and the way there is told as well
    assert warned(refused, "c1 could not be created on dockerhost01")


def test_an_engine_dies_when_all_is_done(operator: Operator, sabotage: Sabotage) -> None:
    sabotage.after(StartContainer, operator.lab.engine(ONE).kill)
    refused = operator.refused("c1", **HASTE)
    assert refused["msg"].startswith("c1 reached the requested state on dockerhost01, which then stopped answering: ")
    assert (refused["changed"], verbs(refused)) == (True, ["create", "start"])
    operator.lab.engine(ONE).start()
    # an engine that starts again has ended the containers that ran
    assert actions(operator.container("c1")) == [("start", "c1", ONE)]


def test_somebody_removes_it_when_all_is_done(operator: Operator, sabotage: Sabotage) -> None:
    sabotage.after(StartContainer, lambda: operator.lab.engine(ONE).api("DELETE", "/containers/c1?force=1"))
    refused = operator.refused("c1")
    assert refused["msg"].startswith(
        "c1 reached the requested state on dockerhost01 but was removed before the task finished; "
    )
    assert (refused["changed"], verbs(refused)) == (True, ["create", "start"])


def test_it_cannot_be_looked_at_when_all_is_done(
    operator: Operator, sabotage: Sabotage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripted: a sound engine refuses to inspect nothing that it has."""

    send: Any = EngineClient.send

    def refuse(client: EngineClient, call: Call[Any]) -> Any:
        if call.asked.startswith("to inspect"):
            raise EngineResponseError(client.address, 500, f"{client.address} refuses {call.asked}: broken")
        return send(client, call)

    sabotage.after(StartContainer, lambda: monkeypatch.setattr(EngineClient, "send", refuse))
    refused = operator.refused("c1")
    assert refused["msg"].startswith("c1 reached the requested state on dockerhost01 but cannot be inspected now: ")
    assert "refuses to inspect" in refused["msg"]
    assert (refused["changed"], verbs(refused)) == (True, ["create", "start"])


def test_it_has_removed_itself_when_all_is_done(operator: Operator, sabotage: Sabotage) -> None:
    """As wished: an end is not a failure where nobody waits for it."""
    sabotage.after(StartContainer, lambda: eventually(lambda: where(operator.lab), {}))
    result = operator.container("c1", auto_remove=True, command=["true"])
    assert (verbs(result), result["node"]["name"], result["containers"]) == (["create", "start"], ONE, [])
    assert "container" not in result


# while containers move


@pytest.fixture
def misplaced(operator: Operator) -> Result:
    """A container on dockerhost01 that is to be in the external zone."""
    made = operator.container("c1", constraints=["zone==internal"])
    assert node_of(made) == ONE
    return made


MOVE: dict[str, Any] = {"constraints": ["disk==hdd"], "relocate": "when_needed", **HASTE}


@pytest.mark.parametrize("step", [StopContainer, RemoveContainer])
def test_the_old_engine_dies_in_a_relocation(
    step: type[StopContainer] | type[RemoveContainer], operator: Operator, misplaced: Result, sabotage: Sabotage
) -> None:
    old = operator.lab.engine(ONE)
    sabotage.before(step, old.kill, role="former")
    moved = operator.container("c1", **MOVE)
    assert node_of(moved) == THREE
    assert moved["container"]["State"]["Running"]
    assert alive(operator.lab, ONE) == {"c1": THREE}
    former = misplaced["container"]["Id"][:12]
    assert warned(moved, "c1 is on dockerhost03 now", former, "may be left on dockerhost01", old.entry)

    old.start()
    refused = operator.refused("c1", **MOVE)
    assert former in refused["msg"]
    assert moved["container"]["Id"][:12] in refused["msg"]
    old.api("DELETE", "/containers/c1?force=1")
    operator.settled("c1", **MOVE)


@pytest.mark.parametrize("step", [StartContainer, WaitHealthy])
def test_the_new_engine_dies_in_a_relocation(
    step: type[StartContainer] | type[WaitHealthy], operator: Operator, misplaced: Result, sabotage: Sabotage
) -> None:
    new = operator.lab.engine(THREE)
    sabotage.before(step, new.kill, node=THREE)
    refused = operator.refused("c1", **MOVE)
    assert new.entry in refused["msg"]
    assert warned(refused, "c1.moving", "may be left on dockerhost03")
    assert alive(operator.lab, THREE) == {"c1": ONE}
    old = inspect(operator.lab.engine(ONE), "c1")
    assert (old["Id"], old["State"]["Running"]) == (misplaced["container"]["Id"], True)
    assert old["State"]["StartedAt"] == misplaced["container"]["State"]["StartedAt"]


# while a container is made anew


def test_the_engine_dies_when_the_old_one_has_been_renamed(operator: Operator, sabotage: Sabotage) -> None:
    engine = operator.lab.engine(ONE)
    first = operator.container("c1", ports=["80:80"])
    sabotage.after(RenameContainer, engine.kill, role="former")
    refused = operator.refused("c1", image="web:2", ports=["80:80"], **HASTE)
    assert "the former c1" in refused["msg"]
    assert "could not be restored" in refused["msg"]
    assert warned(refused, "c1.new", "may be left on dockerhost01")
    engine.start()
    left = {each["Names"][0][1:]: each for each in listed(engine)}
    assert {name: each["State"] for name, each in left.items()} == {"c1.old": "exited", "c1.new": "created"}
    assert left["c1.old"]["Id"] == first["container"]["Id"]

    # what is in the way is named, and removing it is left to people
    refused = operator.refused("c1", image="web:2", ports=["80:80"])
    assert "held by c1.new" in refused["msg"]
    engine.api("DELETE", "/containers/c1.new")
    resumed = operator.container("c1", image="web:2", ports=["80:80"])
    assert verbs(resumed) == ["rename", "create", "rename", "rename", "start", "remove"]
    assert warned(resumed, "c1.old", "was left behind by an interrupted run")
    assert where(operator.lab) == {"c1": ONE}


def test_the_engine_dies_between_the_two_containers(
    operator: Operator, sabotage: Sabotage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one has the name, and the old one is the last that ran: both are named, and the task goes no further."""
    engine = operator.lab.engine(ONE)
    first = operator.container("c1", ports=["80:80"])
    sabotage.before(StopContainer, engine.kill, role="former")
    operator.refused("c1", image="web:2", ports=["80:80"], **HASTE)
    engine.start()
    left = {each["Names"][0][1:]: each for each in listed(engine)}
    assert {name: each["State"] for name, each in left.items()} == {"c1.old": "exited", "c1": "created"}

    monkeypatch.setattr(observe, "_REPLACING", 1.0)
    refused = operator.refused("c1", image="web:2", ports=["80:80"])
    assert refused["msg"].startswith("a previous run was interrupted while replacing c1 on dockerhost01: ")
    for name, each in left.items():
        assert f"{name} ({each['Id'][:12]}" in refused["msg"]
    assert {each["Names"][0][1:] for each in listed(engine)} == {"c1.old", "c1"}
    engine.api("DELETE", "/containers/c1")
    resumed = operator.container("c1", ports=["80:80"])
    assert verbs(resumed) == ["rename", "start"]
    assert resumed["container"]["Id"] == first["container"]["Id"]
    assert warned(resumed, "c1.old", "was left behind by an interrupted run")
