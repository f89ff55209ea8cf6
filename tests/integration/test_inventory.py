# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of real engines, as ``ansible-inventory`` and ``ansible`` see it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.ansible_cli import Ansible
from tests.lab import Lab

TEMPLATE = "{{ 1 + 1 }}"


@pytest.fixture
def ansible(clean_lab: Lab, tmp_path: Path) -> Ansible:
    return Ansible(tmp_path, clean_lab.environment)


def plain(value: Any) -> Any:
    """``value`` without the marks that ``--list`` puts around strings that are not trusted."""
    if isinstance(value, dict):
        return (
            value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else {k: plain(v) for k, v in value.items()}
        )
    return [plain(each) for each in value] if isinstance(value, list) else value


def listed(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(plain(json.loads(done.stdout)))


def listing(ansible: Ansible, config: dict[str, Any], **how: Any) -> dict[str, Any]:
    return listed(ansible.inventory(config, "--list", **how))


def test_graph(ansible: Ansible) -> None:
    keyed_groups = [{"prefix": "zone", "key": "swarm_labels.zone"}, {"prefix": "disk", "key": "swarm_label_disk"}]
    done = ansible.inventory({"keyed_groups": keyed_groups}, "--graph", "swarm")
    assert done.stdout.splitlines() == ["@swarm:", "  |--dockerhost01", "  |--dockerhost02", "  |--dockerhost03"]
    groups = listing(ansible, {"keyed_groups": keyed_groups})
    assert groups["zone_external"]["hosts"] == ["dockerhost02", "dockerhost03"]
    assert groups["disk_ssd"]["hosts"] == ["dockerhost01", "dockerhost02"]


def test_variables_of_engines(clean_lab: Lab, ansible: Ansible) -> None:
    variables = listing(ansible, {})["_meta"]["hostvars"]["dockerhost02"]
    engine = clean_lab.engine("dockerhost02")
    assert variables["ansible_host"] == engine.address
    assert (variables["swarm_address"], variables["swarm_port"]) == (engine.entry, engine.port)
    assert variables["swarm_labels"]["zone"] == variables["swarm_label_zone"] == "external"
    assert (variables["swarm_health"], variables["swarm_reason"]) == ("healthy", "")
    assert variables["swarm_id"] == engine.api("GET", "/info")["ID"]
    assert variables["swarm_containers"] == {"total": 0, "running": 0}
    assert variables["swarm_reserved"] == {"memory": 0, "cpus": 0.0}
    assert variables["swarm_memory"] > 0
    assert variables["ansible_docker_ca_path"] == str(clean_lab.certs.ca)


def test_unhealthy_engines_are_left_out_and_named(clean_lab: Lab, ansible: Ansible) -> None:
    lost = clean_lab.engine("dockerhost01")
    lost.kill()
    done = ansible.inventory({"snapshot_timeout": 4}, "--list")
    assert listed(done)["swarm"]["hosts"] == ["dockerhost02", "dockerhost03"]
    assert lost.entry in done.stderr


def test_unhealthy_engines_on_demand(clean_lab: Lab, ansible: Ansible) -> None:
    lost = clean_lab.engine("dockerhost01")
    lost.cut_off()
    groups = listing(ansible, {"include_unhealthy": True, "snapshot_timeout": 4})
    assert groups["swarm_unhealthy"]["hosts"] == [lost.address]
    assert lost.address in groups["swarm"]["hosts"]
    variables = groups["_meta"]["hostvars"][lost.address]
    assert variables["swarm_health"] == "unhealthy"
    assert variables["swarm_reason"]


def test_containers(clean_lab: Lab, ansible: Ansible) -> None:
    clean_lab.engine("dockerhost02").docker("run", "-d", "--name", "edge", "--label", "tier=front", "web:1")
    clean_lab.engine("dockerhost03").docker("create", "--name", "spare", "busybox:latest")
    groups = listing(ansible, {"containers": True})
    assert groups["swarm_containers"]["hosts"] == ["edge"]
    assert groups["swarm_node_dockerhost02"]["hosts"] == ["edge"]
    assert groups["swarm_image_web_1"]["hosts"] == ["edge"]
    variables = groups["_meta"]["hostvars"]["edge"]
    assert (variables["swarm_container_name"], variables["swarm_container_image"]) == ("edge", "web:1")
    assert (variables["swarm_container_state"], variables["swarm_node"]) == ("running", "dockerhost02")
    assert variables["swarm_container_labels"]["tier"] == "front"
    groups = listing(ansible, {"containers": True, "container_states": ["created"]})
    assert groups["swarm_containers"]["hosts"] == ["spare"]


def test_one_container_name_on_two_nodes(clean_lab: Lab, ansible: Ansible) -> None:
    for name in ("dockerhost02", "dockerhost03"):
        clean_lab.engine(name).docker("run", "-d", "--name", "edge", "web:1")
    done = ansible.inventory({"containers": True}, "--list")
    assert listed(done)["swarm_containers"]["hosts"] == ["edge-dockerhost02", "edge-dockerhost03"]
    assert "edge-dockerhost02 in the inventory" in " ".join(done.stderr.split())


def test_filters_and_partition(ansible: Ansible) -> None:
    config: dict[str, Any] = {"filters": [{"include": "swarm_labels.disk == 'hdd'"}, {"exclude": True}]}
    assert listing(ansible, config)["swarm"]["hosts"] == ["dockerhost03"]
    assert listing(ansible, {"partition": ["disk==hdd"]})["swarm"]["hosts"] == ["dockerhost03"]


def test_strings_of_engines_are_no_templates(clean_lab: Lab, ansible: Ansible) -> None:
    clean_lab.engine("dockerhost02").docker("run", "-d", "--name", "edge", "--label", f"tier={TEMPLATE}", "web:1")
    config = {"containers": True, "compose": {"copied": "swarm_container_labels.tier | default('')"}}
    path = ansible.write_inventory(config)
    done = ansible.run(
        "ansible", "-i", str(path), "edge", "-m", "ansible.builtin.debug",
        "-a", "msg='<{{ swarm_container_labels.tier }}|{{ copied }}>'",
    )  # fmt: skip
    assert f"<{TEMPLATE}|{TEMPLATE}>" in done.stdout, done.stdout + done.stderr


def test_tasks_inside_of_containers(clean_lab: Lab, ansible: Ansible) -> None:
    collection = pytest.importorskip(
        "ansible_collections.community.docker", reason="community.docker, which has the connection plugin, is missing"
    )
    clean_lab.engine("dockerhost02").docker("run", "-d", "--name", "edge", "--hostname", "inside", "web:1")
    path = ansible.write_inventory(
        {"containers": True, "compose": {"ansible_connection": "'community.docker.docker_api'"}}
    )
    site_packages = Path(collection.__path__[0]).parents[2]
    collections = f"{ansible.environment['ANSIBLE_COLLECTIONS_PATH']}:{site_packages}"
    done = ansible.run(
        "ansible", "-i", str(path), "swarm_containers", "-m", "ansible.builtin.raw", "-a", "hostname",
        environment={"ANSIBLE_COLLECTIONS_PATH": collections},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inside" in done.stdout


def test_cache_saves_the_questions_until_it_is_flushed(clean_lab: Lab, ansible: Ansible) -> None:
    config = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(ansible.folder / "cache"),
        "snapshot_timeout": 4,
        "containers": True,
    }
    clean_lab.engine("dockerhost02").docker("run", "-d", "--name", "edge", "--label", f"tier={TEMPLATE}", "web:1")
    before = listing(ansible, config)
    for engine in clean_lab.engines:
        engine.freeze()
    assert listing(ansible, config) == before
    for engine in clean_lab.engines:
        engine.thaw()
    clean_lab.engine("dockerhost02").docker("rm", "-f", "edge")
    path = ansible.write_inventory(config)
    playbook = ansible.folder / "hosts.yml"
    playbook.write_text("- hosts: all\n  gather_facts: false\n", encoding="utf-8")
    listing_hosts = ("ansible-playbook", "-i", str(path), str(playbook), "--list-hosts")
    assert "edge" in ansible.run(*listing_hosts).stdout
    assert "edge" not in ansible.run(*listing_hosts, "--flush-cache").stdout
    # what was read then is in the cache now
    assert "edge" not in ansible.run(*listing_hosts).stdout


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"discovery": "foo://x"}, "unknown discovery scheme 'foo://'"),
        ({"discovery_options": {"tokn": "x"}}, "unknown option discovery_options.tokn"),
        ({"ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
        ({"partition": ["zone"]}, "partition: bad expression at character 5"),
        ({"filters": [{"exclude": "zone ="}]}, "filters: entry 1: 'zone =' is not a Jinja2 expression"),
        ({"label_prefix": "ansible_"}, "label_prefix: 'ansible_' cannot be"),
    ],
)
def test_what_cannot_be_right_is_one_clear_sentence(ansible: Ansible, config: dict[str, Any], message: str) -> None:
    done = ansible.inventory(config, "--list", environment={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"})
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
