# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether the policy allows what a request asks for: by its route, on the parsed body."""

from __future__ import annotations

import typing as t

from ..security import wanted
from ..security.policy import CreateRules
from .call import Call

#: By the path of the route: what looks at the body.
_BODIES: t.Dict[str, t.Callable[[t.Mapping[str, t.Any], CreateRules], None]] = {
    "/containers/create": wanted.check_create,
    "/containers/{name}/exec": wanted.check_exec,
    "/volumes/create": wanted.check_volume,
}


async def check_allowed(call: Call) -> None:
    """:raises ForbiddenError: it is not allowed. :raises BadRequestError, TooLargeError: the body cannot be read"""
    rules = call.manager.policy.create
    if rules is None:
        return
    check = _BODIES.get(call.route.path)
    if check is not None:
        check(await call.json_object(), rules)
    elif call.route.path == "/build":
        wanted.check_build(call.query, rules)
    elif call.route.path == "/containers/{name}/start":
        # Engines of API 1.23 and before took a HostConfig here; the body is dropped.
        await call.body()
