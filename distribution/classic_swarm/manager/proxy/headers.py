# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What of a request, and of an answer, is given on: headers and body."""

from __future__ import annotations

import json
import typing as t

from multidict import CIMultiDict

from ..http.call import Call

#: Headers that are of one connection (RFC 9110, 7.6.1), or that are written anew.
_OF_A_CONNECTION = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "host",
        "expect",
    )
)


async def content_of(call: Call) -> t.Union[bytes, t.AsyncIterable[bytes], None]:
    """What is sent to the engine in place of the body that came."""
    if call.route.body == "json":
        return await json_content(call)
    if call.route.body == "raw":
        return call.request.content.iter_any() if call.request.can_read_body else None
    await call.body()
    return None


async def json_content(call: Call) -> t.Optional[bytes]:
    """The JSON of the body, written anew: what was looked at is what is sent, with its length."""
    value = await call.json()
    return None if value is None else json.dumps(value).encode()


def request_headers(call: Call) -> CIMultiDict[str]:
    """The client's headers that are for the engine."""
    headers = response_headers(call.request.headers)
    length = call.request.headers.get("Content-Length")
    if call.route.body == "raw" and length is not None:
        headers["Content-Length"] = length
    headers.update(call.further)
    return headers


def response_headers(headers: t.Mapping[str, str]) -> CIMultiDict[str]:
    """The headers that are for whoever is next, not for this connection alone. Some are there several times."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return CIMultiDict(
        (name, value)
        for name, value in headers.items()
        if name.lower() not in _OF_A_CONNECTION and name.lower() not in named
    )
