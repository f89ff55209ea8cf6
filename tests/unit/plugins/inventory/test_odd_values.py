# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of the inventory with values that can only be mistakes: an error of Ansible's, or an inventory.

Ansible reads and converts the options itself, so the plugin is loaded by Ansible, in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.plugins.modules.test_odd_values import ODD, SHORT
from tests.unit.soak import FACTOR

_ROOT = Path(__file__).resolve().parents[4]
#: Half a character cannot stand in a file.
VALUES = {
    title: value
    for title, value in ODD.items()
    if title not in ("half a character", "odd key") and (title in SHORT or FACTOR > 1)
}

_SWEEP = """
import json, sys
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, inventory_loader

NAME = "classic.swarm.swarm"
init_plugin_loader()
values, path = json.load(sys.stdin), sys.argv[1]
tried, wrong = 0, []
for option in sorted(inventory_loader.get(NAME).option_definitions):
    for title, value in values.items():
        if option == "plugin":
            continue
        tried += 1
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"plugin": NAME, "discovery": "nodes://127.0.0.1:1", option: value}, file)
        try:
            inventory_loader.get(NAME).parse(InventoryData(), DataLoader(), path, cache=False)
        except AnsibleError as error:
            said = str(error)
            if len(said) > 7000:
                wrong.append(f"{option}: {title}: {len(said)} characters: {said[:200]}")
        except Exception as error:
            wrong.append(f"{option}: {title}: {type(error).__name__}: {str(error)[:200]}")
json.dump({"tried": tried, "wrong": wrong}, sys.stderr)
"""


def test_an_odd_value_is_an_error_in_words(tmp_path: Path) -> None:
    collections = _ROOT / ".cache/collections"
    if not collections.exists():
        pytest.skip("the collection is not laid out for Ansible here; tests/tools/setup.sh does that")
    done = subprocess.run(
        [sys.executable, "-c", _SWEEP, str(tmp_path / "odd.swarm.yml")],
        input=json.dumps(VALUES),
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_HOME": str(tmp_path / "ansible")},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["tried"] > 200
    assert not told["wrong"], "\n".join(told["wrong"])
