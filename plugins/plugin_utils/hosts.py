# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records to hosts with their variables and groups. Pure: what is done with the hosts is the plugin's."""

from __future__ import annotations

import re
import typing as t
from collections import Counter
from dataclasses import dataclass
from keyword import iskeyword

from ansible.constants import INTERNAL_STATIC_VARS
from ansible.vars.reserved import get_reserved_names
from ansible_collections.classic.swarm.plugins.module_utils._ansible.reserved import escape_reserved
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.names import (
    RESERVED,
    NameWish,
    distinct_identifiers,
    give_names,
    identifier,
    is_host_name,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.records import ClusterRecord, ContainerRecord, NodeRecord

#: Groups that always exist, so that a play over them never meets an unknown name.
GROUP_NODES = "swarm"
GROUP_UNHEALTHY = "swarm_unhealthy"
GROUP_CONTAINERS = "swarm_containers"

#: Variables with one short text each, most of which can be seen to be no template.
PLAIN_VARIABLES = frozenset({
    "ansible_connection", "ansible_host", "ansible_docker_docker_host", "ansible_swarm_address",
    "ansible_swarm_discovery", "swarm_address", "swarm_container_id",
    "swarm_container_image", "swarm_container_name", "swarm_container_state", "swarm_container_status",
    "swarm_health", "swarm_id", "swarm_name", "swarm_node", "swarm_node_host",
})  # fmt: skip

_HEALTHY = "healthy"
_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEERING = "ansible_"
#: Variables that steer Ansible without such a beginning.
_RESERVED_VARIABLES = frozenset(get_reserved_names()) | frozenset(INTERNAL_STATIC_VARS) | {"omit"}

#: So many hosts that share one name are named one by one in warnings.
_TOLD = 5


@dataclass(frozen=True)
class Choices:
    """What is published, and how.

    :ivar include_unhealthy: publish engines that could not be asked as well
    :ivar containers: publish containers
    :ivar container_states: which ones
    :ivar label_prefix: put before the name of a label to name its variable
    :ivar connection: hand on, as the variables of community.docker's connection plugins, how an engine is reached;
        None for no such variables. Secrets are not among them: certificates are named by their files
    :ivar discovery: the source, and those of its options that are no secrets, for connections into containers
    """

    include_unhealthy: bool = False
    containers: bool = False
    container_states: t.FrozenSet[str] = frozenset({"running"})
    label_prefix: str = "swarm_label_"
    connection: t.Optional[EngineSettings] = None
    discovery: t.Tuple[str, t.Mapping[str, t.Any]] = ("", {})

    def __post_init__(self) -> None:
        steering = self.label_prefix.startswith("ansible") or _STEERING.startswith(self.label_prefix)
        if not _PREFIX.fullmatch(self.label_prefix) or steering:
            raise InputError(
                f"label_prefix: '{self.label_prefix}' cannot be; use letters, digits and _, such as swarm_label_, and "
                "not ansible at its beginning: with such a prefix a label on an engine would steer Ansible itself"
            )


@dataclass(frozen=True)
class InventoryHost:
    """A host to publish. Its variables hold strings that nobody vouches for."""

    name: str
    variables: t.Mapping[str, t.Any]
    groups: t.Tuple[str, ...]


@dataclass(frozen=True)
class Present:
    """What other sources of the inventory have published already.

    :ivar hosts: variables of hosts by their names
    :ivar groups: names of groups
    """

    hosts: t.Mapping[str, t.Mapping[str, t.Any]]
    groups: t.AbstractSet[str]


def make_hosts(
    records: ClusterRecord, choices: Choices, present: Present
) -> t.Tuple[t.List[InventoryHost], t.List[str]]:
    """The hosts, and sentences for the user about those that could not be called as one would expect."""
    nodes = [node for node in records["nodes"] if choices.include_unhealthy or node["health"] == _HEALTHY]
    taken = present.hosts.keys() | present.groups | RESERVED | {GROUP_NODES, GROUP_UNHEALTHY, GROUP_CONTAINERS}
    wishes = [_node_wish(node, present) for node in nodes]
    names = give_names(wishes, taken)
    hosts = [_node_host(node, name, choices) for node, name in zip(nodes, names)]
    called = [
        _Called("engine", _own_name(node, wish), _engine(node), name)
        for node, wish, name in zip(nodes, wishes, names)
        if name != wish.name or node["name"] not in (name, node["address"])
    ]
    if not choices.containers:
        return hosts, _warnings(called)
    places = [
        (node, host, container)
        for node, host in zip(nodes, names)
        for container in node["containers"]
        if container["state"] in choices.container_states
    ]
    container_names = give_names([_container_wish(*place, present) for place in places], taken | set(names))
    node_groups = distinct_identifiers(names)
    for (node, host, container), name in zip(places, container_names):
        hosts.append(_container_host(node, host, container, name, choices, f"swarm_node_{node_groups[host]}"))
        if name != container["name"]:
            called.append(_Called("container", container["name"], f"container {container['name']} on {host}", name))
    return hosts, _warnings(called)


@dataclass(frozen=True)
class _Called:
    """A host that is called otherwise than by its own name."""

    kind: str
    own_name: str
    what: str
    name: str


def _own_name(node: NodeRecord, wish: NameWish) -> str:
    """An engine that was not reached is known by its address alone."""
    return wish.name if node["name"] == node["address"] else node["name"]


def _engine(node: NodeRecord) -> str:
    named = "" if node["name"] == node["address"] else f" {node['name']}"
    return f"engine{named} at {node['address']}"


def _warnings(called: t.Sequence[_Called]) -> t.List[str]:
    """One for each host, and one for all hosts of one name where they are many, as a container on every node is."""
    sharing = Counter((each.kind, each.own_name) for each in called)
    warnings: t.Dict[str, None] = {}
    for each in called:
        many = sharing[each.kind, each.own_name]
        reason = "is not free there" if is_host_name(each.own_name) else "cannot be the name of a host"
        if many > _TOLD:
            text = f"{many} {each.kind}s are called {each.own_name}, and by other names in the inventory, such as "
            if not any(warning.startswith(text) for warning in warnings):
                warnings[text + each.name] = None
        else:
            warnings[f"the {each.what} is called {each.name} in the inventory, because its own name {reason}"] = None
    return list(warnings)


def split_address(address: str) -> t.Tuple[str, int]:
    """Host, without brackets, and port of ``host:port``."""
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _node_wish(node: NodeRecord, present: Present) -> NameWish:
    host, _port = split_address(node["address"])

    def is_there(name: str) -> bool:
        known = present.hosts.get(name)
        if known is None or known.get("swarm_container_id") is not None:
            return False
        address = known.get("swarm_address")
        return bool(address == node["address"] if address is not None else known.get("ansible_host", name) == host)

    if node["name"] == node["address"] or not is_host_name(node["name"]):
        return NameWish(host, node["address"], is_there)
    return NameWish(node["name"], f"{node['name']}-{node['address']}", is_there)


def _container_wish(node: NodeRecord, host: str, container: ContainerRecord, present: Present) -> NameWish:
    def is_there(name: str) -> bool:
        known = present.hosts.get(name, {})
        return (known.get("swarm_container_id"), known.get("swarm_address")) == (container["id"], node["address"])

    return NameWish(container["name"], f"{container['name']}-{host}", is_there)


def _node_host(node: NodeRecord, name: str, choices: Choices) -> InventoryHost:
    host, port = split_address(node["address"])
    labels = dict(node["labels"])
    variables: t.Dict[str, t.Any] = {}
    for key, value in labels.items():
        name_of_variable = choices.label_prefix + identifier(key)
        if not _means_something_else(name_of_variable):
            variables.setdefault(name_of_variable, value)
    variables.update(_connection_variables(node, choices))
    variables.update(
        ansible_host=host,
        swarm_name=node["name"],
        swarm_address=node["address"],
        swarm_port=port,
        swarm_id=node["id"],
        swarm_labels=escape_reserved(labels),
        swarm_health=node["health"],
        swarm_reason=node["reason"],
        swarm_version=node["version"],
        swarm_api_version=node["api_version"],
        swarm_cpus=node["cpus"],
        swarm_memory=node["memory"],
        swarm_reserved={"memory": node["reserved_memory"], "cpus": node["reserved_cpus"]},
        swarm_containers={
            "total": len(node["containers"]),
            "running": sum(container["state"] == "running" for container in node["containers"]),
        },
    )
    groups = (GROUP_NODES,) if node["health"] == _HEALTHY else (GROUP_NODES, GROUP_UNHEALTHY)
    return InventoryHost(name, variables, groups)


def _means_something_else(variable: str) -> bool:
    return variable.startswith(_STEERING) or variable in _RESERVED_VARIABLES or iskeyword(variable)


def _container_host(
    node: NodeRecord, host: str, container: ContainerRecord, name: str, choices: Choices, node_group: str
) -> InventoryHost:
    own_name = container["name"]
    variables = {
        **_connection_variables(node, choices),
        **_own_connection(node, choices),
        # Connections take the ID as well, and no connection reaches the controller by it.
        "ansible_host": own_name if is_host_name(own_name) and own_name not in RESERVED else container["id"],
        "swarm_container_name": own_name,
        "swarm_container_id": container["id"],
        "swarm_container_image": container["image"],
        "swarm_container_state": container["state"],
        "swarm_container_status": container["status"],
        "swarm_container_created": container["created"],
        "swarm_container_ports": list(container["ports"]),
        "swarm_container_labels": escape_reserved(dict(container["labels"])),
        "swarm_node": node["name"],
        "swarm_node_host": host,
        "swarm_address": node["address"],
    }
    groups = (GROUP_CONTAINERS, node_group, f"swarm_image_{identifier(container['image'])}")
    return InventoryHost(name, variables, groups)


def _own_connection(node: NodeRecord, choices: Choices) -> t.Dict[str, t.Any]:
    """What the connection plugin of this collection needs: how engines are reached, and which ones. What it takes from
    the environment in any case, and what is as usual, is left out."""
    if choices.connection is None:
        return {}
    settings, tls = choices.connection, choices.connection.tls
    usual = EngineSettings()
    source, options = choices.discovery
    known: t.Dict[str, t.Any] = {
        # An engine whose entry says so is spoken to over TLS whatever the others are.
        "address": f"https://{node['address']}" if node["https"] else None,
        "discovery": source or None,
        "discovery_options": dict(options) or None,
        "tls": tls.enabled,
        "validate_certs": None if tls.verify else False,
        "ca_path": tls.ca_path,
        "client_cert": tls.client_cert,
        "client_key": tls.client_key,
        "tls_hostname": tls.hostname,
        "api_version": None if settings.api_version == usual.api_version else settings.api_version,
        "timeout": None if settings.timeout == usual.timeout else int(settings.timeout),
        "snapshot_timeout": None if settings.snapshot_timeout == usual.snapshot_timeout else settings.snapshot_timeout,
    }
    variables = {f"ansible_swarm_{name}": value for name, value in known.items() if value is not None}
    return {"ansible_connection": "classic.swarm.swarm", **variables}


def _connection_variables(node: NodeRecord, choices: Choices) -> t.Dict[str, t.Any]:
    if choices.connection is None:
        return {}
    settings, tls = choices.connection, choices.connection.tls
    variables: t.Dict[str, t.Any] = {
        "ansible_docker_docker_host": f"tcp://{node['address']}",
        "ansible_docker_api_version": settings.api_version,
        "ansible_docker_timeout": int(settings.timeout),
    }
    if not (tls.enabled or node["https"]):
        # For community.docker, validate_certs alone turns TLS on.
        return {**variables, "ansible_docker_tls": False, "ansible_docker_validate_certs": False}
    files = {"ca_path": tls.ca_path, "client_cert": tls.client_cert, "client_key": tls.client_key}
    known = {**files, "tls_hostname": node["tls_hostname"] or tls.hostname, "tls": True, "validate_certs": tls.verify}
    variables.update({f"ansible_docker_{name}": value for name, value in known.items() if value is not None})
    return variables
