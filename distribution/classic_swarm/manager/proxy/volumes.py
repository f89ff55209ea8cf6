# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Volumes that are made and removed: one of every node, or of the node before the slash."""

from __future__ import annotations

import json
import secrets
import typing as t

from aiohttp import web

from ..errors import BadRequestError, NotFoundError
from ..http.call import Call, json_response
from ..state.cluster import Node
from .fan_out import ask_all, healthy_nodes, raise_problems
from .naming import split_node
from .one import path_on_engine

#: The original's: the nodes that a volume may be made on, as a list in JSON.
_WHITELIST = "com.docker.swarm.whitelists"


async def create(call: Call) -> web.StreamResponse:
    """On every healthy node, so that whatever names it can go anywhere; on one where a node is named.

    :raises BadRequestError: the name is no text
    :raises ManagerError: what went wrong, a line for each node
    """
    wanted = await call.json_object()
    name = wanted.get("Name", "")
    if not isinstance(name, str):
        raise BadRequestError("the Name of a volume must be a string")
    node, own_name = split_node(call, name) if name else (None, "")
    # Nobody named it: one name for all nodes, as each would draw its own.
    own_name = own_name or secrets.token_hex(32)
    nodes = _chosen(healthy_nodes(call), wanted) if node is None else [node]
    outcomes = await ask_all(call, nodes, lambda _node: "/volumes/create", data={**wanted, "Name": own_name})
    for each in nodes:
        await call.manager.cluster.refresh_volumes(each)
    raise_problems(outcomes)
    replies = [outcome.reply for outcome in outcomes if outcome.reply is not None]
    return json_response(replies[0].json(), replies[0].status)


async def remove(call: Call) -> web.StreamResponse:
    """On every node where that name is a volume.

    :raises NotFoundError: there is none
    :raises ManagerError: what went wrong, a line for each node
    """
    found = await call.manager.cluster.volume_nodes(call.values["name"])
    if not found:
        raise NotFoundError(f"No such volume: {call.values['name']}")
    names = {node.key: name for node, name in found}
    nodes = [node for node, _name in found]
    outcomes = await ask_all(call, nodes, lambda node: path_on_engine(call, names[node.key]))
    for node in nodes:
        await call.manager.cluster.refresh_volumes(node)
    raise_problems(outcomes)
    return web.Response(status=204)


def _chosen(nodes: t.List[Node], wanted: t.Mapping[str, t.Any]) -> t.List[Node]:
    labels = wanted.get("Labels")
    text = labels.get(_WHITELIST) if isinstance(labels, dict) else None
    if not isinstance(text, str):
        return nodes
    try:
        names = json.loads(text)
    except ValueError:
        raise BadRequestError(f"the label {_WHITELIST} must be a list of nodes in JSON") from None
    chosen = [node for node in nodes if isinstance(names, list) and (node.name in names or node.engine_id in names)]
    if not chosen:
        raise NotFoundError(f"no healthy node is in the list {text} of the label {_WHITELIST}")
    return chosen
