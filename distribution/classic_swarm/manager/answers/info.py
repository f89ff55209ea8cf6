# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``GET /info``. A stand-in."""

from __future__ import annotations

from aiohttp import web

from ..http.call import Call


async def info(call: Call) -> web.StreamResponse:
    """The cluster at one look."""
    return call.json_response({"Name": "swarm", "SystemStatus": [["Role", "primary"]]})
