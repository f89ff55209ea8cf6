# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of long work while it goes on, as an operator at a terminal sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbook import Playbook
from tests.integration.test_pull import push
from tests.lab import Lab, images

ONE, TWO = "dockerhost01", "dockerhost02"

#: Wait until containers run that somebody else starts.
WAIT = {"containers": ["late-*"], "state": "running", "wait_timeout": 60, "poll_interval": 0.2}


def task(name: str, module: str, seconds: Any, options: dict[str, Any]) -> dict[str, Any]:
    variables = {"ansible_connection": "local", "swarm_progress": seconds}
    return {"name": name, "vars": variables, f"classic.swarm.{module}": options}


def shown(playbook: Playbook, there: Callable[[str], bool]) -> None:
    """Wait until something is printed, while the playbook goes on."""
    end = time.monotonic() + 60
    while not there(playbook.printed()):
        assert time.monotonic() < end, playbook.printed()
        assert "PLAY RECAP" not in playbook.printed(), playbook.printed()
        time.sleep(0.1)


@pytest.fixture
def late(clean_lab: Lab) -> Lab:
    """Give a lab with containers on two nodes that do not run yet."""
    for name, node in (("late-1", ONE), ("late-2", TWO), ("late-3", TWO)):
        clean_lab.engine(node).docker("create", "--name", name, "busybox", "sleep", "600")
    return clean_lab


def test_a_line_a_node_while_it_waits(late: Lab, tmp_path: Path) -> None:
    playbook = Playbook(late, tmp_path, [task("Wait", "swarm_container_wait", "{{ 3 / 10 }}", WAIT)])
    expected = f"progress: [localhost] {TWO}: waits for 2 of 2 containers; late-2: Created"
    # nothing has been started yet, so that the task cannot have ended: the lines come while it goes on
    shown(playbook, lambda text: expected in text and f"[localhost] {ONE}: waits for 1 of 1 containers" in text)
    late.engine(TWO).docker("start", "late-2")
    shown(playbook, lambda text: f"{TWO}: waits for 1 of 2 containers; late-3: Created" in text)
    late.engine(ONE).docker("start", "late-1")
    late.engine(TWO).docker("start", "late-3")
    run = playbook.wait()
    assert run.results[0]["reached"]
    # one sentence is told once, however long it holds
    assert run.output.count(expected) == 1
    assert not list((tmp_path / "ansible").rglob("swarm-progress-*"))


def test_loads_pulls_and_batches(late: Lab, tmp_path: Path) -> None:
    archive = tmp_path / "web.tar"
    archive.write_bytes(images.archive([images.web_image("9")]))
    with late.registry(port=5011) as registry:
        pulled = push(late, registry, "web:1", "app:1")
        tasks = [
            task("Load", "swarm_image_load", 0.01, {"path": str(archive)}),
            task("Pull", "swarm_image_pull", 0.01, {"name": pulled}),
            task("Batch", "swarm_containers", 0.01, {"containers": [{"name": "app", "count": 3, "image": "web:1"}]}),
        ]
        output = Playbook(late, tmp_path, tasks).wait().output
    assert f"progress: [localhost] {ONE}: loads images of {archive}: " in output
    assert f"progress: [localhost] {TWO}: pulls {pulled}: " in output
    assert f"progress: [localhost] {TWO}: 0 of 1 containers; " in output
