# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses in roles: IPv6 wherever one is written, and the same ones whatever hosts a run is limited to."""

from __future__ import annotations

import ipaddress
import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.tools.check.workspace import environment, tool
from tests.unit.roles.rendering import Role

_MANY = 400
_GROUPS = ("0", "0", "0", "00", "0000", "1", "a0", "0A", "ff0", "10", "100")


def _given(address: str, **others: Any) -> dict[str, Any]:
    return {
        "inventory_hostname": "h1",
        "inventory_dir": "/inventory",
        "groups": {"consul_servers": ["h1", "h2"], "swarm_engines": ["h1", "h2"]},
        "hostvars": {"h1": {"swarm_address": address}, "h2": {"swarm_address": "2001:db8::2"}},
        "ansible_facts": {"fqdn": "h1.example.com", "hostname": "h1"},
        "ansible_managed": "managed",
        "swarm_address": address,
        **others,
    }


def _spelled() -> list[str]:
    """Addresses in every spelling: leading zeros, capitals, zeros left out or not."""
    chance = random.Random(16)
    found = ["::", "::1", "1::", "2001:DB8:0::5", "2001:db8:0:0:0:0:0:5"]
    for _number in range(_MANY):
        text = ":".join(chance.choice(_GROUPS) for _group in range(8))
        address = ipaddress.IPv6Address(text)
        found.append(chance.choice([text, str(address), str(address).upper(), address.exploded]))
    return found


def test_names_of_a_certificate_are_those_that_are_read_back() -> None:
    spelled = _spelled()
    seen = Role("docker_tls", _given("10.0.0.5", docker_tls_extra_names=[*spelled, "web.example.com"]), {})
    names = {f"IP:{ipaddress.IPv6Address(text)}" for text in spelled}
    names |= {"IP:10.0.0.5", "IP:127.0.0.1", "DNS:h1", "DNS:h1.example.com", "DNS:localhost", "DNS:web.example.com"}
    assert sorted(seen.evaluate("_docker_tls_alternative_names")) == sorted(names)


def test_what_the_agent_advertises_is_what_it_lists() -> None:
    for text in _spelled()[:60]:
        advertised = Role("swarm_agent", _given(text), {}).evaluate("_swarm_agent_advertise")
        assert advertised == f"[{ipaddress.IPv6Address(text)}]:2376"


@pytest.mark.parametrize(("address", "written"), [("2001:db8::5", "[2001:db8::5]"), ("10.0.0.5", "10.0.0.5")])
def test_an_address_with_a_port_has_brackets_if_it_needs_them(address: str, written: str) -> None:
    given = _given(address)
    engine = Role("docker_engine", given, {})
    assert engine.evaluate("docker_engine_hosts") == ["unix:///run/docker.sock", f"tcp://{written}:2376"]
    assert engine.evaluate("_docker_engine_network_hosts") == [f"tcp://{written}:2376"]
    agent = Role("swarm_agent", given, {})
    assert agent.evaluate("_swarm_agent_advertise") == f"{written}:2376"
    assert agent.evaluate("swarm_agent_discovery") == f"consul://{written}:8500,[2001:db8::2]:8500/swarm"
    lines = agent.template("cluster.conf.j2").splitlines()
    assert lines[1:] == [f"{written}:2376  # h1", "[2001:db8::2]:2376  # h2"]
    config = json.loads(Role("consul", {**given, "inventory_hostname": "h2"}, {}).template("swarm.json.j2"))
    assert config["retry_join"] == [written]


@pytest.mark.parametrize("role", ["consul", "docker_engine", "docker_tls", "swarm_agent", "swarm_manager"])
def test_what_is_an_address(role: str) -> None:
    seen = Role(role, _given("10.0.0.5"), {})
    right = ["10.0.0.5", "::", "::1", "2001:db8::5", "2001:DB8:0:0:0:0:0:5"]
    wrong = ["", "docker01", "docker01:2376", "cafe:2376", "10.0.0.5:2376", "[::1]", "10.0.0", "1:2:3:4:5:6:7:8:9"]
    taken = seen.evaluate(f"{[*right, *wrong]} | select('match', _{role}_an_address)")
    assert list(taken) == right


def test_a_host_with_ipv6_alone_has_an_address() -> None:
    given = _given("")
    given["ansible_facts"] = {"default_ipv4": {}, "default_ipv6": {"address": "2001:db8::7"}}
    for role in ("consul", "docker_engine", "docker_tls", "swarm_agent", "swarm_manager"):
        assert Role(role, given, {}).evaluate(f"{role}_address") == "2001:db8::7"


_FACTS = {"default_ipv4": {"address": "10.0.0.2"}}


@pytest.mark.parametrize(
    ("known", "address"),
    [
        ({"swarm_address": "10.0.0.1", "ansible_host": "10.9.9.9", "ansible_facts": _FACTS}, "10.0.0.1"),
        ({"consul_address": "10.0.0.8", "swarm_address": "10.0.0.1"}, "10.0.0.8"),
        ({"ansible_host": "10.9.9.9", "ansible_facts": _FACTS}, "10.9.9.9"),
        ({"ansible_host": "h2.example.com", "ansible_facts": _FACTS}, "10.0.0.2"),
        ({"swarm_address": "", "ansible_facts": _FACTS}, "10.0.0.2"),
        # Nobody has asked it yet: no name takes the place of an address that is not known.
        ({"ansible_host": "h2.example.com"}, ""),
        ({}, ""),
    ],
)
def test_the_address_of_another_host(known: dict[str, Any], address: str) -> None:
    given = _given("10.0.0.1")
    given["hostvars"]["h2"] = known
    consul = Role("consul", given, {})
    assert consul.evaluate("_consul_server_addresses.h2") == address
    assert consul.evaluate("_consul_unknown_servers") == ([] if address else ["h2"])
    agent = Role("swarm_agent", given, {})
    assert agent.evaluate("_swarm_agent_consul_addresses.h2") == address


@pytest.mark.parametrize(
    ("host", "others", "port"),
    [
        ({}, {}, 2376),
        # The port of the host that writes the file is not that of the others.
        ({"docker_engine_port": 2377}, {}, 2376),
        ({"swarm_agent_port": 2378}, {"docker_engine_port": 2379}, 2379),
        ({}, {"swarm_agent_port": 2380, "docker_engine_port": 2379}, 2380),
    ],
)
def test_the_port_of_another_engine(host: dict[str, int], others: dict[str, int], port: int) -> None:
    given = _given("10.0.0.1", **host)
    given["hostvars"]["h1"].update(host)
    given["hostvars"]["h2"].update(others)
    lines = Role("swarm_agent", given, {}).template("cluster.conf.j2").splitlines()
    assert lines[2] == f"[2001:db8::2]:{port}  # h2"


_INVENTORY = """\
all:
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
    consul_package_file: /dev/null
  children:
    consul_servers:
      hosts:
        h1: {swarm_address: 10.0.0.1}
        h2: {swarm_address: "{{ [ansible_facts.python.version.major, 0, 0, 2] | join('.') }}"}
        h3: OF_THE_THIRD
"""
_PLAY = """\
- hosts: consul_servers
  gather_facts: false
  vars_files: [ROLES/consul/defaults/main.yml, ROLES/consul/vars/main.yml]
  tasks:
    - ansible.builtin.import_tasks: ROLES/consul/tasks/preflight.yml
    - ansible.builtin.debug: {msg: "JOINS {{ _consul_other_addresses | join(',') }} OF {{ inventory_hostname }}"}
"""


def _joins(folder: Path, third: str, *arguments: str) -> tuple[dict[str, str], str]:
    """What each host would join, and all that was said."""
    roles = Path(__file__).resolve().parents[3] / "roles"
    # Of the preflight only what is about addresses: what comes first, and last, is about the machine.
    text = (roles / "consul/tasks/preflight.yml").read_text(encoding="utf-8")
    begin = text.index("- name: Gather the addresses of servers")
    end = text.index("- name: Check that the package is on")
    gather = '- ansible.builtin.setup: {gather_subset: ["!all", min, network]}\n'
    (folder / "addresses.yml").write_text(f"---\n{gather}{text[begin:end]}", encoding="utf-8")
    play = _PLAY.replace("ROLES/consul/tasks/preflight.yml", "addresses.yml").replace("ROLES", str(roles))
    (folder / "play.yml").write_text(play, encoding="utf-8")
    (folder / "ask_address.yml").symlink_to(roles / "consul/tasks/ask_address.yml")
    (folder / "templates").symlink_to(roles / "consul/templates")
    (folder / "hosts.yml").write_text(_INVENTORY.replace("OF_THE_THIRD", third), encoding="utf-8")
    done = subprocess.run(
        [tool("ansible-playbook"), "-i", "hosts.yml", "play.yml", *arguments],
        cwd=folder,
        env={**environment(), "ANSIBLE_TIMEOUT": "2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.findall(r"JOINS (\S*) OF (h\d)", done.stdout)
    return {host: joins for joins, host in found}, done.stdout + done.stderr


def test_a_limit_does_not_change_what_a_server_joins(tmp_path: Path) -> None:
    third = "{swarm_address: 10.0.0.3}"
    for name in ("all", "one"):
        (tmp_path / name).mkdir()
    everybody, said = _joins(tmp_path / "all", third)
    assert everybody == {"h1": "3.0.0.2,10.0.0.3", "h2": "10.0.0.1,10.0.0.3", "h3": "10.0.0.1,3.0.0.2"}, said
    alone, said = _joins(tmp_path / "one", third, "--limit", "h1")
    assert alone == {"h1": everybody["h1"]}, said


def test_an_address_that_cannot_be_known_is_said(tmp_path: Path) -> None:
    third = "{ansible_host: h3.invalid, ansible_connection: ssh}"
    alone, said = _joins(tmp_path, third, "--limit", "h1:h2")
    assert alone == {}
    assert (
        "The address of h3 is not known, and h1 is to join every server of the group consul_servers. "
        "Set swarm_address to an IP address there, or run the role on those hosts too."
    ) in " ".join(said.split())
