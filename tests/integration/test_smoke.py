# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One play of an operator's: place, place beside, count, again, info, away. It runs on every supported ansible-core."""

from __future__ import annotations

from pathlib import Path

from tests.integration.playbook import Task, container, run_playbook
from tests.lab import Lab

TASKS: list[Task] = [
    container("edge", ports=["80:80"], constraints=["zone==external", "disk==ssd"]),
    container("app", affinities=["container==edge"]),
    container("web", count=4, ports=["80"]),
]

MODULES: list[Task] = [
    {"name": "containers", "classic.swarm.swarm_container_info": {"state": "running"}},
    {"name": "nodes", "classic.swarm.swarm_node_info": {}},
    {
        "name": "placement",
        "classic.swarm.swarm_placement_info": {"name": "edge2", "image": "web:1", "ports": ["80:80"]},
    },
]

AWAY: list[Task] = [
    container("edge", state="absent"),
    container("app", state="absent"),
    container("web", count=0),
]


def test_a_whole_play(clean_lab: Lab, tmp_path: Path) -> None:
    run = run_playbook(clean_lab, tmp_path, [*TASKS, *TASKS, *MODULES, *AWAY], arguments=["--diff"])
    assert "Traceback" not in run.output
    assert "fatal:" not in run.output
    assert run.code == 0
    assert [result["changed"] for result in run.results] == [True] * 3 + [False] * 6 + [True] * 3
    edge, app = run.results[:2]
    assert edge["node"]["name"] == app["node"]["name"] == "dockerhost02"
    assert edge["diff"]["after"]["node"] == "dockerhost02"
    containers, nodes, placement = run.results[6:9]
    assert len(containers["containers"]) == 6
    assert [node["name"] for node in nodes["nodes"]] == ["dockerhost01", "dockerhost02", "dockerhost03"]
    assert placement["placements"][0]["node"]["name"] in ("dockerhost01", "dockerhost03")
    assert all(not engine.api("GET", "/containers/json?all=1") for engine in clean_lab.engines)


def test_a_check_changes_nothing(clean_lab: Lab, tmp_path: Path) -> None:
    run = run_playbook(clean_lab, tmp_path, TASKS[::2], arguments=["--check", "--diff"])
    assert [result["changed"] for result in run.results] == [True, True]
    assert all(not engine.api("GET", "/containers/json?all=1") for engine in clean_lab.engines)
