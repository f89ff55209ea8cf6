# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that only ask, over real engines."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest
import yaml

from tests.integration.ansible_cli import Ansible
from tests.lab import Lab


@pytest.fixture
def ansible(clean_lab: Lab, tmp_path: Path) -> Ansible:
    return Ansible(tmp_path, clean_lab.environment)


def run_web(lab: Lab, engine: str, name: str, *arguments: str) -> None:
    lab.engine(engine).docker("run", "-d", "--name", name, *arguments, "web:1")


@pytest.mark.parametrize("check", [False, True])
def test_nodes(clean_lab: Lab, ansible: Ansible, check: bool) -> None:
    run_web(clean_lab, "dockerhost02", "edge", "--memory", "64m", "--cpus", "0.5")
    clean_lab.engine("dockerhost02").docker("create", "--name", "spare", "--memory", "32m", "web:1")
    result = ansible.module("swarm_node_info", check=check)
    assert (result["changed"], result["total"], result["healthy"], result["unhealthy"]) == (False, 3, 3, [])
    first, second, third = result["nodes"]
    assert [node["name"] for node in result["nodes"]] == ["dockerhost01", "dockerhost02", "dockerhost03"]
    assert second["address"] == clean_lab.engine("dockerhost02").entry
    assert (second["health"], second["reason"]) == ("healthy", "")
    assert (second["containers"], first["containers"]) == ({"total": 2, "running": 1}, {"total": 0, "running": 0})
    assert second["reserved"] == {"memory": 96 * 1024**2, "cpus": 0.5}
    assert (third["labels"]["disk"], third["labels"]["ostype"]) == ("hdd", "linux")
    assert first["cpus"] > 0
    assert first["memory"] > 0


def test_nodes_by_name(ansible: Ansible) -> None:
    result = ansible.module("swarm_node_info", {"name": ["dockerhost03", "nobody"]})
    assert [node["name"] for node in result["nodes"]] == ["dockerhost03"]


def test_nodes_of_a_partition(ansible: Ansible) -> None:
    result = ansible.module("swarm_node_info", {"partition": ["zone==external"]})
    assert [node["name"] for node in result["nodes"]] == ["dockerhost02", "dockerhost03"]


def test_an_engine_that_hangs_is_named_and_the_others_go_on(clean_lab: Lab, ansible: Ansible) -> None:
    clean_lab.engine("dockerhost01").freeze()
    run_web(clean_lab, "dockerhost02", "edge")
    nodes = ansible.module("swarm_node_info", {"snapshot_timeout": 4})
    address = clean_lab.engine("dockerhost01").entry
    assert (nodes["total"], nodes["healthy"]) == (3, 2)
    assert [node["address"] for node in nodes["unhealthy"]] == [address]
    assert nodes["unhealthy"][0]["reason"]
    containers = ansible.module("swarm_container_info", {"snapshot_timeout": 4})
    assert [container["name"] for container in containers["containers"]] == ["edge"]
    assert [node["address"] for node in containers["unhealthy"]] == [address]
    assert any(address in warning for warning in containers["warnings"])


def test_containers(clean_lab: Lab, ansible: Ansible) -> None:
    run_web(clean_lab, "dockerhost02", "edge", "--label", "tier=front", "-p", "80:80")
    run_web(clean_lab, "dockerhost03", "app", "--label", "tier=back")
    clean_lab.engine("dockerhost03").docker("stop", "-t", "1", "app")
    result = ansible.module("swarm_container_info")
    assert (result["changed"], result["exists"]) == (False, True)
    app, edge = result["containers"]
    assert (app["name"], app["node"], app["state"]) == ("app", "dockerhost03", "exited")
    assert (edge["name"], edge["node"], edge["state"]) == ("edge", "dockerhost02", "running")
    assert edge["address"] == clean_lab.engine("dockerhost02").entry
    assert edge["image"] == "web:1"
    assert edge["labels"]["tier"] == "front"
    assert edge["status"].startswith("Up")
    assert any("80->80/tcp" in port for port in edge["ports"])
    assert edge["created"] == pytest.approx(app["created"], abs=60)
    assert "inspect" not in edge


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"name": "edge"}, ["edge"]),
        ({"name": ["app", "nothing"]}, ["app"]),
        ({"name": "nothing"}, []),
        ({"labels": ["tier"]}, ["app", "edge"]),
        ({"labels": ["tier=front"]}, ["edge"]),
        ({"node": "dockerhost03"}, ["app"]),
        ({"state": "exited"}, ["app"]),
        ({"state": ["running"], "node": ["dockerhost03"]}, []),
    ],
)
def test_containers_by(clean_lab: Lab, ansible: Ansible, arguments: dict[str, object], expected: list[str]) -> None:
    run_web(clean_lab, "dockerhost02", "edge", "--label", "tier=front")
    run_web(clean_lab, "dockerhost03", "app", "--label", "tier=back")
    clean_lab.engine("dockerhost03").docker("stop", "-t", "1", "app")
    result = ansible.module("swarm_container_info", arguments)
    assert [container["name"] for container in result["containers"]] == expected
    assert result["exists"] is bool(expected)


def test_containers_with_inspect(clean_lab: Lab, ansible: Ansible) -> None:
    run_web(clean_lab, "dockerhost02", "edge", "--env", "COLOUR=blue")
    (edge,) = ansible.module("swarm_container_info", {"inspect": True})["containers"]
    assert edge["inspect"]["Id"] == edge["id"]
    assert "COLOUR=blue" in edge["inspect"]["Config"]["Env"]


@pytest.mark.parametrize("check", [False, True])
def test_placement_that_fits(clean_lab: Lab, ansible: Ansible, check: bool) -> None:
    run_web(clean_lab, "dockerhost02", "edge", "-p", "80:80")
    question = {
        "name": "second",
        "image": "web:1",
        "published_ports": ["80:80"],
        "constraints": ["zone==external", "disk==~ssd"],
        "memory": "64M",
        "cpus": 0.5,
    }
    result = ansible.module("swarm_placement_info", question, check=check)
    assert (result["changed"], result["fits"], result["msg"]) == (False, True, "1 of 1 containers find a node")
    (placement,) = result["placements"]
    assert placement["container"] == "second"
    assert placement["node"]["name"] == "dockerhost03"
    assert [candidate["name"] for candidate in placement["ranking"]] == ["dockerhost03"]
    assert placement["headline"].startswith("1 of 3 nodes: 1 constraint zone==external, 1 port ")
    assert {verdict["passed"] for verdict in placement["verdicts"]} == {False}
    assert clean_lab.engine("dockerhost03").docker("ps", "-aq").strip() == ""


def test_placement_explained(ansible: Ansible) -> None:
    (placement,) = ansible.module("swarm_placement_info", {"explain": True})["placements"]
    asked = {(verdict["filter"], verdict["node"]) for verdict in placement["verdicts"] if verdict["passed"]}
    assert {("health", f"dockerhost0{number}") for number in (1, 2, 3)} <= asked


def test_placement_that_does_not_fit_is_an_answer(ansible: Ansible) -> None:
    result = ansible.module("swarm_placement_info", {"constraints": ["zone==nowhere"]})
    assert (result["failed"], result["fits"]) == (False, False)
    (placement,) = result["placements"]
    assert (placement["fits"], placement["node"]) == (False, None)
    assert placement["headline"] == "0 of 3 nodes: 3 constraint zone==nowhere"
    for name in ("dockerhost01", "dockerhost02", "dockerhost03"):
        assert name in placement["matrix"]
        assert name in result["msg"]


def test_two_wishes_in_one_are_refused(ansible: Ansible) -> None:
    question = {"constraints": ["node!=dockerhost01 && node!=dockerhost02"]}
    result = ansible.module("swarm_placement_info", question)
    assert result["failed"]
    assert result["msg"] == (
        "constraints: bad expression at character 20: expressions cannot be joined by &&; write each expression as an "
        "entry of its own\n"
        "  node!=dockerhost01 && node!=dockerhost02\n"
        "                     ^"
    )


def test_placement_of_several(ansible: Ansible) -> None:
    question = {"name": "web", "count": 4, "published_ports": ["80:80"]}
    result = ansible.module("swarm_placement_info", question)
    assert result["msg"].startswith("3 of 4 containers find a node: 0 of 3 nodes: 3 port ")
    assert [placement["container"] for placement in result["placements"]] == ["web-1", "web-2", "web-3", "web-4"]
    assert [placement["fits"] for placement in result["placements"]] == [True, True, True, False]


def test_placement_beside_a_dependency(clean_lab: Lab, ansible: Ansible) -> None:
    run_web(clean_lab, "dockerhost03", "data")
    (placement,) = ansible.module("swarm_placement_info", {"volumes_from": ["data:ro"]})["placements"]
    assert placement["node"]["name"] == "dockerhost03"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("swarm_node_info", {"discovery": "foo://x"}, "unknown discovery scheme 'foo://'"),
        ("swarm_node_info", {"ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
        ("swarm_container_info", {"partition": ["zone"]}, "partition: bad expression at character 5"),
        ("swarm_placement_info", {"constraints": ["zone"]}, "constraints: bad expression at character 5"),
        ("swarm_placement_info", {"memory": "12x"}, "'12x'"),
        ("swarm_placement_info", {"published_ports": ["80:80", "80:81"]}, "80/tcp is asked for twice"),
        ("swarm_placement_info", {"filters": ["wind"]}, "wind"),
        ("swarm_placement_info", {"strategy": "expression"}, "rank"),
        ("swarm_placement_info", {"count": 0}, "count: 0 is less than 1"),
        ("swarm_placement_info", {"headroom_memory": "much"}, "headroom_memory: 'much' is not a size"),
    ],
)
def test_what_cannot_be_right_is_one_clear_sentence(
    ansible: Ansible, name: str, arguments: dict[str, object], message: str
) -> None:
    result = ansible.module(name, arguments)
    assert result["failed"] is True
    assert message in result["msg"]
    assert "Traceback" not in json.dumps(result)


def test_no_engine_that_can_be_used(ansible: Ansible) -> None:
    result = ansible.module("swarm_placement_info", {"discovery": "nodes://127.0.0.1:9"})
    assert result["failed"] is True
    assert "none of the 1 engines of nodes://127.0.0.1:9 can be used: 127.0.0.1:9" in result["msg"]


@pytest.mark.parametrize("name", ["swarm_container_info", "swarm_node_info", "swarm_placement_info"])
def test_documented_examples(clean_lab: Lab, ansible: Ansible, name: str) -> None:
    run_web(clean_lab, "dockerhost02", "edge_webserver", "--label", "tier=front")
    module = importlib.import_module(f"ansible_collections.classic.swarm.plugins.modules.{name}")
    (play,) = yaml.safe_load(module.EXAMPLES)
    for task in play["tasks"]:
        # The lab is not at the addresses of the examples: its environment says where it is.
        for option in ("discovery", "tls"):
            task.get(f"classic.swarm.{name}", {}).pop(option, None)
    playbook = ansible.folder / "examples.yml"
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    done = ansible.run("ansible-playbook", str(playbook), environment={"ANSIBLE_PYTHON_INTERPRETER": sys.executable})
    assert done.returncode == 0, done.stdout + done.stderr


def test_options_for_all_modules_of_the_collection(clean_lab: Lab, ansible: Ansible) -> None:
    playbook = ansible.folder / "defaults.yml"
    playbook.write_text(
        f"""
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://{clean_lab.engine("dockerhost03").entry}
  tasks:
    - classic.swarm.swarm_node_info:
      register: nodes
    - classic.swarm.swarm_container_info:
    - classic.swarm.swarm_placement_info:
      register: answer
    - ansible.builtin.assert:
        that:
          - nodes.total == 1
          - answer.placements[0].node.name == 'dockerhost03'
""",
        encoding="utf-8",
    )
    done = ansible.run("ansible-playbook", str(playbook), environment={"SWARM_DISCOVERY": "nodes://127.0.0.1:9"})
    assert done.returncode == 0, done.stdout + done.stderr
