# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""community.docker through the endpoint over mutual TLS: modules, inventory and connection, as with one host."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.ansible_cli import Ansible
from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab


@pytest.fixture
def manager(clean_lab: Lab, tmp_path: Path) -> Iterator[ManagerProcess]:
    with ManagerProcess(clean_lab, tmp_path) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


@pytest.fixture
def ansible(manager: ManagerProcess, tmp_path: Path) -> Ansible:
    return Ansible(
        tmp_path,
        {
            "DOCKER_HOST": f"tcp://{manager.address}",
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": str(manager.papers.folder),
            "DOCKER_TLS_HOSTNAME": "127.0.0.1",
        },
    )


def play(ansible: Ansible, tasks: str) -> str:
    path = ansible.folder / "play.yml"
    path.write_text(
        "- hosts: localhost\n  gather_facts: false\n  vars:\n"
        '    ansible_python_interpreter: "{{ ansible_playbook_python }}"\n  tasks:\n' + textwrap.indent(tasks, "    ")
    )
    done = ansible.run("ansible-playbook", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_modules(ansible: Ansible) -> None:
    """A container is there once, however often it is asked for: the module knows it by the one-part name."""
    container = "community.docker.docker_container: {name: web, image: busybox, command: sleep 600, pull: never"
    play(
        ansible,
        textwrap.dedent(f"""\
            - {container}}}
              register: first
            - {container}}}
              register: second
            - community.docker.docker_container_info: {{name: web}}
              register: told
            - community.docker.docker_host_info: {{containers: true, images: true}}
              register: host
            - {container}, state: absent, force_kill: true}}
              register: gone
            - {container}, state: absent, force_kill: true}}
              register: again
            - ansible.builtin.assert:
                that:
                  - first is changed
                  - second is not changed
                  - told.exists
                  - told.container.Node.Name is match("dockerhost0[123]")
                  - host.containers | length == 1
                  - gone is changed
                  - again is not changed
            """),
    )


def test_the_inventory_and_the_connection(ansible: Ansible, manager: ManagerProcess) -> None:
    client = manager.client()
    client("run", "-d", "--name", "app", "busybox", "sleep", "600")
    inventory = ansible.folder / "endpoint.docker.yml"
    inventory.write_text(
        "plugin: community.docker.docker_containers\n"
        f"docker_host: tcp://{manager.address}\nvalidate_certs: true\ntls_hostname: 127.0.0.1\n"
        f"ca_path: {manager.papers.ca}\nclient_cert: {manager.papers.cert}\nclient_key: {manager.papers.key}\n"
        "connection_type: docker-cli\n"
    )
    done = ansible.run(
        "ansible",
        *("-i", str(inventory), "all", "-m", "ansible.builtin.raw", "-a", "echo from $(hostname)"),
        environment={"PATH": f"/usr/bin:{ansible.environment['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "from " in done.stdout
