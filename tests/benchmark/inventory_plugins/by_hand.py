# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of the inventory: hosts, variables and groups that are all known are added, and nothing else is done."""

from __future__ import annotations

DOCUMENTATION = r"""
name: by_hand
short_description: Hosts from the output of C(ansible-inventory --list), added in the shortest way
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - The floor of the benchmark of the inventory.
  - The file is called C(NAME.by_hand.json).
options: {}
"""

import json
import typing as t

from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.template import trust_as_template

_UNTRUSTED = "__ansible_unsafe"


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]
    """Add what a file has."""

    NAME = "by_hand"

    def verify_file(self, path: str) -> bool:
        """Whether ``path`` is a file of this plugin, by its name."""
        return path.endswith(".by_hand.json")

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill ``inventory``."""
        super().parse(inventory, loader, path, cache)
        with open(path, encoding="utf-8") as file:
            listed = json.load(file)
        for name, variables in listed.pop("_meta")["hostvars"].items():
            inventory.add_host(name)
            inventory.hosts[name].vars.update(_as_listed(variables))
        for name, group in listed.items():
            inventory.add_group(name)
            for host in group.get("hosts", ()):
                inventory.add_host(host, group=name)
        for name, group in listed.items():
            for child in group.get("children", ()):
                inventory.add_child(name, inventory.add_group(child))


def _as_listed(value: t.Any) -> t.Any:
    """A value with its strings trusted or not as they were, so that it is listed like the one that it was read from."""
    if isinstance(value, dict):
        if value.keys() == {_UNTRUSTED}:
            return value[_UNTRUSTED]
        return {key: _as_listed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_listed(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value
