# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks as ansible-playbook runs them, timed one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .common import children_processor_seconds
from .simulator.process import ROOT

_HERE = Path(__file__).parent
COLLECTIONS = ROOT / ".cache" / "collections"
#: They would have `requests` trust other authorities than a task says.
_NOT_INHERITED = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")

Task = Mapping[str, t.Any]


@dataclass(frozen=True)
class TaskTime:
    """seconds: from the start of the task to its result."""

    task: str
    seconds: float
    changed: bool


@dataclass(frozen=True)
class Play:
    """seconds, cpu: wall and processor time of the whole ansible-playbook."""

    seconds: float
    cpu: float
    tasks: list[TaskTime]

    def seconds_of(self, task: str) -> tuple[float, ...]:
        """Of every task of that name, in order."""
        return tuple(each.seconds for each in self.tasks if each.task == task)


def play(tasks: Sequence[Task], folder: Path) -> Play:
    """Run tasks on localhost. A task that fails is an error: what is slow may be wrong, too."""
    folder.mkdir(parents=True, exist_ok=True)
    book, times = folder / "play.json", folder / "times.json"
    times.write_text("", encoding="utf-8")
    head = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    variables = {"ansible_python_interpreter": sys.executable}
    book.write_text(json.dumps([{**head, "vars": variables, "tasks": list(tasks)}]), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(book)]
    began, before = time.perf_counter(), children_processor_seconds()
    values = environment(TASK_TIMES=str(times))
    ended = subprocess.run(command, cwd=folder, env=values, capture_output=True, text=True, check=False)
    seconds, cpu = time.perf_counter() - began, children_processor_seconds() - before
    if ended.returncode:
        said = (ended.stdout + ended.stderr)[-4000:]
        raise RuntimeError(f"ansible-playbook ended with status {ended.returncode}:\n{said}")
    lines = [json.loads(line) for line in times.read_text(encoding="utf-8").splitlines()]
    return Play(seconds, cpu, [TaskTime(**line) for line in lines])


def environment(**more: str) -> dict[str, str]:
    """For Ansible's commands: this collection, and nothing of the user's configuration."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in _NOT_INHERITED and not key.startswith(("ANSIBLE_", "DOCKER_", "SWARM_"))
    }
    return {
        **kept,
        # an empty configuration: not the user's, and not that of a folder above
        "ANSIBLE_CONFIG": str(_HERE / "ansible.cfg"),
        "ANSIBLE_HOME": str(ROOT / ".cache" / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": f"{COLLECTIONS}:{_site_packages()}",
        "ANSIBLE_CALLBACK_PLUGINS": str(_HERE / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "task_times",
        **more,
    }


def _site_packages() -> str:
    """Where the community collections are that came with the package `ansible`."""
    return str(Path(sys.executable).parents[1] / "lib" / f"python3.{sys.version_info.minor}" / "site-packages")
