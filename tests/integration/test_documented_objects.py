# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the modules for containers, images, volumes and networks, as they are documented, on a cluster."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.integration.ansible_cli import Ansible
from tests.integration.on_nodes import OnNodes
from tests.lab import Lab
from tests.lab.search_index import SearchIndex
from tests.unit.documentation import documents, tasks_with_modules

#: In an order in which each finds what it needs.
_MODULES = (
    "swarm_volume_info",
    "swarm_volume",
    "swarm_network_info",
    "swarm_network",
    "swarm_login",
    "swarm_image_tag",
    "swarm_image_push",
    "swarm_image_pull",
    "swarm_image_export",
    "swarm_image_load",
    "swarm_image_info",
    "swarm_image_build",
    "swarm_image_remove",
    "swarm_prune",
)
_ABOUT_CONTAINERS = (
    "swarm_container_wait",
    "swarm_container_copy_into",
    "swarm_container_fetch",
    "swarm_container_exec",
    "swarm_container_logs",
    "swarm_stats_info",
    "swarm_top_info",
    "swarm_events_info",
    "swarm_search_info",
)
_USER, _PASSWORD = "deploy", "open-sesame-7421"


def tasks(modules: Sequence[str], replaced: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """All modules that examples call, and their options, with what the lab has in the place of what they name."""
    found = []
    for name in modules:
        text = importlib.import_module(f"ansible_collections.classic.swarm.plugins.modules.{name}").EXAMPLES
        for old, new in replaced.items():
            text = text.replace(old, new)
        found += tasks_with_modules(documents(text))
    return found


def test_examples(clean_lab: Lab, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM busybox\nARG version\nRUN echo $version > /version\n", encoding="utf-8")
    nodes = OnNodes(clean_lab)
    for number, name in enumerate(("app_1", "app_2"), start=1):
        clean_lab.engine(f"dockerhost0{number}").docker("run", "-d", "--name", name, "busybox", "sleep", "60")
    with clean_lab.registry(port=5009, user=_USER, password=_PASSWORD) as registry:
        replaced = {
            "registry.example.com:5000": registry.address,
            "registry.example.com": registry.address,
            "{{ registry_password }}": _PASSWORD,
            "/tmp/web.tar": str(tmp_path / "web.tar"),
            "/srv/web": str(folder),
            # what another example has pushed
            "app:3": "web:1",
        }
        done = {name: nodes.run(name, **options) for name, options in tasks(_MODULES, replaced)}
    assert set(done) == set(_MODULES)
    assert _PASSWORD not in str(done)


def test_examples_about_containers(clean_lab: Lab, tmp_path: Path) -> None:
    one, two, three = clean_lab.engines
    healthy = ("--health-cmd", "true", "--health-interval", "200ms", "--label", "tier=front")
    for engine, name in ((one, "web-1"), (two, "web-2")):
        engine.docker("run", "-d", "--name", name, *healthy, "busybox", "sh", "-c", "echo user a signed in; sleep 600")
    three.docker("run", "-d", "--name", "edge_webserver", "busybox", "sleep", "600")
    three.docker("exec", "edge_webserver", "mkdir", "/www")
    two.docker("run", "-d", "--name", "db", "busybox", "sh", "-c", "echo ready to accept connections; sleep 600")
    one.docker("run", "-d", "--name", "job-1", "--label", "kind=job", "busybox", "true")
    (tmp_path / "index.html").write_text("hello", encoding="utf-8")
    with SearchIndex(clean_lab.spec.gateway, 5008) as index:
        replaced = {
            "/srv/site/index.html": str(tmp_path / "index.html"),
            "/backup": str(tmp_path / "backup"),
            "term: nginx": f"term: {index.address}/nginx",
            # what they wait for comes at once, or not at all
            "follow_for: 60": "follow_for: 1",
            "sample_for: 10": "sample_for: 1",
            "listen_for: 30": "listen_for: 1",
            "poll_interval: 5": "poll_interval: 0.2",
            "\\n": "\n",
        }
        nodes = OnNodes(clean_lab)
        done = [(name, nodes.attempt(name, **options)) for name, options in tasks(_ABOUT_CONTAINERS, replaced)]
    assert {name for name, _result in done} == set(_ABOUT_CONTAINERS)
    failed = {result["msg"] for name, result in done if result.get("failed")}
    # where engines run in somebody else's control groups they measure nothing, which is what test_looks.py is about
    assert all("its control groups cannot be read" in message for message in failed), failed
    assert (tmp_path / "backup" / "site" / "index.html").read_text(encoding="utf-8") == "hello"
    assert (tmp_path / "backup" / "edge_webserver" / "etc" / "hosts").exists()
    rows = [row for name, result in done if name == "swarm_container_exec" for row in result.get("results", [result])]
    assert {row["rc"] for row in rows if "rc" in row} == {0}


def test_packed_and_run_as_ansible_does(clean_lab: Lab, tmp_path: Path) -> None:
    """One of each kind: what a module imports is packed by what its source says."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM busybox\n", encoding="utf-8")
    called: list[tuple[str, dict[str, Any]]] = [
        ("swarm_volume", {"name": "data"}),
        ("swarm_image_build", {"name": "own:1", "path": str(folder)}),
    ]
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{f"classic.swarm.{name}": options} for name, options in called],
    }
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    ansible = Ansible(tmp_path, clean_lab.environment)
    done = ansible.run("ansible-playbook", str(playbook), "-e", f"ansible_python_interpreter={sys.executable}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok=2    changed=2 " in done.stdout
    refused = ansible.module("swarm_login", {"registry": clean_lab.spec.gateway, "username": "u", "password": "x1y2"})
    assert refused["msg"].startswith("3 of 3 nodes failed: dockerhost01: ")
