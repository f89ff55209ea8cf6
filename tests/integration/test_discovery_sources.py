# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One cluster of real engines, found by every source in turn: each task finds what the first one made."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS

from tests.integration.ansible_cli import Ansible
from tests.lab import Lab
from tests.lab.consul import Consul, ConsulUnavailable
from tests.lab.dnsmasq import ZONE, Dnsmasq
from tests.lab.etcd import Etcd
from tests.lab.service import ServiceUnavailable
from tests.lab.token_service import TokenService
from tests.lab.zookeeper import ZooKeeper


@pytest.fixture
def ansible(clean_lab: Lab, tmp_path: Path) -> Ansible:
    """With a group of the engines, each under a name that says nothing of its address."""
    hosts = {f"host-{number}": _variables(engine, number) for number, engine in enumerate(clean_lab.engines)}
    group = {"hosts": hosts, "vars": {"base": clean_lab.engines[0].address.rpartition(".")[0]}}
    edge = {"hosts": {"host-1": {}, "host-2": {}}}
    inventory = {"all": {"children": {"docker_hosts": group, "edge": edge, "nobody": {}}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
    return Ansible(tmp_path, clean_lab.environment)


def _variables(engine: Any, number: int) -> dict[str, Any]:
    """An engine's place: as ansible_host, as swarm_address beside another ansible_host, and by a template."""
    last = engine.address.rpartition(".")[2]
    places: list[dict[str, Any]] = [
        {"ansible_host": engine.address},
        {"ansible_host": "192.0.2.1", "swarm_address": engine.address, "docker_engine_port": engine.port},
        {"swarm_address": f"{{{{ base }}}}.{last}"},
    ]
    return {**places[number], "rack": f"r1{number}", "password": "never shown"}


@pytest.fixture
def sources(clean_lab: Lab, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Every source of the cluster by its scheme, over a real server where there is one."""
    entries = [engine.entry for engine in clean_lab.engines]
    path = tmp_path / "cluster.conf"
    path.write_text("".join(f"{entry}\n" for entry in entries))
    with contextlib.ExitStack() as stack:
        try:
            consul, etcd = stack.enter_context(Consul()), stack.enter_context(Etcd())
            zookeeper, token = stack.enter_context(ZooKeeper()), stack.enter_context(TokenService())
            records = [("_docker._tcp", engine.address, engine.port) for engine in clean_lab.engines]
            dns = stack.enter_context(Dnsmasq(records))
        except (ServiceUnavailable, ConsulUnavailable) as error:
            pytest.skip(str(error))
        for entry in entries:
            consul.put(f"swarm/{entry}")
            etcd.put(f"/swarm/{entry}")
            zookeeper.put(f"/swarm/{entry}")
            token.put(entry)
        yield {
            "nodes": f"nodes://{','.join(entries)}",
            "file": f"file://{path}",
            "consul": f"consul://{consul.host}/swarm",
            "etcd": f"etcd://{etcd.host}/swarm",
            "zk": f"zk://{zookeeper.host}/swarm",
            "token": token.source,
            "dns+srv": f"dns+srv://{dns.host}/_docker._tcp.{ZONE}",
            "inventory": "inventory://docker_hosts",
        }


def play(ansible: Ansible, *tasks: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (ansible.folder / "play.yml").write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}])
    )
    return ansible.run("ansible-playbook", "-i", "hosts.yml", "play.yml", timeout=240)


def test_the_first_task_over_every_source(ansible: Ansible, sources: dict[str, str]) -> None:
    assert set(sources) == set(BACKENDS)
    wanted = {"name": "hello", "image": "web:1", "constraints": ["zone==external", "disk==ssd"], "stop_timeout": 1}
    tasks: list[dict[str, Any]] = [
        {"classic.swarm.swarm_container": {**wanted, "discovery": source}, "register": f"over_{number}"}
        for number, source in enumerate(sources.values())
    ]
    seen = ", ".join(f"[over_{number}.changed, over_{number}.node.name]" for number in range(len(sources)))
    done = play(ansible, *tasks, {"ansible.builtin.debug": {"msg": f"seen: {{{{ [{seen}] | to_json }}}}"}})
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if "seen: " in line)
    results = json.loads(json.loads(line.partition(":")[2]).removeprefix("seen: "))
    assert results == [[True, "dockerhost02"], *[[False, "dockerhost02"]] * (len(sources) - 1)]


def test_the_inventory_of_a_group_of_the_inventory(ansible: Ansible) -> None:
    (ansible.folder / "engines.swarm.yml").write_text(
        json.dumps({"plugin": "classic.swarm.swarm", "discovery": "inventory://docker_hosts"})
    )
    done = ansible.run("ansible-inventory", "-i", "hosts.yml", "-i", "engines.swarm.yml", "--graph", "swarm")
    assert done.stdout.splitlines() == ["@swarm:", "  |--dockerhost01", "  |--dockerhost02", "  |--dockerhost03"]


def test_what_a_task_hears_of_groups(ansible: Ansible) -> None:
    """The environment names a group; three tasks name some that cannot be right."""
    ansible.environment["SWARM_DISCOVERY"] = "inventory://docker_hosts"
    wrong = {
        "inventory://elsewhere": "inventory://elsewhere: the inventory has no group elsewhere",
        "inventory://nobody": "the discovery source 'inventory://nobody' holds no engines",
        "inventory://a/b": "'inventory://a/b' names no group of the inventory; write inventory://GROUP",
    }
    done = play(
        ansible,
        *({"classic.swarm.swarm_node_info": {"discovery": source}, "ignore_errors": True} for source in wrong),
        {"classic.swarm.swarm_node_info": {}, "register": "cluster"},
        {"ansible.builtin.debug": {"msg": "seen: {{ cluster.nodes | map(attribute='name') | sort | join(' ') }}"}},
    )
    output = done.stdout + done.stderr
    assert [says for says in wrong.values() if says not in output] == []
    assert "ignored=3" in output
    assert "seen: dockerhost01 dockerhost02 dockerhost03" in output


def test_host_variables_and_groups_are_labels_where_they_are_asked_for(ansible: Ansible) -> None:
    """The engines know nothing of racks and groups; host-2 alone is in the group and in that rack."""
    ansible.environment["SWARM_DISCOVERY"] = "inventory://docker_hosts"
    wanted = {"name": "edge", "image": "web:1", "stop_timeout": 1}
    asking = {**wanted, "constraints": ["group.edge==true", "hostvar.rack==r12"]}
    nowhere = {**wanted, "name": "nowhere", "constraints": ["hostvar.rack==r13"]}
    done = play(
        ansible,
        {"classic.swarm.swarm_container": asking, "register": "first"},
        {"classic.swarm.swarm_container": asking, "register": "second"},
        {"classic.swarm.swarm_container": nowhere, "ignore_errors": True},
        {"classic.swarm.swarm_node_info": {"partition": ["group.edge==true"]}, "register": "edge"},
        {"classic.swarm.swarm_node_info": {}, "register": "all"},
        {
            "ansible.builtin.debug": {
                "msg": "seen: {{ [first.changed, first.node.name, second.changed, second.node.name, edge.total, "
                "all.total, all.nodes | map(attribute='labels') | map('list') | flatten | "
                "select('match', '(hostvar|group)') | list] | to_json }}"
            }
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if "seen: " in line)
    assert json.loads(json.loads(line.partition(":")[2]).removeprefix("seen: ")) == [
        True,
        "dockerhost03",
        False,
        "dockerhost03",
        2,
        3,
        [],
    ]
    assert "hostvar.rack is r10" in done.stdout + done.stderr
    assert "never shown" not in done.stdout + done.stderr
