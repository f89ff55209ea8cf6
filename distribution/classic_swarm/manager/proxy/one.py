# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Routes that one container's engine answers: passed on to it, and its answer passed back, piece by piece."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

import aiohttp
from aiohttp import web

from ..http.call import Call
from ..state.cluster import Node

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
_BRACES = re.compile(r"\{[a-z]+\}")


async def container_read(call: Call) -> web.StreamResponse:
    """Ask the container's engine, which changes nothing."""
    node, container = await call.manager.cluster.find_container(call.values["name"])
    return await forward(call, node, path_on_engine(call, container.id))


def path_on_engine(call: Call, name: str) -> str:
    """The path with ``name`` in the place of the braces: by position, whatever else in it looks like the name."""
    return _BRACES.sub(lambda _braces: quote(name, safe=""), call.route.path, count=1)


async def forward(call: Call, node: Node, path: str, *, head_first: bool = False) -> web.StreamResponse:
    """Ask an engine what the client asked, and give its answer on as it comes.

    :param path: on the engine, quoted
    :param head_first: send the head of the answer before there is a body: the client waits for it
    """
    call.noted["node"] = node.name
    async with node.client.stream(
        call.request.method,
        path,
        query=list(call.query.items()),
        content=await content_of(call),
        headers=request_headers(call),
        version=call.version,
        check=False,
    ) as answer:
        return await pass_back(call, answer, head_first)


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
    import json

    value = await call.json()
    return None if value is None else json.dumps(value).encode()


def request_headers(call: Call) -> t.Dict[str, str]:
    """The client's headers that are for the engine."""
    headers = _for_next(call.request.headers)
    length = call.request.headers.get("Content-Length")
    if call.route.body == "raw" and length is not None:
        headers["Content-Length"] = length
    return headers


def _for_next(headers: t.Mapping[str, str]) -> t.Dict[str, str]:
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in _OF_A_CONNECTION and name.lower() not in named
    }


async def pass_back(call: Call, answer: aiohttp.ClientResponse, head_first: bool = False) -> web.StreamResponse:
    """Give an engine's answer to the client piece by piece, as fast as the client takes it."""
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_for_next(answer.headers))
    length = answer.headers.get("Content-Length")
    bodyless = call.request.method == "HEAD" or answer.status in (204, 304)
    if length is not None:
        response.headers["Content-Length"] = length
    elif not bodyless:
        response.enable_chunked_encoding()
    await response.prepare(call.request)
    if head_first:
        call.request.writer.send_headers()
    if not bodyless:
        async for piece in answer.content.iter_any():
            await response.write(piece)
    await response.write_eof()
    return response
