# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for volumes and networks, from their options to their results."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange, Record
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.network import Pool, WantedNetwork
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.network_state import (
    Connections,
    NetworkState,
    find_network,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.volume import WantedVolume
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.volume_state import (
    drop_volume,
    keep_volume,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import Outcome, on_each
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.environment import HIDDEN
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import (
    parse_flag_map,
    parse_string_map,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.secrets import Hide, hide_secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import volumes
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import SwarmError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node

from .leaving import warn
from .on_nodes import NodeSession, finish, node_session
from .results import Result

Options = t.Mapping[str, t.Any]
Changes = t.Sequence[Outcome[Node, ObjectChange]]


def volume_state(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_volume): have a volume on every chosen node, or on none, and end the module."""
    options = module.params
    with node_session(module) as session:
        wanted = _wanted_volume(options)
        name, recreate, dry = wanted.name, options["recreate"], module.check_mode

        def act(client: EngineClient) -> ObjectChange:
            if options["state"] == "absent":
                return drop_volume(client, name, dry)
            return keep_volume(client, wanted, recreate, dry)

        # a share of another machine has its password among the options, and what refuses to mount it may repeat them
        hide = hide_secrets({"mounts": [{"volume_options": wanted.driver_options}]})
        changes = _hidden(_on_nodes(session, act), hide)
        _finish_changes(module, changes, "volume")


def volume_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_volume_info): look for a volume on every chosen node and end the module."""
    name = module.params["name"]
    with node_session(module) as session:
        _finish_records(module, session, "volume", lambda client: client.send(volumes.inspect(name)))


def network_state(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_network): have a network on every chosen node, or on none, and end the module."""
    options = module.params
    with node_session(module) as session:
        wanted = _wanted_network(options)
        connections = Connections(tuple(options["connected"]), options["appends"])

        def act(client: EngineClient) -> ObjectChange:
            state = NetworkState(client, wanted.name, module.check_mode)
            if options["state"] == "absent":
                return state.drop()
            return state.keep(wanted, connections, options["force"])

        _finish_changes(module, _on_nodes(session, act), "network")


def network_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_network_info): look for a network on every chosen node and end the module."""
    name = module.params["name"]
    with node_session(module) as session:
        _finish_records(module, session, "network", lambda client: find_network(client, name, ids=True))


def _on_nodes(session: NodeSession, act: t.Callable[[EngineClient], ObjectChange]) -> Changes:
    _snapshot, chosen = session.look()
    return on_each(chosen.nodes, lambda node: act(session.client(node)))


def _finish_changes(module: AnsibleModule, changes: Changes, noun: str) -> t.NoReturn:
    done = [(each.subject, each.value) for each in changes if each.value is not None]
    warn(module, [f"{node.name}: {sentence}" for node, change in done for sentence in change.warnings])

    def values_of(_node: Node, change: ObjectChange) -> Result:
        return {"changed": change.changed, "actions": list(change.actions), noun: change.record}

    values: Result = {noun: next((change.record for _node, change in done if change.record), None)}
    if module._diff:
        values["diff"] = diff_of((node, change.before, change.after) for node, change in done if change.changed)
    finish(module, changes, values_of, **values)


def diff_of(changes: t.Iterable[t.Tuple[Node, Options, Options]]) -> Result:
    """``before`` and ``after`` by the name of the node, for nodes that something was done on."""
    rows = list(changes)
    return {
        "before": {node.name: _shown(before) for node, before, _after in rows},
        "after": {node.name: _shown(after) for node, _before, after in rows},
    }


def _shown(values: Options) -> Result:
    """Without what may be a secret: options of drivers of volumes."""
    return {
        name: HIDDEN if name.startswith("driver_options.") and value is not None else value
        for name, value in values.items()
    }


def _finish_records(
    module: AnsibleModule, session: NodeSession, noun: str, ask: t.Callable[[EngineClient], t.Optional[Record]]
) -> t.NoReturn:
    _snapshot, chosen = session.look()
    found = on_each(chosen.nodes, lambda node: ask(session.client(node)))
    records = [each.value for each in found if each.value is not None]

    def values_of(_node: Node, record: t.Optional[Record]) -> Result:
        return {"exists": record is not None, noun: record}

    finish(module, found, values_of, exists=bool(records), **{noun: records[0] if records else None})


def _hidden(changes: Changes, hide: Hide) -> Changes:
    for each in changes:
        if isinstance(each.error, SwarmError):
            each.error.message = hide(each.error.message)
            each.error.args = (each.error.message,)
    return changes


def _wanted_volume(options: Options) -> WantedVolume:
    """:raises InputError: an option cannot be right"""
    labels = options["labels"]
    return WantedVolume(
        name=options["volume_name"],
        driver=options["driver"],
        driver_options=parse_string_map(options["driver_options"], "driver_options"),
        labels=None if labels is None else parse_string_map(labels, "labels"),
    )


#: Options that are taken as they are.
_PLAIN = (
    "name",
    "driver",
    "config_from",
    "config_only",
    "enable_ipv4",
    "enable_ipv6",
    "internal",
    "scope",
    "attachable",
    "ingress",
    "ipam_driver",
)


def _wanted_network(options: Options) -> WantedNetwork:
    """:raises InputError: an option cannot be right"""
    ipam = options["ipam_driver_options"]
    return WantedNetwork(
        **{name: options[name] for name in _PLAIN},
        driver_options=parse_flag_map(options["driver_options"], "driver_options"),
        labels=parse_string_map(options["labels"], "labels"),
        ipam_driver_options=None if ipam is None else parse_string_map(ipam, "ipam_driver_options"),
        pools=tuple(_pool(number, each) for number, each in enumerate(options["ipam_config"] or ())),
    )


def _pool(number: int, values: Options) -> Pool:
    hosts = values["aux_addresses"]
    return Pool(
        subnet=values["subnet"],
        iprange=values["iprange"],
        gateway=values["gateway"],
        aux_addresses=None if hosts is None else parse_string_map(hosts, f"ipam_config[{number}].aux_addresses"),
    )
