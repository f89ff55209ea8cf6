# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images from the state. A stand-in that asks every engine."""

from __future__ import annotations

from aiohttp import web

from ..http.call import Call


async def listing(call: Call) -> web.StreamResponse:
    """``GET /images/json``."""
    found = []
    for node in call.manager.cluster.healthy_nodes:
        found += (await node.client.request("GET", "/images/json")).json()
    return call.json_response(found)
