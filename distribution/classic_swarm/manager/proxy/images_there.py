# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images that are there already: whichever node has them answers, or all that have them do."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from aiohttp import web

from ..errors import NotFoundError, UnhealthyError
from ..http.call import Call, json_response
from ..state.cluster import Node
from .fan_out import Outcome, ask_all, raise_problems
from .one import forward, path_on_engine


async def read(call: Call) -> web.StreamResponse:
    """``json``, ``history``, ``get`` and ``push`` of one image: the first node, by name, that has it."""
    name = call.values["name"]
    nodes = await _nodes_with(call, name)
    return await forward(call, nodes[0], path_on_engine(call, name))


async def save_several(call: Call) -> web.StreamResponse:
    """``GET /images/get?names=``: a node that has all of them.

    :raises NotFoundError: there is none
    """
    names = call.query.getall("names", [])
    having = [await call.manager.cluster.image_nodes(name) for name in names]
    for node in call.manager.cluster.healthy_nodes:
        if having and all(node in nodes for nodes in having):
            return await forward(call, node, "/images/get")
    raise NotFoundError(f"Unable to find a healthy engine containing all images: [{' '.join(names)}]")


async def tag(call: Call) -> web.StreamResponse:
    """On every node that has it.

    :raises ManagerError: what went wrong, a line for each node
    """
    outcomes = await _on_all_with(call)
    raise_problems(outcomes)
    return web.Response(status=201)


async def remove(call: Call) -> web.StreamResponse:
    """On every node that has it; what was removed is told of all.

    :raises ManagerError: what went wrong, a line for each node
    """
    outcomes = await _on_all_with(call)
    raise_problems(outcomes)
    removed: t.List[t.Any] = []
    for outcome in outcomes:
        if outcome.reply is not None:
            removed += [each for each in outcome.reply.json() or [] if each not in removed]
    return json_response(removed)


async def any_node(call: Call) -> web.StreamResponse:
    """``search``, ``auth``, ``distribution``: what any node can answer."""
    node = await call.manager.cluster.choose_node()
    return await forward(call, node, path_on_engine(call, call.values.get("name", "")))


async def _on_all_with(call: Call) -> t.List[Outcome]:
    name = call.values["name"]
    nodes = await _nodes_with(call, name)
    outcomes = await ask_all(call, nodes, lambda _node: path_on_engine(call, name))
    for node in nodes:
        await call.manager.cluster.refresh_images(node)
    return outcomes


async def _nodes_with(call: Call, name: str) -> t.List[Node]:
    """:raises NotFoundError, UnhealthyError: no node has it, or none can be asked"""
    call.noted["image"] = name
    if not call.manager.cluster.healthy_nodes:
        raise UnhealthyError("No healthy node available in the cluster")
    nodes = await call.manager.cluster.image_nodes(name)
    if not nodes:
        raise NotFoundError(f"No such image: {quote(name, safe='/:@')}")
    return nodes
