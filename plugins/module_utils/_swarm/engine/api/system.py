# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The engine itself."""

from __future__ import annotations

from ..records import INFO
from .call import Call, JSONObject, Reply, read_nothing, record_of


def info() -> Call[JSONObject]:
    """What the engine says of itself."""
    return Call("GET", "/info", "to tell about itself", record_of(INFO))


def version() -> Call[JSONObject]:
    """What it runs, and the API versions that it speaks. Asked without a version, which may not be known yet."""
    return Call("GET", "/version", "to tell its version", Reply.object, versioned=False)


def ping() -> Call[None]:
    """Whether it answers."""
    return Call("GET", "/_ping", "GET /_ping", read_nothing, versioned=False)
