# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Every route of the endpoint, what answers it, who may ask, and what becomes of the body.

The first row that fits is it. A part in braces may hold slashes, so rows with fixed words stand above them.
"""

from __future__ import annotations

from ..answers import containers as listed
from ..answers import create, events, images, info, networks, volumes
from ..proxy import containers
from ..security.roles import Role
from . import own
from .call import Route

READ, OPERATE, ADMIN = Role.READ, Role.OPERATE, Role.ADMIN

ROUTES = (
    # of the endpoint itself, and from the state
    Route("GET", "/_ping", own.ping, READ),
    Route("HEAD", "/_ping", own.ping, READ),
    Route("GET", "/version", own.version, READ),
    Route("GET", "/info", info.info, READ),
    Route("GET", "/events", events.events, READ),
    # containers
    Route("GET", "/containers/json", listed.listing, READ),
    Route("GET", "/containers/ps", listed.listing, READ),
    Route("POST", "/containers/create", create.create, OPERATE, "json"),
    Route("GET", "/containers/{name}/json", listed.inspection, READ),
    Route("POST", "/containers/{name}/start", containers.change, OPERATE),
    Route("POST", "/containers/{name}/stop", containers.change, OPERATE),
    Route("POST", "/containers/{name}/restart", containers.change, OPERATE),
    Route("POST", "/containers/{name}/kill", containers.change, OPERATE),
    Route("POST", "/containers/{name}/pause", containers.change, OPERATE),
    Route("POST", "/containers/{name}/unpause", containers.change, OPERATE),
    Route("POST", "/containers/{name}/update", containers.change, OPERATE, "json"),
    Route("POST", "/containers/{name}/rename", containers.rename, OPERATE),
    Route("POST", "/containers/{name}/wait", containers.wait, READ),
    Route("POST", "/containers/{name}/resize", containers.read, OPERATE),
    Route("POST", "/containers/{name}/attach", containers.attach, OPERATE),
    Route("GET", "/containers/{name}/attach/ws", containers.attach, OPERATE),
    Route("POST", "/containers/{name}/exec", containers.create_exec, OPERATE, "json"),
    Route("GET", "/containers/{name}/top", containers.read, READ),
    Route("GET", "/containers/{name}/logs", containers.read, READ),
    Route("GET", "/containers/{name}/stats", containers.read, READ),
    Route("GET", "/containers/{name}/changes", containers.read, READ),
    # The files of a container may hold secrets: looking at them is more than looking at it.
    Route("GET", "/containers/{name}/export", containers.read, OPERATE),
    Route("HEAD", "/containers/{name}/archive", containers.read, OPERATE),
    Route("GET", "/containers/{name}/archive", containers.read, OPERATE),
    Route("PUT", "/containers/{name}/archive", containers.read, OPERATE, "raw"),
    Route("POST", "/containers/{name}/copy", containers.read, OPERATE, "json"),
    Route("GET", "/containers/{name}/checkpoints", containers.read, READ),
    Route("POST", "/containers/{name}/checkpoints", containers.change, OPERATE, "json"),
    Route("DELETE", "/containers/{name}/checkpoints/{checkpoint}", containers.change, OPERATE),
    Route("DELETE", "/containers/{name}", containers.change, OPERATE),
    Route("POST", "/exec/{exec}/start", containers.start_exec, OPERATE, "json"),
    Route("POST", "/exec/{exec}/resize", containers.read_exec, OPERATE),
    Route("GET", "/exec/{exec}/json", containers.read_exec, READ),
    Route("POST", "/commit", containers.commit, OPERATE, "json"),
    # images
    Route("GET", "/images/json", images.listing, READ),
    # networks
    Route("GET", "/networks", networks.listing, READ),
    Route("GET", "/networks/{name}", networks.inspection, READ),
    Route("POST", "/networks/{name}/connect", containers.attach_network, OPERATE, "json"),
    Route("POST", "/networks/{name}/disconnect", containers.attach_network, OPERATE, "json"),
    # volumes
    Route("GET", "/volumes", volumes.listing, READ),
    Route("GET", "/volumes/{name}", volumes.inspection, READ),
)
