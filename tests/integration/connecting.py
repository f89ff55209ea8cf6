# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection plugin in this process, as a task has it, with the variables of a host."""

from __future__ import annotations

from typing import Any

from ansible.playbook.play_context import PlayContext
from ansible_collections.classic.swarm.plugins.connection import swarm

from tests.lab import Lab
from tests.unit.documentation import documented_options


class Connection(swarm.Connection):
    """Takes its options from variables, by its documentation. Ansible's own way takes a process that has loaded nothing
    of a collection before."""

    def __init__(self, variables: dict[str, Any]) -> None:
        super().__init__(PlayContext())
        self._given: dict[str, Any] = {"pipelining": False}
        for name, option in documented_options("connection", "swarm").items():
            found = [each["name"] for each in option.get("vars", ()) if each["name"] in variables]
            self._given[name] = variables[found[-1]] if found else option.get("default")

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        """The value of an option."""
        return self._given[option]


def variables(lab: Lab) -> dict[str, Any]:
    """Variables of a host that lead a connection into the lab."""
    papers = lab.certs
    if not lab.spec.engines[0].tls:
        return {"ansible_swarm_discovery": lab.discovery, "ansible_swarm_tls": False}
    return {
        "ansible_swarm_discovery": lab.discovery,
        "ansible_swarm_ca_path": str(papers.ca),
        "ansible_swarm_client_cert": str(papers.cert),
        "ansible_swarm_client_key": str(papers.key),
    }


def connect(lab: Lab, host: str = "web", **more: Any) -> Connection:
    """A connection into a container."""
    return Connection({"inventory_hostname": host, **variables(lab), **more})
