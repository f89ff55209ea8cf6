# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The seven verbs of Docker in one playbook, on real engines and with a registry that wants a login."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.ansible_cli import Ansible
from tests.integration.test_registries import searchable  # noqa: F401  # pylint: disable=unused-import
from tests.lab import Lab, Registry

PLAYBOOK = Path(__file__).parents[2] / "playbooks/demo_verbs.yml"
USER, PASSWORD = "deploy", "open-sesame-7421"


@pytest.fixture
def registry(clean_lab: Lab) -> Iterator[Registry]:
    with clean_lab.registry(port=5007, user=USER, password=PASSWORD) as registry:
        yield registry


def play(lab: Lab, folder: Path, **variables: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run the playbook. Gives its status, and what each task returned."""
    results = folder / "results.jsonl"
    results.unlink(missing_ok=True)
    ansible = Ansible(
        folder,
        {
            **lab.environment,
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "TASK_RESULTS": str(results),
        },
    )
    extra = json.dumps({"ansible_python_interpreter": sys.executable, "demo_folder": str(folder), **variables})
    done = ansible.run("ansible-playbook", str(PLAYBOOK), "-e", extra)
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return done.returncode, {line["task"].partition(" - ")[0]: line["result"] for line in reversed(lines)}


def test_every_verb(clean_lab: Lab, registry: Registry, searchable: str, tmp_path: Path) -> None:  # noqa: F811
    status, results = play(
        clean_lab,
        tmp_path,
        demo_registry=registry.address,
        demo_user=USER,
        demo_password=PASSWORD,
        demo_search=f"{searchable}/web",
    )
    assert status == 0, results
    nodes = {each["Node"]["Name"] for each in results["Run"]["containers"]}
    assert nodes == {engine.spec.name for engine in clean_lab.engines}
    assert [each["name"] for each in results["Ps"]["containers"]] == ["verbs-1", "verbs-2", "verbs-3"]
    assert results["Exec"]["rc"] == 0
    assert [(each["name"], each["line"]) for each in results["Logs"]["logs"]] == [
        ("verbs-2", "Hello from the controller")
    ]
    assert (tmp_path / "copied.html").read_text(encoding="utf-8") == "Copied in\n"
    assert results["Login"]["changed"] is False
    assert [each["name"] for each in results["Search"]["images"]] == ["team/web0", "team/web1", "team/web2"]
    assert all(engine.docker("ps", "--all", "--quiet") == "" for engine in clean_lab.engines)
