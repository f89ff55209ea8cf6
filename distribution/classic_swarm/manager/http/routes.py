# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Every route of the endpoint, what answers it, and who may ask. The first row that fits is it."""

from __future__ import annotations

from ..proxy.one import container_read
from ..security.roles import Role
from . import own
from .call import Route

READ, OPERATE, ADMIN = Role.READ, Role.OPERATE, Role.ADMIN

ROUTES = (
    Route("GET", "/_ping", own.ping, READ),
    Route("HEAD", "/_ping", own.ping, READ),
    Route("GET", "/version", own.version, READ),
    Route("GET", "/containers/{name}/json", container_read, READ),
)
