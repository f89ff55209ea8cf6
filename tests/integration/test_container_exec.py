# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in containers, wherever in the cluster they are."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_exec

from tests.integration.operating import Result, run_module
from tests.lab import Engine, Lab

HOME = "dockerhost02"
NOT_RUN = "the command was not run, as this is check mode"


def box(engine: Engine, name: str = "box", *arguments: str) -> str:
    """A container that waits to be told what to do; gives its ID."""
    return engine.docker("run", "-d", "--init", "--name", name, *arguments, "busybox", "sleep", "600").strip()


def execute(lab: Lab, container: str = "box", *argv: str, check: bool = False, **options: Any) -> Result:
    arguments = {"container": container, **({"argv": list(argv)} if argv else {}), **options}
    return run_module(swarm_container_exec.main, arguments, check=check, environment=lab.environment)


def shell(lab: Lab, script: str, container: str = "box", **options: Any) -> Result:
    return execute(lab, container, "sh", "-c", script, **options)


def with_box(lab: Lab, *arguments: str) -> Lab:
    """The lab with a container on one node; the one of the test before, emptied, where that left it as it was."""
    names = [each["Names"] for engine in lab.engines for each in _listed(engine)]
    mark = " ".join(("marked", *arguments))
    if names == [["/box"]] and all(map(Engine.answers, lab.engines)):
        record = lab.engine(HOME).api("GET", "/containers/box/json")
        if record["State"]["Status"] == "running" and record["Config"]["Labels"].get("arguments") == mark:
            assert shell(lab, "rm -rf /tmp/* /ram/* /data/*")["rc"] == 0
            return lab
    lab.reset()
    box(lab.engine(HOME), "box", "--label", f"arguments={mark}", *arguments)
    return lab


def _listed(engine: Engine) -> list[Result]:
    try:
        return list(engine.api("GET", "/containers/json?all=1", timeout=2.0))
    except OSError:
        return []


@pytest.fixture
def running(lab: Lab) -> Lab:
    return with_box(lab)


def test_what_it_returns(running: Lab) -> None:
    result = shell(running, "echo out; echo >&2 err; echo; exit 3")
    assert len(result.pop("exec_id")) == 64
    result.pop("invocation")
    assert result == {
        "changed": True,
        "stdout": "out",
        "stderr": "err",
        "rc": 3,
        "node": HOME,
        "address": running.engine(HOME).entry,
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("options", "stdout"),
    [
        ({"command": "echo 'a  b' c"}, "a  b c"),
        ({"command": "pwd", "chdir": "/tmp"}, "/tmp"),
        ({"command": "id -un", "user": "nobody"}, "nobody"),
        ({"command": "id -g", "user": "1:7"}, "7"),
        ({"command": "sh -c 'echo $GREETING'", "env": {"GREETING": "good day"}}, "good day"),
        ({"command": "cat", "stdin": "text"}, "text"),
        ({"command": "cat", "stdin": "text", "strip_empty_ends": False}, "text\n"),
        ({"command": "cat", "stdin": "text", "strip_empty_ends": False, "stdin_add_newline": False}, "text"),
        ({"command": "wc -c", "stdin": "", "stdin_add_newline": False}, "0"),
        ({"command": "wc -c"}, "0"),
        ({"command": "test -t 0", "tty": True, "stdin": ""}, ""),
        ({"command": "sh -c 'echo out; echo err >&2'", "tty": True}, "out\r\nerr"),
    ],
)
def test_options(running: Lab, options: dict[str, Any], stdout: str) -> None:
    result = execute(running, **options)
    assert (result.get("msg"), result["stdout"], result["stderr"], result["rc"]) == (None, stdout, "", 0)


@pytest.mark.parametrize("privileged", [False, True])
def test_privileged(running: Lab, privileged: bool) -> None:
    """Asked of the engine: a host that lacks a capability itself gives none of them."""
    identity = execute(running, command="true", privileged=privileged)["exec_id"]
    record = running.engine(HOME).api("GET", f"/exec/{identity}/json")
    assert record["ProcessConfig"]["privileged"] is privileged


def test_64_mib_go_in_and_come_out(running: Lab) -> None:
    """It reads and writes at once: who sends all before receiving any would wait for ever."""
    text = "".join(f"{number:015d}\n" for number in range(4 * 1024 * 1024))
    result = execute(running, command="cat", stdin=text, stdin_add_newline=False, strip_empty_ends=False)
    assert len(result["stdout"]) == 64 * 1024 * 1024
    assert hashlib.sha256(result["stdout"].encode()).digest() == hashlib.sha256(text.encode()).digest()


def test_it_goes_on_in_the_background(running: Lab) -> None:
    result = shell(running, "sleep 0.3; touch /tmp/done", detach=True)
    assert {"stdout", "stderr", "rc"} & set(result) == set()
    engine = running.engine(HOME)
    assert engine.api("GET", f"/exec/{result['exec_id']}/json")["Running"] is True
    deadline = time.monotonic() + 10
    while shell(running, "test -e /tmp/done")["rc"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_command_that_closes_its_output_is_waited_for(running: Lab) -> None:
    result = shell(running, "echo said; exec >&- 2>&-; sleep 0.5; exit 4")
    assert (result["stdout"], result["rc"]) == ("said", 4)


def test_a_check_runs_nothing(running: Lab) -> None:
    result = execute(running, "box", "touch", "/tmp/here", check=True)
    assert (result["changed"], result["msg"], result["node"]) == (
        True,
        "the command was not run, as this is check mode",
        HOME,
    )
    assert shell(running, "test -e /tmp/here")["rc"] == 1


def test_a_program_that_is_not_there(running: Lab) -> None:
    """As docker exec does, the engine answers with a status that shells use."""
    result = execute(running, command="nothing")
    assert result["rc"] in (126, 127)
    assert '"nothing"' in result["stdout"] + result["stderr"]


def test_found_twice_and_told_apart(running: Lab) -> None:
    identity = box(running.engine("dockerhost03"))
    result = execute(running, command="hostname")
    first, second = running.engine(HOME), running.engine("dockerhost03")
    other = first.api("GET", "/containers/box/json")["Id"]
    assert result["msg"] == (
        f"'box' is in the cluster 2 times: {first.name} ({first.entry}, {other[:12]}), {second.name} ({second.entry}, "
        f"{identity[:12]}). Write the node before the name, as in {first.name}/box, or remove or rename all but one"
    )
    for reference in ("dockerhost03/box", f"{second.entry}/box", identity, identity[:8]):
        assert execute(running, reference, "hostname")["stdout"] == identity[:12]
    assert execute(running, command="hostname", nodes=["dockerhost03"])["stdout"] == identity[:12]
    assert execute(running, command="hostname", constraints=["node!=dockerhost02"])["stdout"] == identity[:12]
    assert execute(running, command="hostname", partition=["node==dockerhost03"])["stdout"] == identity[:12]


def test_not_found_names_who_may_have_it(running: Lab) -> None:
    lost = running.engine("dockerhost01")
    lost.stop()
    assert execute(running, "app", "true")["msg"] == (
        "no container has the name or ID 'app' on any of the 2 nodes; it may be where nobody answers: the engine at "
        f"{lost.entry} is unhealthy: connection refused by {lost.entry}; no engine listens there"
    )
    found = execute(running, "box", "true")
    assert (found["rc"], found["warnings"]) == (
        0,
        [
            f"the engine at {lost.entry} is unhealthy: connection refused by {lost.entry}; no engine listens there",
        ],
    )
    assert execute(running, "box", "true", require_all=True)["msg"] == (
        f"nothing was done, as require_all is set: the engine at {lost.entry} is unhealthy: connection refused by "
        f"{lost.entry}; no engine listens there"
    )


@pytest.mark.parametrize(
    ("state", "words"), [("stop", "is not running"), ("pause", "is paused, unpause the container before exec")]
)
def test_a_container_that_takes_no_commands(running: Lab, state: str, words: str) -> None:
    engine = running.engine(HOME)
    engine.docker(state, *(["-t", "0"] if state == "stop" else []), "box")
    result = execute(running, command="true")
    assert result["failed"]
    assert result["msg"].startswith(f"{engine.entry} refuses to run a command in ")
    assert words in result["msg"]


def test_an_engine_that_is_killed_in_the_middle(running: Lab) -> None:
    engine = running.engine(HOME)
    killer = threading.Timer(1.0, engine.kill)
    killer.start()
    began = time.monotonic()
    result = shell(running, "echo begun; sleep 300")
    killer.join()
    assert time.monotonic() - began < 20
    assert result["msg"] == f"{engine.entry} closed the connection before its answer was complete"


def test_an_engine_that_freezes_in_the_middle(running: Lab) -> None:
    engine = running.engine(HOME)
    freezer = threading.Timer(1.0, engine.freeze)
    freezer.start()
    result = shell(running, "echo begun; sleep 300", timeout=3)
    freezer.join()
    assert result["msg"] == f"no answer from {engine.entry} within 3 s"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"command": "echo 'a"},
            "command: it cannot be split into words (no closing quotation); close the quotes, or write argv",
        ),
        ({"command": ""}, "command: there is no program to run in it"),
        ({"argv": []}, "argv: there is no program to run in it"),
        (
            {"command": "cat", "stdin": "x", "detach": True},
            "detach: a command that is not waited for cannot be given stdin; leave one of them out",
        ),
        (
            {"command": "true", "env": {"A": 1}},
            "env: the value of 'A' is of type int, not a string, and may not arrive as written; put it in quotes, or "
            "use '| string' behind a template",
        ),
    ],
)
def test_what_cannot_be_right(clean_lab: Lab, options: dict[str, Any], message: str) -> None:
    assert execute(clean_lab, **options)["msg"] == message


def test_many_at_once(clean_lab: Lab) -> None:
    for number, engine in enumerate(clean_lab.engines, start=1):
        for name in (f"app-{number}", f"job-{number}"):
            box(engine, name, "--hostname", f"{name}.{engine.name}", "--label", f"kind={name[:3]}")
    clean_lab.engine(HOME).docker("stop", "--time", "0", "app-2")

    def run(check: bool = False, **options: Any) -> Result:
        return run_module(swarm_container_exec.main, options, check=check, environment=clean_lab.environment)

    words = ["sh", "-c", "read word; echo $word $(hostname); echo no >&2; exit 3"]
    done = run(containers=["app-*", "dockerhost03/job-3"], argv=words, stdin="hello")
    assert not done.get("failed"), done
    assert [(each["name"], each["node"], each["rc"], each["stdout"], each["stderr"]) for each in done["results"]] == [
        (name, node, 3, f"hello {name}.{node}", "no")
        for name, node in (("app-1", "dockerhost01"), ("app-3", "dockerhost03"), ("job-3", "dockerhost03"))
    ]
    assert (done["changed"], done["failures"]) == (True, [])
    assert [each["name"] for each in run(labels=["kind=job"], command="true")["results"]] == ["job-1", "job-2", "job-3"]
    checked = run(check=True, labels=["kind=job"], command="touch /made")
    assert ([each["changed"] for each in checked["results"]], checked["msg"]) == ([True] * 3, NOT_RUN)
    assert {each["rc"] for each in run(labels=["kind"], command="ls /made")["results"]} == {1}
    # one of them takes no command: the others have run it
    clean_lab.engine(HOME).docker("pause", "job-2")
    partly = run(labels=["kind=job"], command="true")
    clean_lab.engine(HOME).docker("unpause", "job-2")
    assert partly["failed"]
    assert [each["name"] for each in partly["results"]] == ["job-1", "job-3"]
    assert [each["name"] for each in partly["failures"]] == ["job-2"]
    assert partly["msg"].startswith(f"1 of 3 containers failed: job-2 on {HOME}: ")
    for options, message in (
        ({"containers": ["app-2"]}, "containers: no running container is meant by app-2"),
        ({"labels": ["kind=none"]}, "labels: no running container has all of them"),
        ({"container": "x", "containers": ["y"]}, "parameters are mutually exclusive: container|containers"),
        ({}, "one of the following is required: container, containers, labels"),
    ):
        assert message in run(command="true", **options)["msg"]
