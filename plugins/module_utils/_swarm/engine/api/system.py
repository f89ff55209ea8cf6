# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The engine itself."""

from __future__ import annotations

import typing as t

from ..records import INFO
from .call import Call, JSONObject, Patience, Reply, read_nothing, record_of


def info() -> Call[JSONObject]:
    """What the engine says of itself."""
    return Call("GET", "/info", "to tell about itself", record_of(INFO))


def version() -> Call[JSONObject]:
    """What it runs, and the API versions that it speaks. Asked without a version, which may not be known yet."""
    return Call("GET", "/version", "to tell its version", Reply.object, versioned=False)


def ping() -> Call[None]:
    """Whether it answers."""
    return Call("GET", "/_ping", "GET /_ping", read_nothing, versioned=False)


def disk_usage(kinds: t.Sequence[str] = ()) -> Call[JSONObject]:
    """What images, containers, volumes and the build cache take of its disk, each thing by itself. It may take long.

    :param kinds: ``container``, ``image``, ``volume``, ``build-cache``; empty for all, as engines before API 1.42 do
    """
    query = {"type": tuple(kinds)} if kinds else {}
    return Call("GET", "/system/df", "to tell what takes its disk", Reply.object, query, patience=Patience(None))


def authenticate(credentials: t.Mapping[str, str]) -> Call[JSONObject]:
    """Have it check credentials with a registry; gives the answer: ``Status``, perhaps with an ``IdentityToken``.

    :param credentials: ``username``, ``password`` and ``serveraddress``; a secret
    """
    asked = f"to log in to {credentials.get('serveraddress', '')}"
    return Call("POST", "/auth", asked, _read_authentication, body=credentials)


def _read_authentication(reply: Reply) -> JSONObject:
    return reply.object() if reply.body.strip() else {}
