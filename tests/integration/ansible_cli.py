# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the Ansible that belongs to the Python of the tests, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_COLLECTIONS = Path(__file__).parents[2] / ".cache" / "collections"

#: Variables of the machine that steer clients of TLS and Docker: what counts is what a test sets.
_NOT_INHERITED = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_NOT_INHERITED_PREFIXES = ("DOCKER_", "SWARM_", "CONSUL_", "ANSIBLE_")


class Ansible:
    """Ansible with a folder of its own for what it writes.

    :param folder: for configuration, temporary files and results
    :param environment: added to the environment of every run
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _NOT_INHERITED and not name.startswith(_NOT_INHERITED_PREFIXES)
        }
        self.environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(_COLLECTIONS),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            **environment,
        }

    def run(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 120.0
    ) -> subprocess.CompletedProcess[str]:
        """Run ``ansible`` or one of its siblings, whatever it ends with."""
        return subprocess.run(
            [str(Path(sys.executable).with_name(program)), *arguments],
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def inventory(self, config: Mapping[str, Any], *arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """Run ``ansible-inventory`` over a file with ``config``."""
        return self.run("ansible-inventory", "-i", str(self.write_inventory(config)), *arguments, **how)

    def write_inventory(self, config: Mapping[str, Any]) -> Path:
        """A configuration file of the inventory plugin."""
        path = self.folder / "test.swarm.yml"
        path.write_text(yaml.safe_dump({"plugin": "classic.swarm.swarm", **config}), encoding="utf-8")
        return path

    def module(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        check: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Run a module of the collection on localhost and give its result, a failure's as well."""
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "tasks": [
                {
                    f"classic.swarm.{name}": dict(arguments or {}),
                    "register": "result",
                    "ignore_errors": True,
                },
                {
                    "ansible.builtin.copy": {"content": "{{ result | to_json }}", "dest": str(result), "mode": "0600"},
                    "check_mode": False,
                },
            ],
        }
        playbook = self.folder / "play.yml"
        playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
        done = self.run("ansible-playbook", str(playbook), *(["--check"] if check else []), environment=environment)
        if done.returncode != 0:
            raise AssertionError(f"{done.stdout}\n{done.stderr}")
        return dict(json.loads(result.read_text(encoding="utf-8")))
