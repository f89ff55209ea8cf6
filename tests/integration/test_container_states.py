# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One container through every state that a task may want."""

from __future__ import annotations

import pytest

from tests.integration.operating import Operator, Result, actions, eventually, inspect, verbs, where

ONE, TWO = "dockerhost01", "dockerhost02"


def status(operator: Operator, name: str = "c1") -> str:
    engine = operator.lab.engine(where(operator.lab)[name])
    return inspect(engine, name)["State"]["Status"]


def test_the_second_run_changes_nothing(operator: Operator) -> None:
    first = operator.container("c1", ports=["80:80"], env={"A": "b"}, labels={"l": "v"}, constraints=["zone==external"])
    assert first["changed"]
    assert actions(first) == [("create", "c1", TWO), ("start", "c1", TWO)]
    assert first["container"]["State"]["Running"]
    assert first["container"]["Node"]["Name"] == first["node"]["name"] == TWO
    assert first["container"]["Node"]["IP"] == operator.lab.engine(TWO).address
    operator.settled("c1", ports=["80:80"], env={"A": "b"}, labels={"l": "v"}, constraints=["zone==external"])


#: state before -> task -> verbs, status afterwards
TRANSITIONS = [
    ("started", {"state": "started"}, [], "running"),
    ("started", {"state": "present"}, [], "running"),
    ("started", {"state": "stopped"}, ["stop"], "exited"),
    ("started", {"state": "absent"}, ["stop", "remove"], None),
    ("started", {"state": "healthy"}, [], "running"),
    ("started", {"paused": True}, ["pause"], "paused"),
    ("started", {"restart": True}, ["restart"], "running"),
    ("started", {"recreate": True}, ["create", "rename", "rename", "stop", "start", "remove"], "running"),
    ("stopped", {"state": "started"}, ["start"], "running"),
    ("stopped", {"state": "present"}, [], "exited"),
    ("stopped", {"state": "stopped"}, [], "exited"),
    ("stopped", {"state": "absent"}, ["remove"], None),
    ("stopped", {"state": "healthy"}, ["start"], "running"),
    ("stopped", {"state": "started", "paused": True}, ["start", "pause"], "paused"),
    ("stopped", {"state": "started", "restart": True}, ["start"], "running"),
    ("stopped", {"state": "stopped", "recreate": True}, ["create", "rename", "rename", "remove"], "created"),
    ("present", {"state": "started"}, ["start"], "running"),
    ("present", {"state": "present"}, [], "created"),
    ("present", {"state": "stopped"}, [], "created"),
    ("present", {"state": "absent"}, ["remove"], None),
    ("paused", {"state": "started"}, [], "paused"),
    ("paused", {"state": "started", "paused": False}, ["unpause"], "running"),
    ("paused", {"state": "stopped"}, ["stop"], "exited"),
    ("paused", {"state": "absent"}, ["stop", "remove"], None),
    ("paused", {"restart": True}, ["restart"], "running"),
    ("paused", {"recreate": True}, ["create", "rename", "rename", "stop", "start", "remove"], "running"),
    ("absent", {"state": "absent"}, [], None),
    ("absent", {"state": "present"}, ["create"], "created"),
    ("absent", {"state": "stopped"}, ["create"], "created"),
    ("absent", {"state": "healthy"}, ["create", "start"], "running"),
    ("absent", {"paused": True}, ["create", "start", "pause"], "paused"),
]

PREPARED = {
    "started": [{}],
    "stopped": [{}, {"state": "stopped"}],
    "present": [{"state": "present"}],
    "paused": [{"paused": True}],
    "absent": [{"state": "absent"}],
}


@pytest.mark.parametrize("before", list(PREPARED))
def test_every_transition(operator: Operator, before: str) -> None:
    for number, (_state, task, expected, afterwards) in enumerate(row for row in TRANSITIONS if row[0] == before):
        name = f"c{number}"
        for step in PREPARED[before]:
            operator.container(name, **step)
        result = operator.container(name, **task)
        assert verbs(result) == expected, (before, task)
        assert result["changed"] == bool(expected), (before, task)
        if afterwards is None:
            assert name not in where(operator.lab)
            assert "container" not in result
        else:
            assert status(operator, name) == afterwards, (before, task)
            assert result["container"]["State"]["Status"] == afterwards
        once_more = {key: value for key, value in task.items() if key not in ("restart", "recreate")}
        operator.settled(name, **once_more)


def test_it_is_found_by_its_id_and_wherever_it_is(operator: Operator) -> None:
    made = operator.container("c1", constraints=[f"node=={TWO}"])
    identity = made["container"]["Id"]
    stopped = operator.container(identity, state="stopped", constraints=[f"node=={TWO}"])
    assert actions(stopped) == [("stop", "c1", TWO)]
    gone = operator.container(identity[:12], state="absent")
    assert actions(gone) == [("remove", "c1", TWO)]


def signals(operator: Operator, **options: object) -> Result:
    """Stop a container that writes down the signal it got and ends at once."""
    command = ["sh", "-c", "trap 'exit 41' USR1; trap 'exit 42' TERM; while :; do usleep 20000; done"]
    operator.container("c1", command=command)
    return operator.container("c1", command=command, state="stopped", **options)


@pytest.mark.parametrize(
    ("options", "verb", "code"),
    [
        ({}, "stop", 42),
        ({"force_kill": True}, "kill", 137),
        ({"force_kill": True, "kill_signal": "USR1"}, "kill", 41),
        ({"stop_signal": "USR1"}, "stop", 41),
    ],
)
def test_how_it_is_stopped(operator: Operator, options: dict[str, object], verb: str, code: int) -> None:
    if "stop_signal" in options:
        command = ["sh", "-c", "trap 'exit 41' USR1; while :; do usleep 20000; done"]
        operator.container("c1", command=command, **options)
        stopped = operator.container("c1", command=command, state="stopped", **options)
    else:
        stopped = signals(operator, **options)
    assert verbs(stopped) == [verb]
    assert inspect(operator.lab.engine(ONE), "c1")["State"]["ExitCode"] == code


@pytest.mark.parametrize(("keep", "left"), [(True, 1), (False, 0)])
@pytest.mark.parametrize("task", [{"state": "absent"}, {"recreate": True}])
def test_anonymous_volumes_go_only_when_told(
    operator: Operator, keep: bool, left: int, task: dict[str, object]
) -> None:
    made = operator.container("c1", volumes=["/data"])
    volume = made["container"]["Mounts"][0]["Name"]
    operator.container("c1", volumes=["/data"], keep_volumes=keep, **task)
    volumes = operator.lab.engine(ONE).api("GET", "/volumes")["Volumes"] or []
    assert [each["Name"] for each in volumes].count(volume) == left


def test_named_volumes_always_stay(operator: Operator) -> None:
    operator.container("c1", volumes=["data:/data"])
    operator.container("c1", state="absent", keep_volumes=False)
    assert [each["Name"] for each in operator.lab.engine(ONE).api("GET", "/volumes")["Volumes"]] == ["data"]


def test_auto_remove(operator: Operator) -> None:
    operator.container("c1", auto_remove=True)
    operator.settled("c1", auto_remove=True)
    recreated = operator.container("c1", auto_remove=True, env={"A": "b"})
    assert recreated["container"]["State"]["Running"]
    assert where(operator.lab) == {"c1": ONE}
    stopped = operator.container("c1", auto_remove=True, env={"A": "b"}, state="stopped")
    assert stopped["changed"]
    eventually(lambda: where(operator.lab), {})
    operator.container("c1", auto_remove=True)
    assert operator.container("c1", state="absent", auto_remove=True)["changed"]
    assert where(operator.lab) == {}


def test_a_container_of_somebody_else_is_taken_over_as_it_is(operator: Operator) -> None:
    engine = operator.lab.engine("dockerhost03")
    engine.docker("run", "-d", "--name", "c1", "-e", "A=b", "web:1")
    before = inspect(engine, "c1")["Id"]
    operator.settled("c1", env={"A": "b"})
    assert inspect(engine, "c1")["Id"] == before
    assert verbs(operator.container("c1", env={"A": "c"})) == ["create", "rename", "rename", "stop", "start", "remove"]
