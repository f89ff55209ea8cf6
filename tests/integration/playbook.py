# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook as an operator does, and read what its tasks returned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import Lab

_ROOT = Path(__file__).resolve().parents[2]
_COLLECTIONS = _ROOT / ".cache/collections"
_OWN = ("ANSIBLE_", "DOCKER_", "SWARM_")

Task = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A playbook that has ended. results: of its tasks, in their order, a failed one too; output: all it printed."""

    code: int
    results: list[dict[str, Any]]
    output: str


class Playbook:
    """A playbook that runs in a process of its own.

    folder: where it is written; tasks: module name -> options, and keywords of Ansible beside; arguments: further ones
    of ansible-playbook. Tasks go on after a failure.
    """

    def __init__(
        self,
        lab: Lab,
        folder: Path,
        tasks: Iterable[Task],
        *,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._results = folder / "results.jsonl"
        self._results.unlink(missing_ok=True)
        self._output = folder / "output.txt"
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "ignore_errors": True,
            "module_defaults": {"classic.swarm.swarm_container": {"image": "web:1", "stop_timeout": 1}},
            "tasks": list(tasks),
        }
        # JSON is YAML, and nothing in it needs quoting.
        (folder / "play.yml").write_text(json.dumps([play], indent=1), encoding="utf-8")
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml", *arguments],
                cwd=folder,
                env=_environment(lab, folder, self._results, environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        """Give what it has printed so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait(self, timeout: float = 240.0) -> Run:
        """Wait for its end; one that does not end in time is killed, and the test fails."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        text = self._results.read_text(encoding="utf-8") if self._results.exists() else ""
        results = [json.loads(line)["result"] for line in text.splitlines()]
        return Run(code, results, self._output.read_text(encoding="utf-8", errors="replace"))


def run_playbook(lab: Lab, folder: Path, tasks: Iterable[Task], **options: Any) -> Run:
    """Run a playbook to its end. options: as for Playbook."""
    return Playbook(lab, folder, tasks, **options).wait()


def container(name: str, /, *, task: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Give a task with swarm_container. task: keywords of Ansible for it."""
    return {"name": name, "classic.swarm.swarm_container": {"name": name, **options}, **(task or {})}


def _environment(lab: Lab, folder: Path, results: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(_OWN)},
        **lab.environment,
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_COLLECTIONS_PATH": str(_COLLECTIONS),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "TASK_RESULTS": str(results),
        **more,
    }
