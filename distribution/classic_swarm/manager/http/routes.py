# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Every route of the endpoint, what answers it, who may ask, and what becomes of the body.

The first row that fits is it. A part in braces may hold slashes, so rows with fixed words stand above them.
"""

from __future__ import annotations

from ..answers import containers as listed
from ..answers import create, events, images, info, networks, volumes
from ..proxy import builds, containers, images_there, spreading, whole
from ..proxy import networks as made_networks
from ..proxy import volumes as made_volumes
from ..security.roles import Role
from . import own, refused
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
    Route("POST", "/containers/prune", whole.prune, OPERATE),
    # images
    Route("GET", "/images/json", images.listing, READ),
    Route("GET", "/images/search", images_there.any_node, READ),
    Route("GET", "/images/get", images_there.save_several, OPERATE),
    Route("GET", "/images/viz", refused.one_engine, READ),
    Route("POST", "/images/create", spreading.create, OPERATE, "raw"),
    Route("POST", "/images/load", spreading.load, OPERATE, "raw"),
    Route("POST", "/images/prune", whole.prune, OPERATE),
    Route("GET", "/images/{name}/json", images_there.read, READ),
    Route("GET", "/images/{name}/history", images_there.read, READ),
    Route("GET", "/images/{name}/get", images_there.read, OPERATE),
    Route("POST", "/images/{name}/push", images_there.read, OPERATE),
    Route("POST", "/images/{name}/tag", images_there.tag, OPERATE),
    Route("DELETE", "/images/{name}", images_there.remove, OPERATE),
    Route("POST", "/auth", images_there.any_node, OPERATE, "json"),
    Route("GET", "/distribution/{name}/json", images_there.any_node, READ),
    # builds
    Route("POST", "/build", builds.build, OPERATE, "raw"),
    Route("POST", "/build/cancel", builds.cancel, OPERATE),
    Route("POST", "/build/prune", whole.prune, OPERATE),
    # What goes through them cannot be looked into.
    Route("POST", "/session", builds.session, OPERATE),
    Route("POST", "/grpc", builds.session, OPERATE),
    # networks
    Route("GET", "/networks", networks.listing, READ),
    Route("POST", "/networks/create", made_networks.create, OPERATE, "json"),
    Route("POST", "/networks/prune", whole.prune, OPERATE),
    Route("GET", "/networks/{name}", networks.inspection, READ),
    Route("POST", "/networks/{name}/connect", containers.attach_network, OPERATE, "json"),
    Route("POST", "/networks/{name}/disconnect", containers.attach_network, OPERATE, "json"),
    Route("DELETE", "/networks/{name}", made_networks.remove, OPERATE),
    # volumes
    Route("GET", "/volumes", volumes.listing, READ),
    Route("POST", "/volumes/create", made_volumes.create, OPERATE, "json"),
    Route("POST", "/volumes/prune", whole.prune, OPERATE),
    Route("GET", "/volumes/{name}", volumes.inspection, READ),
    Route("PUT", "/volumes/{name}", refused.swarm_mode, OPERATE),
    Route("DELETE", "/volumes/{name}", made_volumes.remove, OPERATE),
    # the whole
    Route("GET", "/system/df", whole.disk_usage, READ),
    Route("GET", "/plugins", whole.plugins, READ),
    *(
        Route(method, path, refused.one_engine, ADMIN)
        for method in ("GET", "POST", "DELETE")
        for path in ("/plugins/{name}",)
    ),
    *(
        Route(method, path, refused.swarm_mode, READ)
        for method in ("GET", "POST", "DELETE")
        for kind in ("swarm", "nodes", "services", "tasks", "secrets", "configs")
        for path in (f"/{kind}", f"/{kind}/{{name}}")
    ),
)
