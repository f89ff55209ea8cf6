# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The whole cluster at once: prune, disk usage, plugins."""

from __future__ import annotations

import typing as t

from aiohttp import web

from ..http.call import Call, json_response
from ..state.cluster import Node
from .fan_out import Outcome, ask_all, healthy_nodes, merge, raise_problems

#: Keys of answers whose values are names on one node.
_NAMES = ("VolumesDeleted", "NetworksDeleted")


async def prune(call: Call) -> web.StreamResponse:
    """``POST .../prune`` on every healthy node; names are told as NODE/NAME.

    :raises ManagerError: what went wrong, a line for each node
    """
    nodes = healthy_nodes(call)
    outcomes = await ask_all(call, nodes, lambda _node: call.route.path)
    for outcome in outcomes:
        await _refresh(call, outcome)
    raise_problems(outcomes)
    return json_response(merge(_named(each.node, each.reply.json()) for each in outcomes if each.reply is not None))


async def disk_usage(call: Call) -> web.StreamResponse:
    """``GET /system/df``: of all healthy nodes together.

    :raises ManagerError: what went wrong, a line for each node
    """
    outcomes = await ask_all(call, healthy_nodes(call), lambda _node: "/system/df")
    raise_problems(outcomes)
    return json_response(merge(_placed(each.node, each.reply.json()) for each in outcomes if each.reply is not None))


async def plugins(call: Call) -> web.StreamResponse:
    """``GET /plugins``: those of all healthy nodes, each name once.

    :raises ManagerError: what went wrong, a line for each node
    """
    outcomes = await ask_all(call, healthy_nodes(call), lambda _node: "/plugins")
    raise_problems(outcomes)
    found: t.Dict[str, t.Any] = {}
    for outcome in outcomes:
        for plugin in (outcome.reply.json() if outcome.reply is not None else None) or ():
            found.setdefault(str(plugin.get("Name")), plugin)
    return json_response(list(found.values()))


async def _refresh(call: Call, outcome: Outcome) -> None:
    cluster, node = call.manager.cluster, outcome.node
    if outcome.reply is None or outcome.problem:
        return
    told = outcome.reply.json()
    for container_id in told.get("ContainersDeleted") or ():
        await cluster.refresh_container(node, str(container_id))
    if "ImagesDeleted" in told:
        await cluster.refresh_images(node)
    if "VolumesDeleted" in told:
        await cluster.refresh_volumes(node)
    if "NetworksDeleted" in told:
        await cluster.refresh_networks(node)


def _named(node: Node, told: t.Any) -> t.Any:
    if not isinstance(told, dict):
        return {}
    return {
        key: [f"{node.name}/{name}" for name in value or ()] if key in _NAMES else value for key, value in told.items()
    }


def _placed(node: Node, told: t.Any) -> t.Any:
    """Disk usage of one node, with the names that containers and volumes have in the cluster."""
    if not isinstance(told, dict):
        return {}
    for container in told.get("Containers") or ():
        container["Names"] = [f"/{node.name}{name}" for name in container.get("Names") or ()]
    for volume in told.get("Volumes") or ():
        volume["Name"] = f"{node.name}/{volume.get('Name', '')}"
    return told
