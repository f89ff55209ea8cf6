# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, labels and words of an engine that means harm, as the user's Ansible shows them and acts on them.

No real engine can be made to say such things, so one on the loopback does.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.ansible_cli import Ansible
from tests.integration.loopback import loopback_server

#: What a terminal obeys: escape and C1 sequences, a bell, a backspace, another direction, lines of others' messages.
HARMFUL = "\x1b[2J\x07\x08\x9b31m\u202eltr\u2066\x85\r\nok: [nobody]\n\x00\x7f\u2028"
RESERVED = {"__ansible_type": "x", "__ansible_unsafe": "y", "__ansible_vault": "z", "_ansible_no_log": "w", "zone": "a"}


def container(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "Id": f"{len(name):064x}",
        "Names": [f"/{name}"],
        "Image": "web:1",
        "State": "running",
        "Status": "Up 3 minutes",
        "Created": 1700000000,
        "Ports": [],
        "Labels": {},
        **fields,
    }


@contextmanager
def engine(containers: Sequence[Mapping[str, Any]] = (), **info: Any) -> Iterator[str]:
    """An engine with these containers; its address."""
    facts = {"ID": "AA", "Name": "n1", "NCPU": 2, "MemTotal": 4 << 30, "ServerVersion": "20.10.24", **info}
    versions = {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}

    def answer(path: str) -> tuple[int, Any]:
        if "/containers/json" in path:
            return 200, list(containers)
        if path.endswith("/json"):
            return 200, {"Id": path.split("/")[-2], "Name": "/c", "Config": {"Labels": RESERVED}, "HostConfig": {}}
        return 200, versions if path.endswith("/version") else facts

    with loopback_server(answer, {"Api-Version": "1.41"}) as server:
        yield server.address


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    return Ansible(tmp_path, {})


def shown(text: str) -> str:
    """The text, once it is seen that a terminal does nothing of its own with it."""
    obeyed = {each for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not obeyed, (obeyed, text)
    assert not [line for line in text.splitlines() if line.startswith("ok: [nobody]")]
    return text


@pytest.mark.parametrize("module", ["swarm_node_info", "swarm_container_info"])
def test_reserved_keys_reach_the_play_escaped(ansible: Ansible, module: str) -> None:
    labels = [f"{name}={value}" for name, value in RESERVED.items()]
    with engine([container("web", Labels=RESERVED)], Labels=labels) as address:
        options = {"inspect": True} if module == "swarm_container_info" else {}
        result = ansible.module(module, {"discovery": address, **options})
    assert not result.get("failed"), result
    escaped = {f"%{name}" if "ansible" in name else name: value for name, value in RESERVED.items()}
    if module == "swarm_node_info":
        assert escaped.items() <= result["nodes"][0]["labels"].items()
    else:
        assert result["containers"][0]["labels"] == escaped
        assert result["containers"][0]["inspect"]["Config"]["Labels"] == escaped


def test_reserved_keys_in_the_inventory(ansible: Ansible) -> None:
    labels = [f"{name}={value}" for name, value in RESERVED.items()]
    with engine([container("web", Labels=RESERVED)], Labels=labels) as address:
        path = ansible.write_inventory({"discovery": address, "containers": True})
        play = [{
            "hosts": "all", "connection": "local", "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable, "ansible_connection": "local"},
            "tasks": [{
                "ansible.builtin.set_fact": {"handed_on": "{{ swarm_container_labels | default(swarm_labels) }}"}
            }, {
                # A module gets its arguments as JSON, and gives them back as such.
                "ansible.builtin.stat": {"path": "{{ handed_on['%__ansible_type'] }}"}
            }],
        }]  # fmt: skip
        playbook = ansible.folder / "labels.yml"
        playbook.write_text(yaml.safe_dump(play), encoding="utf-8")
        done = ansible.run("ansible-playbook", "-i", str(path), str(playbook))
        listed = ansible.run("ansible-inventory", "-i", str(path), "--list")
    assert done.returncode == 0, done.stdout + done.stderr
    variables = json.loads(listed.stdout)["_meta"]["hostvars"]
    for host, name in (("web", "swarm_container_labels"), ("n1", "swarm_labels")):
        assert {key for key in variables[host][name] if "ansible" in key} == {
            f"%{key}" for key in RESERVED if "ansible" in key
        }


def test_warnings_and_errors_of_modules_are_visible(ansible: Ansible) -> None:
    play = [{
        "hosts": "localhost", "gather_facts": False,
        "tasks": [
            {"classic.swarm.swarm_node_info": {"discovery": "{{ d }}"}},
            {"classic.swarm.swarm_container": {"name": "web", "state": "absent", "discovery": "{{ d }}"}},
        ],
    }]  # fmt: skip
    playbook = ansible.folder / "names.yml"
    playbook.write_text(yaml.safe_dump(play), encoding="utf-8")
    # Found on two nodes, the container is an error that names both.
    twice = [container("web")]
    with engine(twice, Name=f"n1{HARMFUL}") as one, engine(twice, Name=f"n2{HARMFUL}", ID="BB") as two:
        broken = loopback_server(lambda _path: (500, {"message": f"no{HARMFUL}"}))
        with broken as third:
            done = ansible.run("ansible-playbook", str(playbook), "-e", f"d={one},{two},{third.address}")
    words = shown(done.stdout + done.stderr)
    assert done.returncode != 0
    assert r"\x1b[2J" in words
    assert third.address in words


def test_the_inventory_shows_and_publishes_nothing_of_them(ansible: Ansible) -> None:
    with engine([container(f"c{HARMFUL}"), container("ok")], Name=f"n{HARMFUL}") as address:
        path = ansible.write_inventory({"discovery": address, "containers": True})
        done = ansible.run("ansible-inventory", "-i", str(path), "--graph")
    assert done.returncode == 0
    words = shown(done.stdout + done.stderr)
    assert r"c\x1b[2J" in words
    assert "|--ok" in words


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("kind", ["engine", "container"])
def test_nothing_draws_the_plays_of_the_controller_to_itself(ansible: Ansible, name: str, kind: str) -> None:
    containers = [container(name)] if kind == "container" else []
    with engine(containers, Name=name if kind == "engine" else "n1") as address:
        path = ansible.write_inventory({"discovery": address, "containers": True})
        done = ansible.run(
            "ansible", "-i", str(path), "localhost", "-m", "ansible.builtin.debug",
            "-a", "msg={{ inventory_hostname }}-{{ swarm_address is defined }}",
        )  # fmt: skip
        listed = ansible.run("ansible-inventory", "-i", str(path), "--list")
    assert "localhost-False" in done.stdout, done.stdout + done.stderr
    hosts = set(json.loads(listed.stdout)["_meta"]["hostvars"])
    assert not hosts & {"localhost", "127.0.0.1", "::1"}
    assert any(host.startswith(f"{name}-") for host in hosts)
    assert f"called {name}-" in " ".join(done.stderr.split())


def test_hosts_of_other_sources_keep_what_they_are(ansible: Ansible) -> None:
    static = ansible.folder / "a.ini"
    static.write_text("[web]\ndb ansible_host=db.example.com\nn1 ansible_host=n1.example.com\n", encoding="utf-8")
    with engine([container("db"), container("web"), container("app", Labels={"app": "db"})]) as address:
        path = ansible.write_inventory({
            "discovery": address,
            "containers": True,
            "keyed_groups": [{"prefix": "", "separator": "", "key": "swarm_container_labels.app"}],
        })  # fmt: skip
        done = ansible.run("ansible-inventory", "-i", str(static), "-i", str(path), "--list")
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stderr.split())
    assert "Found both group and host" not in words
    listed = json.loads(done.stdout)
    variables = listed["_meta"]["hostvars"]
    assert (variables["db"], variables["n1"]) == (
        {"ansible_host": "db.example.com"},
        {"ansible_host": "n1.example.com"},
    )
    assert listed["db_group"]["hosts"] == ["app"]
    assert listed["web"]["hosts"] == ["db", "n1"]
    for new_name in ("db-n1-127.0.0.1-", "web-n1-127.0.0.1-", "n1-127.0.0.1-", "the group db is called db_group"):
        assert new_name in words, words


def test_a_group_hides_no_host(ansible: Ansible) -> None:
    containers = [container(name, Labels={"app": "web"}) for name in ("web", "web2")]
    with engine(containers) as address:
        path = ansible.write_inventory({
            "discovery": address,
            "containers": True,
            "keyed_groups": [{"prefix": "", "separator": "", "key": "swarm_container_labels.app"}],
        })  # fmt: skip
        done = ansible.run("ansible", "-i", str(path), "web", "--list-hosts")
    assert sorted(done.stdout.split()[2:]) == ["web-n1", "web2"], done.stdout + done.stderr
    assert "Found both" not in done.stderr
