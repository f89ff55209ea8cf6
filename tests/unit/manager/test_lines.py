# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions to one engine over connections that are kept: asked again only where that can do no harm."""

from __future__ import annotations

import asyncio
import time
import typing as t

import pytest
from classic_swarm._swarm.errors import EngineError, EngineResponseError, EngineUnreachableError
from classic_swarm._swarm.settings import EngineSettings
from classic_swarm.manager.engines.client import EngineClient
from classic_swarm.manager.engines.connections import EngineConnections

from tests.unit.stream_server import Connection, StreamServer

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Use = t.Callable[[EngineClient], t.Awaitable[t.Any]]


def used(serve: t.Callable[[Connection], None], use: Use) -> t.Any:
    """What a client of an engine gives that serves so."""

    async def main(address: str) -> t.Any:
        connections = EngineConnections(EngineSettings(timeout=10.0))
        try:
            return await use(EngineClient(address, connections))
        finally:
            await connections.close()

    with StreamServer(serve) as server:
        return asyncio.run(main(server.address))


def test_one_connection_serves_one_question_after_another() -> None:
    connections: list[Connection] = []

    def serve(connection: Connection) -> None:
        connections.append(connection)
        while True:
            connection.send(OK)
            connection.next_question()

    async def use(client: EngineClient) -> None:
        for _time in range(3):
            assert (await client.request("GET", "/info")).json() == {}
        await asyncio.gather(*(client.request("GET", "/info") for _number in range(2)))

    used(serve, use)
    # two at once are two connections
    assert len(connections) == 2


@pytest.mark.parametrize(("method", "asked_again"), [("GET", True), ("POST", False)])
def test_a_kept_connection_that_breaks_is_asked_again_for_what_changes_nothing(method: str, asked_again: bool) -> None:
    heads: list[str] = []

    def serve(connection: Connection) -> None:
        heads.append(connection.head)
        connection.send(OK)
        if len(heads) == 1:
            # the second question is read, and the connection ends without an answer
            heads.append(connection.next_question())

    async def use(client: EngineClient) -> int:
        await client.request("GET", "/version", unversioned=True)
        return (await client.request(method, "/containers/x", unversioned=True)).status

    if asked_again:
        assert used(serve, use) == 200
        assert [head.split(" ")[1] for head in heads] == ["/version", "/containers/x", "/containers/x"]
    else:
        with pytest.raises(EngineUnreachableError, match="closed the connection before its answer was complete"):
            used(serve, use)
        assert len(heads) == 2


def test_an_engine_that_trickles_is_given_up_in_time() -> None:
    def serve(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _number in range(100):
            time.sleep(0.05)
            connection.send(b"x")

    async def use(client: EngineClient) -> None:
        await client.request("GET", "/info", seconds=0.3)

    began = time.monotonic()
    with pytest.raises(EngineUnreachableError, match=r"no answer from .* within 0\.3 s"):
        used(serve, use)
    assert time.monotonic() - began < 3


def test_an_answer_that_is_too_long_or_no_http_is_told_so() -> None:
    async def use(client: EngineClient) -> None:
        await client.request("GET", "/info", largest=1000)

    with pytest.raises(EngineResponseError, match="answers with more than"):
        used(lambda connection: connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"), use)
    with pytest.raises(EngineError, match="something else than HTTP"):
        used(lambda connection: connection.send(b"220 mail ready\r\n"), use)


def test_what_is_listened_to_comes_piece_by_piece_and_ends_with_what_is_wrong_with_it() -> None:
    def serve(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for word in (b"one", b"two", b"bad", b"never"):
            connection.send(b"%x\r\n%s\r\n" % (len(word), word))
            time.sleep(0.05)

    pieces: list[bytes] = []

    def take(piece: bytes) -> None:
        if b"bad" in piece:
            raise EngineError("here", "that is not an event")
        if piece:
            pieces.append(piece)

    async def use(client: EngineClient) -> None:
        async with client.listen("/events", (), 5.0, take) as line:
            await line.end()

    with pytest.raises(EngineError, match="that is not an event"):
        used(serve, use)
    assert b"".join(pieces) == b"onetwo"


def test_a_refusal_of_what_is_listened_to_is_raised_with_the_engines_words() -> None:
    async def use(client: EngineClient) -> None:
        async with client.listen("/events", (), 5.0, lambda piece: None):
            raise AssertionError("it was refused")

    refusal = b'HTTP/1.1 403 Forbidden\r\nContent-Length: 23\r\n\r\n{"message":"not today"}'
    with pytest.raises(EngineResponseError, match="not today"):
        used(lambda connection: connection.send(refusal), use)
