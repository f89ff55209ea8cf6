# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines that a group of the inventory stands for, for discovery sources that only Ansible can resolve."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_dict
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry, parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import inventory_group
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.plugin_utils.inventory_labels import Asked, asked_labels, labels_of

#: Variables of a host that say where its engine is reached, the first that is set counts; else the host's own name.
_ADDRESS_VARIABLES = ("swarm_address", "ansible_host")
_PORT_VARIABLE = "docker_engine_port"
#: For whom its certificate is, where that is not the address.
_NAME_VARIABLE = "swarm_tls_hostname"
#: All that is read of a host, beside what the options ask for.
VARIABLES = frozenset((*_ADDRESS_VARIABLES, _PORT_VARIABLE, _NAME_VARIABLE))
#: The one for TLS.
_DEFAULT_PORT = 2376

Groups = t.Mapping[str, t.Sequence[str]]
#: The variables of a host by its name, templates resolved: those for which the second argument holds.
HostVariables = t.Callable[[str, t.Callable[[str], bool]], t.Mapping[str, t.Any]]


def with_entries(
    source: str,
    options: t.Mapping[str, t.Any],
    groups: Groups,
    variables: HostVariables,
) -> t.Optional[t.Dict[str, t.Any]]:
    """``discovery_options`` with the engines of the group that the source names; None if it names none.

    :param options: all options of the task or the plugin; some of them ask for labels
    :raises InputError: there is no such group, or what a host says cannot be right
    """
    group = inventory_group(source)
    if group is None:
        return None
    if group not in groups:
        raise InputError(f"{source.strip()}: the inventory has no group {group}")
    asked = asked_labels(options)

    def is_needed(name: str) -> bool:
        return name in VARIABLES or name.lower() in asked.variables

    # Each group is looked through once, not once for each host.
    members = {name.lower(): frozenset(hosts) for name, hosts in groups.items() if name.lower() in asked.groups}
    entries = []
    for host in groups[group]:
        try:
            entries.append(_entry_of(host, variables(host, is_needed), asked, members))
        except InputError as error:
            raise InputError(f"the host {host} of the inventory: {error}") from error
    return {**_mapping(options.get("discovery_options") or {}), "entries": entries}


def _mapping(value: t.Any) -> t.Mapping[str, t.Any]:
    """``discovery_options`` before anybody has checked it; a text is one in the forms that Ansible takes."""
    try:
        return t.cast("t.Mapping[str, t.Any]", check_type_dict(value))
    except TypeError:
        raise InputError("discovery_options is not a dictionary") from None


def _entry_of(
    host: str, variables: t.Mapping[str, t.Any], asked: Asked, members: t.Mapping[str, t.Container[str]]
) -> t.Dict[str, t.Any]:
    """:raises InputError: a variable cannot be right"""
    given = (variables.get(name) for name in _ADDRESS_VARIABLES)
    address = str(next((value for value in given if value), host))
    port = variables.get(_PORT_VARIABLE) or _DEFAULT_PORT
    entry: t.Dict[str, t.Any] = {
        "address": parse_entry(f"[{address}]:{port}" if ":" in address else f"{address}:{port}").address
    }
    server_name = variables.get(_NAME_VARIABLE)
    if server_name:
        entry["tls_hostname"] = _checked_name(str(server_name))
    labels = labels_of(host, variables, asked, members)
    if labels:
        entry["labels"] = labels
    return entry


def _checked_name(name: str) -> str:
    """:raises InputError: a certificate cannot be for it"""
    try:
        return Entry(name, _DEFAULT_PORT).host
    except InputError:
        raise InputError(f"{_NAME_VARIABLE} is '{name}', which is neither the name of a host nor an address") from None
