# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Attach, exec, sessions of builds: a connection of the client tied to one of an engine."""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

from aiohttp import web

from ..._swarm.wire.dialling import host_header
from ..engines.upgrade import EngineSide, Head
from ..http.call import Call
from ..http.connection import Connection
from ..state.cluster import Node
from ..transport.pipe import Side
from .headers import content_of, request_headers, response_headers

#: Seconds that a client may go on sending when the engine is gone.
_LINGER = 30.0


class TakenOver(web.StreamResponse):
    """The answer where another protocol has answered already."""

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing is left to be sent."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to be sent."""


async def take_over(call: Call, node: Node, path: str) -> web.StreamResponse:
    """Ask an engine; where it grants a raw stream, tie the client to it, else give its answer on and end.

    Returns when the stream is over.

    :param path: on the engine, quoted
    :raises EngineError: it could not be asked
    """
    call.noted["node"] = node.name
    question = _question(call, node, path, await content_of(call))
    engine = EngineSide()
    try:
        head = await _ask(node, engine, question)
        if not head.begins_stream:
            body = await node.client.guard(engine.body(head), node.client.connections.settings.timeout)
            answer = web.Response(
                status=head.status, reason=head.reason, headers=response_headers(head.headers), body=body
            )
            answer.force_close()
            engine.close()
            return answer
        await _tie(call, engine, head)
    except BaseException:
        engine.close()
        raise
    return TakenOver(status=head.status)


async def _ask(node: Node, engine: EngineSide, question: bytes) -> Head:
    seconds = node.client.connections.settings.timeout
    await node.client.connect(engine, seconds)
    engine.send(question)
    return await node.client.guard(engine.head, seconds)


async def _tie(call: Call, engine: EngineSide, head: Head) -> None:
    over = asyncio.get_running_loop().create_future()
    connection = t.cast(Connection, call.request.protocol)

    def lost(error: t.Optional[Exception]) -> None:
        if not over.done():
            over.set_result(None)
        connection.released(error)

    client = Side(_LINGER, lost)
    transport, early, ended = connection.take_over(client)
    client.use(transport)
    client.send(head.raw + b"\r\n\r\n")
    engine.tie(client)
    client.tie(engine)
    if early:
        client.data_received(early)
    if ended:
        client.eof_received()
    # The connections go on by themselves; whoever cancels this does so because the client is gone.
    with contextlib.suppress(asyncio.CancelledError):
        await over


def _question(call: Call, node: Node, path: str, content: t.Union[bytes, t.AsyncIterable[bytes], None]) -> bytes:
    headers = request_headers(call)
    upgrade = call.request.headers.get("Upgrade")
    if upgrade is not None:
        headers["Connection"], headers["Upgrade"] = "Upgrade", upgrade
    body = t.cast(bytes, content or b"")
    if call.request.method == "POST":
        headers["Content-Length"] = str(len(body))
    target = node.client.target(path, list(call.query.items()), call.version)
    lines = [f"{call.request.method} {target} HTTP/1.1", f"Host: {host_header(node.client.address)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode("utf-8", "surrogateescape") + body
