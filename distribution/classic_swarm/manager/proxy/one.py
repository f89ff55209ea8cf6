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
from multidict import CIMultiDict

from ..http.call import Call
from ..state.cluster import Node
from .headers import content_of, request_headers, response_headers

_BRACES = re.compile(r"\{[a-z]+\}")


def path_on_engine(call: Call, name: str) -> str:
    """The path with ``name`` in the place of the first braces: by position, whatever else in it looks like the name."""
    values = [name, *list(call.values.values())[1:]]
    return _BRACES.sub(lambda _braces: quote(values.pop(0), safe=""), call.route.path)


async def forward(
    call: Call,
    node: Node,
    path: str,
    *,
    head_first: bool = False,
    before_end: t.Optional[t.Callable[[], t.Awaitable[None]]] = None,
) -> web.StreamResponse:
    """Ask an engine what the client asked, and give its answer on as it comes.

    :param path: on the engine, quoted
    :param head_first: send the head of the answer before there is a body: the client waits for it
    :param before_end: done before the answer ends, where the engine did what it was asked
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
        return await pass_back(call, answer, head_first, before_end)


async def forward_change(
    call: Call, node: Node, path: str, before_end: t.Callable[[], t.Awaitable[None]]
) -> web.StreamResponse:
    """Ask an engine to change what the client asked, and give its answer on as a whole: there is little in it.

    :param path: on the engine, quoted
    :param before_end: done before the answer, where the engine did what it was asked
    """
    headers = request_headers(call)
    headers.pop("Content-Type", None)
    if call.route.body == "raw" or not all(value.isascii() for value in headers.values()):
        return await forward(call, node, path, before_end=before_end)
    call.noted["node"] = node.name
    content = t.cast("t.Optional[bytes]", await content_of(call))
    query = list(call.query.items())
    reply = await node.client.pass_on(call.request.method, path, query, content, headers, call.version)
    if reply.status < 400:
        await before_end()
    response = web.Response(status=reply.status, body=reply.body or None)
    for name, value in response_headers(CIMultiDict(reply.headers)).items():
        response.headers[name] = value
    return response


async def pass_back(
    call: Call,
    answer: aiohttp.ClientResponse,
    head_first: bool = False,
    before_end: t.Optional[t.Callable[[], t.Awaitable[None]]] = None,
) -> web.StreamResponse:
    """Give an engine's answer to the client piece by piece, as fast as the client takes it."""
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=response_headers(answer.headers))
    length = answer.headers.get("Content-Length")
    bodyless = call.request.method == "HEAD" or answer.status in (204, 304)
    if length is not None:
        response.headers["Content-Length"] = length
    elif not bodyless:
        response.enable_chunked_encoding()
    if before_end is not None and bodyless and answer.status < 400:
        await before_end()
    await response.prepare(call.request)
    if head_first:
        call.request.writer.send_headers()
    if not bodyless:
        async for piece in answer.content.iter_any():
            await response.write(piece)
        if before_end is not None and answer.status < 400:
            await before_end()
    await response.write_eof()
    return response
