# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks from the state. A stand-in that asks every engine."""

from __future__ import annotations

from aiohttp import web

from ..http.call import Call


async def listing(call: Call) -> web.StreamResponse:
    """``GET /networks``."""
    found = []
    for node in call.manager.cluster.healthy_nodes:
        found += (await node.client.request("GET", "/networks")).json()
    return call.json_response(found)


async def inspection(call: Call) -> web.StreamResponse:
    """One of them."""
    node = await call.manager.cluster.choose_node()
    reply = await node.client.request("GET", f"/networks/{call.values['name']}")
    return call.json_response(reply.json())
