# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Volumes from the state. A stand-in that asks every engine."""

from __future__ import annotations

from aiohttp import web

from ..errors import NotFoundError
from ..http.call import Call


async def listing(call: Call) -> web.StreamResponse:
    """``GET /volumes``."""
    found = []
    for node in call.manager.cluster.healthy_nodes:
        found += (await node.client.request("GET", "/volumes")).json()["Volumes"]
    return call.json_response({"Volumes": found, "Warnings": []})


async def inspection(call: Call) -> web.StreamResponse:
    """``GET /volumes/X``."""
    for node, name in await call.manager.cluster.volume_nodes(call.values["name"]):
        return call.json_response((await node.client.request("GET", f"/volumes/{name}")).json())
    raise NotFoundError(f"No such volume: {call.values['name']}")
