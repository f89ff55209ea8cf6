# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks that are made and removed. One of a single node is NODE/NAME in the cluster."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from ..errors import BadRequestError, ConflictError, NotFoundError
from ..http.call import Call
from .naming import split_node


async def create(call: Call) -> web.StreamResponse:
    """On the node before the slash, or on one that is chosen. Without a driver it is the engine's own default.

    :raises BadRequestError: no name
    :raises ConflictError: the name is taken, and the client asked to be told
    """
    wanted = await call.json_object()
    name = wanted.get("Name")
    if not isinstance(name, str) or not name:
        raise BadRequestError("a network needs a Name")
    node, own_name = split_node(call, name)
    if node is None:
        if wanted.get("CheckDuplicate"):
            await _refuse_second(call, own_name)
        node = await call.manager.cluster.choose_node()
    call.noted["node"] = node.name
    reply = await node.client.request(
        "POST", "/networks/create", data={**wanted, "Name": own_name}, version=call.version, check=False
    )
    await call.manager.cluster.refresh_networks(node)
    return web.Response(status=reply.status, body=reply.body, content_type="application/json")


async def remove(call: Call) -> web.StreamResponse:
    """On the node that has it."""
    node, network_id = await call.manager.cluster.find_network(call.values["name"])
    call.noted["node"] = node.name
    reply = await node.client.request(
        "DELETE", f"/networks/{quote(network_id, safe='')}", version=call.version, check=False
    )
    await call.manager.cluster.refresh_networks(node)
    if reply.status >= 400:
        return web.Response(status=reply.status, body=reply.body, content_type="application/json")
    return web.Response(status=reply.status)


async def _refuse_second(call: Call, name: str) -> None:
    try:
        node, network_id = await call.manager.cluster.find_network(name)
    except NotFoundError:
        return
    reply = await node.client.request("GET", f"/networks/{quote(network_id, safe='')}", check=False)
    if reply.status == 200 and reply.json().get("Name") == name:
        raise ConflictError(f"network with name {name} already exists on node {node.name}")
