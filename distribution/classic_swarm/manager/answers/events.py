# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``GET /events``. A stand-in."""

from __future__ import annotations

from aiohttp import web

from ..errors import NotImplementedHereError
from ..http.call import Call


async def events(call: Call) -> web.StreamResponse:
    """The events of all engines as one stream."""
    raise NotImplementedHereError("not yet")
