# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records to hosts with their variables and groups. Pure: what is done with the hosts is the plugin's."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.names import (
    RESERVED,
    NameWish,
    give_names,
    identifier,
    is_host_name,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.records import ClusterRecord, ContainerRecord, NodeRecord

#: Groups that always exist, so that a play over them never meets an unknown name.
GROUP_NODES = "swarm"
GROUP_UNHEALTHY = "swarm_unhealthy"
GROUP_CONTAINERS = "swarm_containers"

_HEALTHY = "healthy"
_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Choices:
    """What is published, and how.

    :ivar include_unhealthy: publish engines that could not be asked as well
    :ivar containers: publish containers
    :ivar container_states: which ones
    :ivar label_prefix: put before the name of a label to name its variable
    :ivar connection: hand on, as the variables of community.docker's connection plugins, how an engine is reached;
        None for no such variables. Secrets are not among them: certificates are named by their files
    """

    include_unhealthy: bool = False
    containers: bool = False
    container_states: t.FrozenSet[str] = frozenset({"running"})
    label_prefix: str = "swarm_label_"
    connection: t.Optional[EngineSettings] = None

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.label_prefix) or self.label_prefix.startswith("ansible"):
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


def make_hosts(
    records: ClusterRecord, choices: Choices, groups: t.AbstractSet[str]
) -> t.Tuple[t.List[InventoryHost], t.List[str]]:
    """The hosts, and sentences for the user about those that could not be called as one would expect.

    :param groups: names of groups that exist already; no host may have one of them
    """
    nodes = [node for node in records["nodes"] if choices.include_unhealthy or node["health"] == _HEALTHY]
    taken = groups | RESERVED | {GROUP_NODES, GROUP_UNHEALTHY, GROUP_CONTAINERS}
    names = give_names([_node_wish(node) for node in nodes], taken)
    hosts = [_node_host(node, name, choices) for node, name in zip(nodes, names)]
    warnings = [
        _called_otherwise(f"engine {node['name']} at {node['address']}", node["name"], name)
        for node, name in zip(nodes, names)
        if node["name"] not in (name, node["address"])
    ]
    if not choices.containers:
        return hosts, warnings
    places = [
        (node, host, container)
        for node, host in zip(nodes, names)
        for container in node["containers"]
        if container["state"] in choices.container_states
    ]
    wishes = [NameWish(container["name"], f"{container['name']}-{host}") for _node, host, container in places]
    container_names = give_names(wishes, taken | set(names))
    for (node, host, container), name in zip(places, container_names):
        hosts.append(_container_host(node, host, container, name, choices))
        if name != container["name"]:
            warnings.append(_called_otherwise(f"container {container['name']} on {host}", container["name"], name))
    return hosts, warnings


def _called_otherwise(what: str, own_name: str, name: str) -> str:
    reason = "is not free there" if is_host_name(own_name) else "cannot be the name of a host"
    return f"the {what} is called {name} in the inventory, because its own name {reason}"


def split_address(address: str) -> t.Tuple[str, int]:
    """Host, without brackets, and port of ``host:port``."""
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _node_wish(node: NodeRecord) -> NameWish:
    host, _port = split_address(node["address"])
    if node["name"] == node["address"] or not is_host_name(node["name"]):
        return NameWish(host, node["address"])
    return NameWish(node["name"], f"{node['name']}-{node['address']}")


def _node_host(node: NodeRecord, name: str, choices: Choices) -> InventoryHost:
    host, port = split_address(node["address"])
    labels = dict(node["labels"])
    variables: t.Dict[str, t.Any] = {}
    for key, value in labels.items():
        variables.setdefault(choices.label_prefix + identifier(key), value)
    variables.update(_connection_variables(node, choices))
    variables.update(
        ansible_host=host,
        swarm_name=node["name"],
        swarm_address=node["address"],
        swarm_port=port,
        swarm_id=node["id"],
        swarm_labels=labels,
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


def _container_host(
    node: NodeRecord, host: str, container: ContainerRecord, name: str, choices: Choices
) -> InventoryHost:
    variables = {
        **_connection_variables(node, choices),
        "ansible_host": container["name"],
        "swarm_container_name": container["name"],
        "swarm_container_id": container["id"],
        "swarm_container_image": container["image"],
        "swarm_container_state": container["state"],
        "swarm_container_status": container["status"],
        "swarm_container_created": container["created"],
        "swarm_container_ports": list(container["ports"]),
        "swarm_container_labels": dict(container["labels"]),
        "swarm_node": node["name"],
        "swarm_node_host": host,
        "swarm_address": node["address"],
    }
    groups = (GROUP_CONTAINERS, f"swarm_node_{identifier(host)}", f"swarm_image_{identifier(container['image'])}")
    return InventoryHost(name, variables, groups)


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
    known = {**files, "tls_hostname": tls.hostname, "tls": True, "validate_certs": tls.verify}
    variables.update({f"ansible_docker_{name}": value for name, value in known.items() if value is not None})
    return variables
