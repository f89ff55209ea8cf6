# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the endpoint does not do, in words."""

from __future__ import annotations

import typing as t

from ..errors import NotAcceptableError, NotImplementedHereError
from .call import Call


async def swarm_mode(call: Call) -> t.NoReturn:
    """Routes of the engines' own swarm mode. :raises NotAcceptableError: always"""
    raise NotAcceptableError(
        "This node is not a swarm manager: this endpoint stands before engines outside swarm mode, which have no "
        "services, tasks, secrets, configs or nodes of their own. Run containers instead; docker info shows the nodes."
    )


async def one_engine(call: Call) -> t.NoReturn:
    """Routes that make sense on one engine alone. :raises NotImplementedHereError: always"""
    raise NotImplementedHereError(
        f"{call.request.method} {call.route.path} is not supported for a cluster; ask one of its engines directly"
    )
