# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that is placed and created. A stand-in that takes the first node."""

from __future__ import annotations

from aiohttp import web

from ..http.call import Call


async def create(call: Call) -> web.StreamResponse:
    """``POST /containers/create``."""
    node = await call.manager.cluster.choose_node()
    reply = await node.client.request(
        "POST",
        "/containers/create",
        query=list(call.query.items()),
        data=await call.json_object(),
        version=call.version,
    )
    return call.json_response(reply.json(), reply.status)
