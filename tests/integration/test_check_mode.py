# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check changes nothing, and says what the run then does: the same changed, the same steps, the same diff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.operating import Operator, Result, actions, state_of
from tests.integration.playbook import container, run_playbook

ONE, TWO = "dockerhost01", "dockerhost02"
SICK: dict[str, Any] = {"test": ["CMD-SHELL", "exit 0"], "interval": "200ms"}

Prepare = Callable[[Operator], object]


def nothing(_operator: Operator) -> None:
    """Nothing is there."""


def edge(operator: Operator) -> None:
    operator.container("c1", ports=["80:80"], constraints=["zone==external", "disk==ssd"])


def stopped(operator: Operator) -> None:
    edge(operator)
    operator.container("c1", ports=["80:80"], state="stopped")


def paused(operator: Operator) -> None:
    edge(operator)
    operator.container("c1", ports=["80:80"], paused=True)


def three(operator: Operator) -> None:
    operator.container("c1", count=3)


def unfinished(operator: Operator) -> None:
    edge(operator)
    operator.lab.engine(TWO).docker("rename", "c1", "c1.old")


def grown(operator: Operator) -> None:
    """Labels on the first node say that there is room, and the engine knows better."""
    memory = operator.lab.engine(ONE).api("GET", "/info")["MemTotal"]
    operator.container("grown", constraints=[f"node=={ONE}"])
    operator.container("grown", memory=str(memory - 2**30), constraints=[f"node=={ONE}"], state="stopped")


def foreign(operator: Operator) -> None:
    operator.lab.engine(ONE).docker("create", "--name", "theirs", "-p", "80:80", "web:1")


def networked(operator: Operator) -> None:
    for number in (1, 2):
        operator.lab.engine(ONE).docker("network", "create", f"n{number}")
    operator.container("c1", networks=[{"name": "n1"}], constraints=[f"node=={ONE}"])


def tagged(operator: Operator) -> None:
    engine = operator.lab.engine(ONE)
    engine.docker("tag", "web:1", "app:1")
    operator.container("c1", image="app:1", constraints=[f"node=={ONE}"])
    engine.docker("tag", "web:2", "app:1")


PORTS = {"ports": ["80:80"]}
SITUATIONS: list[tuple[Prepare, dict[str, Any]]] = [
    (nothing, {**PORTS, "constraints": ["zone==external"]}),
    (nothing, {"state": "present"}),
    (nothing, {"paused": True}),
    (nothing, {"state": "healthy", "healthcheck": SICK}),
    (nothing, {"state": "absent"}),
    (nothing, {"count": 5, "ports": ["8080-8090:80"]}),
    (nothing, {"strategy": "binpack", "memory": "256M", "cpus": 0.5}),
    (nothing, {"detach": False, "command": ["true"]}),
    (nothing, {"detach": False, "cleanup": True, "command": ["true"]}),
    (edge, {**PORTS}),
    (edge, {**PORTS, "env": {"A": "b"}}),
    (edge, {**PORTS, "image": "web:2"}),
    (edge, {**PORTS, "memory": "64M", "restart_policy": "always"}),
    (edge, {**PORTS, "recreate": True}),
    (edge, {**PORTS, "restart": True, "paused": True}),
    (edge, {**PORTS, "state": "stopped"}),
    (edge, {**PORTS, "state": "stopped", "force_kill": True}),
    (edge, {"state": "absent"}),
    (edge, {**PORTS, "constraints": ["zone==internal"]}),
    (edge, {**PORTS, "constraints": ["zone==internal"], "relocate": "when_needed"}),
    (edge, {**PORTS, "constraints": ["zone==internal"], "relocate": "when_needed", "image": "web:2"}),
    (stopped, {**PORTS}),
    (stopped, {**PORTS, "env": {"A": "b"}}),
    (paused, {**PORTS, "paused": False}),
    (three, {"count": 5}),
    (three, {"count": 1}),
    (three, {"count": 2, "env": {"A": "b"}}),
    (three, {"count": 0}),
    (three, {"count": 3, "state": "absent"}),
    (unfinished, {**PORTS}),
    (grown, {"memory": "2G"}),
    (foreign, {**PORTS}),
    (networked, {"networks": [{"name": "n1"}, {"name": "n2"}], "constraints": [f"node=={ONE}"]}),
    (networked, {"networks": [{"name": "n2"}], "comparisons": {"networks": "strict"}, "constraints": [f"node=={ONE}"]}),
    (tagged, {"image": "app:1", "constraints": [f"node=={ONE}"]}),
]


def told(result: Result) -> dict[str, Any]:
    """What a check and a run must agree on."""
    return {
        "changed": result["changed"],
        "actions": actions(result),
        "diff": result["diff"],
        "nodes": [each["node"]["name"] for each in result["placements"]],
        "warnings": result["warnings"],
    }


@pytest.mark.parametrize(
    ("prepare", "task"), SITUATIONS, ids=[f"{prepare.__name__} {sorted(task)}" for prepare, task in SITUATIONS]
)
def test_the_check_is_the_run(operator: Operator, prepare: Prepare, task: dict[str, Any]) -> None:
    prepare(operator)
    before = state_of(operator.lab)
    check = operator.container("c1", check=True, **task)
    assert state_of(operator.lab) == before
    run = operator.container("c1", **task)
    assert told(check) == told(run)
    left_nothing = "cleanup" in task
    assert run["changed"] == (left_nothing or state_of(operator.lab) != before)


def test_a_refusal_is_the_same_refusal(operator: Operator) -> None:
    before = state_of(operator.lab)
    for task in ({"constraints": ["zone==nowhere"]}, {"memory": "9999G"}, {"count": 4, **PORTS}, {"image": None}):
        check, run = operator.refused("c1", check=True, **task), operator.refused("c1", **task)
        assert check["msg"] == run["msg"]
        assert check.get("placements") == run.get("placements")
    assert state_of(operator.lab) == before


def test_a_network_that_no_node_has(operator: Operator) -> None:
    """A check asks for it, since the run would learn of it from the engine."""
    before = state_of(operator.lab)
    checked = operator.refused("c1", check=True, networks=[{"name": "nosuchnet"}])
    assert checked["msg"].startswith("no node takes c1: 0 of 3 nodes: 3 failed attempt\n")
    assert checked["msg"].count("there is no network nosuchnet on dockerhost0") == 3
    ran = operator.refused("c1", networks=[{"name": "nosuchnet"}])
    assert ran["msg"].partition("\n")[0] == checked["msg"].partition("\n")[0]
    assert state_of(operator.lab) == before


def test_a_network_that_one_node_has(operator: Operator) -> None:
    operator.lab.engine("dockerhost03").docker("network", "create", "only-here")
    wish: dict[str, Any] = {"networks": [{"name": "only-here"}]}
    checked = operator.container("c1", check=True, **wish)
    assert checked["node"]["name"] == "dockerhost03"
    assert [actions(checked)] == [actions(operator.container("c1", **wish))[-2:]]


def test_as_an_operator_asks_for_it(operator: Operator, tmp_path: Path) -> None:
    """With --check --diff the plan is printed, and Ansible counts the changes."""
    before = state_of(operator.lab)
    tasks = [
        container("edge", **PORTS, constraints=["zone==external"]),
        container("web", count=2, constraints=["zone==internal"]),
    ]
    check = run_playbook(operator.lab, tmp_path / "check", tasks, arguments=["--check", "--diff"])
    assert state_of(operator.lab) == before
    assert "changed=2" in check.output
    assert '+    "node": "dockerhost02"' in check.output
    run = run_playbook(operator.lab, tmp_path / "run", tasks, arguments=["--diff"])
    assert [actions(each) for each in check.results] == [actions(each) for each in run.results]
    assert [each["diff"] for each in check.results] == [each["diff"] for each in run.results]
