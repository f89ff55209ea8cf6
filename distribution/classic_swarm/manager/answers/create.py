# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``POST /containers/create``: placed by the scheduler, created on the node that it chose."""

from __future__ import annotations

import re

from aiohttp import web

from ..creating.creation import Creation
from ..creating.wanted import read_wanted
from ..errors import BadRequestError
from ..http.call import Call

_NAME = re.compile(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+")


async def create(call: Call) -> web.StreamResponse:
    """A container, on the node that the scheduler chose for it.

    :raises BadRequestError: the body or the name cannot be right
    """
    name = call.query.get("name", "")
    if name and not _NAME.fullmatch(name):
        raise BadRequestError(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    wanted = read_wanted(name.lstrip("/"), await call.json_object())
    return call.json_response(await Creation(call, wanted).create(), 201)
