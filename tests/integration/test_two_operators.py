# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two ansible-playbook processes at once: no name, no host port and no byte of memory is given twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.operating import inspect, listed, where
from tests.integration.playbook import Playbook, Run, container
from tests.lab import Lab

ONE = "dockerhost01"
MANY = 50


def at_once(lab: Lab, folder: Path, *tasks: list[dict[str, Any]]) -> list[Run]:
    playbooks = [Playbook(lab, folder / str(number), each) for number, each in enumerate(tasks)]
    return [playbook.wait() for playbook in playbooks]


def check_whole(lab: Lab) -> None:
    """Nothing half made: every container has a name of its own, runs, and no host port is bound twice."""
    names = where(lab)
    assert not [name for name in names if name.endswith((".new", ".old", ".moving"))]
    for engine in lab.engines:
        containers = listed(engine)
        assert {each["State"] for each in containers} <= {"running"}
        ports = Counter(
            (port["PublicPort"], port["Type"])
            for each in containers
            for port in each["Ports"]
            if port.get("PublicPort") and port["IP"] == "0.0.0.0"
        )
        assert not [port for port, times in ports.items() if times > 1]


def test_the_same_fifty_containers(clean_lab: Lab, tmp_path: Path) -> None:
    """Both want web-1 to web-50; both get them, and each one is there once."""
    task = [container("web", count=MANY, ports=["80"])]
    runs = at_once(clean_lab, tmp_path, task, task)
    assert [run.results[0].get("msg") for run in runs] == [None, None]
    assert sorted(where(clean_lab)) == sorted(f"web-{number}" for number in range(1, MANY + 1))
    check_whole(clean_lab)
    made = Counter(
        each["container"]
        for run in runs
        for each in run.results[0]["actions"]
        if each["action"] == "create" and each.get("changed", True)
    )
    assert set(made.values()) == {1}
    assert sum(made.values()) == MANY
    again = Playbook(clean_lab, tmp_path / "again", task).wait()
    assert not again.results[0]["changed"]


def test_fifty_each_with_ports_from_one_range(clean_lab: Lab, tmp_path: Path) -> None:
    """Two times fifty containers, each with a host port of its own out of forty on each of three hosts."""
    runs = at_once(
        clean_lab,
        tmp_path,
        [container("a", count=MANY, ports=["8001-8040:80"])],
        [container("b", count=MANY, ports=["8001-8040:80"])],
    )
    assert [run.results[0].get("msg") for run in runs] == [None, None]
    assert len(where(clean_lab)) == 2 * MANY
    check_whole(clean_lab)
    assert max(Counter(where(clean_lab).values()).values()) <= 40


def test_one_host_port_for_two(clean_lab: Lab, tmp_path: Path) -> None:
    """Three hosts, and two operators who want port 80 twice each: three get it, and one is told why not."""
    runs = at_once(
        clean_lab,
        tmp_path,
        [container("a1", ports=["80:80"]), container("a2", ports=["80:80"])],
        [container("b1", ports=["80:80"]), container("b2", ports=["80:80"])],
    )
    results = [result for run in runs for result in run.results]
    refused = [result["msg"] for result in results if "msg" in result]
    assert len(refused) == 1
    assert "0 of 3 nodes: 3 port 80/tcp" in refused[0]
    assert "Traceback" not in "".join(run.output for run in runs)
    assert sorted(where(clean_lab).values()) == ["dockerhost01", "dockerhost02", "dockerhost03"]
    check_whole(clean_lab)


@pytest.mark.parametrize("strategy", ["spread", "binpack"])
def test_the_last_memory_of_the_cluster(clean_lab: Lab, tmp_path: Path, strategy: str) -> None:
    """Room for eight containers on each host, and two operators who want sixteen each."""
    memory = clean_lab.engine(ONE).api("GET", "/info")["MemTotal"] // 8
    task = {"count": 16, "memory": str(memory), "strategy": strategy}
    runs = at_once(clean_lab, tmp_path, [container("a", **task)], [container("b", **task)])
    check_whole(clean_lab)
    for engine in clean_lab.engines:
        held = [inspect(engine, each["Id"])["HostConfig"]["Memory"] for each in listed(engine)]
        assert sum(held) <= engine.api("GET", "/info")["MemTotal"]
    messages = [run.results[0].get("msg") for run in runs]
    assert any(messages)
    for run, message in zip(runs, messages):
        if message is not None:
            assert "no node takes" in message or "created before that, and kept" in message
            assert "Traceback" not in run.output
    # What fits has been used: at most one container's room is left on each host.
    assert len(where(clean_lab)) >= 16


def test_one_changes_what_the_other_removes(clean_lab: Lab, tmp_path: Path) -> None:
    """Whoever comes last decides; nothing half made is left."""
    Playbook(clean_lab, tmp_path / "before", [container("web", count=10)]).wait()
    runs = at_once(
        clean_lab,
        tmp_path,
        [container("web", count=10, env={"A": "b"})],
        [container("web", count=0)],
    )
    assert "Traceback" not in "".join(run.output for run in runs)
    for run in runs:
        assert "msg" not in run.results[0] or "web-" in run.results[0]["msg"]
    names = where(clean_lab)
    assert set(names) <= {f"web-{number}" for number in range(1, 11)}


def test_run_once_forgotten(clean_lab: Lab, tmp_path: Path) -> None:
    """Four hosts give the same tasks to localhost at once. One changes the container, and the others find it so."""
    values = ("1", "2", "3")
    tasks = [container("web", env={"V": value}, ports=["80:80"], stop_timeout=0) for value in values]
    runs = at_once(clean_lab, tmp_path, *[tasks] * 4)
    assert [result.get("msg") for run in runs for result in run.results] == [None] * 4 * len(values)
    check_whole(clean_lab)
    assert list(where(clean_lab)) == ["web"]
    made = sum(
        each["action"] == "create" and each.get("changed", True)
        for run in runs
        for result in run.results
        for each in result["actions"]
    )
    assert made >= len(values)


def test_all_remove_the_same(clean_lab: Lab, tmp_path: Path) -> None:
    first = Playbook(clean_lab, tmp_path / "first", [container("web", count=3)]).wait()
    assert first.results[0]["changed"]
    task = [container("web", count=3, state="absent", stop_timeout=1)]
    runs = at_once(clean_lab, tmp_path, *[task] * 3)
    assert [run.results[0].get("msg") for run in runs] == [None] * 3
    assert where(clean_lab) == {}
