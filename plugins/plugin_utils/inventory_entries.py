# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines that a group of the inventory stands for, for discovery sources that only Ansible can resolve."""

from __future__ import annotations

import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import inventory_group
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

#: Variables of a host that say where its engine is reached, the first that is set counts; else the host's own name.
_ADDRESS_VARIABLES = ("swarm_address", "ansible_host")
_PORT_VARIABLE = "docker_engine_port"
#: All that is read of a host.
VARIABLES = (*_ADDRESS_VARIABLES, _PORT_VARIABLE)
#: The one for TLS.
_DEFAULT_PORT = 2376

Groups = t.Mapping[str, t.Sequence[str]]
#: The variables of a host by its name, templates resolved.
HostVariables = t.Callable[[str], t.Mapping[str, t.Any]]


def with_entries(
    source: str,
    options: t.Optional[t.Mapping[str, t.Any]],
    groups: Groups,
    variables: HostVariables,
) -> t.Optional[t.Dict[str, t.Any]]:
    """``discovery_options`` with the engines of the group that the source names; None if it names none.

    :raises InputError: there is no such group, or what a host says cannot be right
    """
    group = inventory_group(source)
    if group is None:
        return None
    if group not in groups:
        raise InputError(f"{source.strip()}: the inventory has no group {group}")
    return {**(options or {}), "entries": [_entry_of(host, variables(host)) for host in groups[group]]}


def _entry_of(host: str, variables: t.Mapping[str, t.Any]) -> str:
    given = (variables.get(name) for name in _ADDRESS_VARIABLES)
    address = str(next((value for value in given if value), host))
    port = variables.get(_PORT_VARIABLE) or _DEFAULT_PORT
    try:
        return parse_entry(f"[{address}]:{port}" if ":" in address else f"{address}:{port}").address
    except InputError as error:
        raise InputError(f"the host {host} of the inventory: {error}") from error
