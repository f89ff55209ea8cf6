# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers from the state: the list and one of them. A stand-in that asks every engine."""

from __future__ import annotations

from aiohttp import web

from ..http.call import Call


async def listing(call: Call) -> web.StreamResponse:
    """``GET /containers/json``."""
    found = []
    for node in call.manager.cluster.healthy_nodes:
        for each in (await node.client.request("GET", "/containers/json", query=list(call.query.items()))).json():
            found.append({**each, "Names": [f"/{node.name}{name}" for name in each["Names"]]})
    return call.json_response(found)


async def inspection(call: Call) -> web.StreamResponse:
    """``GET /containers/X/json``, with the node."""
    node, container = await call.manager.cluster.find_container(call.values["name"])
    reply = await node.client.request(
        "GET", f"/containers/{container.id}/json", query=list(call.query.items()), version=call.version
    )
    return call.json_response({**reply.json(), "Node": {"Name": node.name, "Addr": node.key, "ID": node.engine_id}})
