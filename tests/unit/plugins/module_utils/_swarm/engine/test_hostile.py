# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that send without end or sense: each costs a bounded time and memory, and hurts no other one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.reader import Reading
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.snapshot import make_node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.together import Question, read_engines
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings

from tests.unit.engine_double import EngineDouble, engine_script
from tests.unit.stream_server import Connection, StreamServer

OK = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1 << 20
INFO = b'{"Name": "node-1", "NCPU": 2, "MemTotal": 1}'

#: Seconds that an engine gets, and the most that all of them may then take on a busy machine.
PATIENCE = 4.0
BOUND = 40.0


def forever(head: bytes, piece: bytes) -> Callable[[Connection], None]:
    """The piece again and again, for as long as anybody takes it."""
    many = piece * max(1, MIB // len(piece))

    def send(connection: Connection) -> None:
        connection.send(head)
        while True:
            connection.send(many)

    return send


def answer(info: bytes, containers: bytes) -> Callable[[Connection], None]:
    def send(connection: Connection) -> None:
        for body in (info, containers):
            connection.send(OK + b"Content-Length: %d\r\n\r\n" % len(body))
            connection.send(body)
            connection.next_question()

    return send


def listing(items: bytes, count: int) -> bytes:
    return b"[" + items * count + items[:-1] + b"]"


#: What it sends, and what is said of it behind its address.
HOSTILE: dict[str, tuple[Callable[[Connection], None], str]] = {
    "tiny chunks": (forever(CHUNKED, b"1\r\nx\r\n"), "answers with something else than HTTP; is it a Docker engine?"),
    "continue without end": (
        forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "answers with something else than HTTP; is it a Docker engine?",
    ),
    "headers without end": (forever(OK, b"A: b\r\n"), "answers with something else than HTTP; is it a Docker engine?"),
    "trailers without end": (
        forever(CHUNKED + b"0\r\n", b"A: b\r\n"),
        "answers with something else than HTTP; is it a Docker engine?",
    ),
    "a body without end": (forever(OK + b"\r\n", b"[" * 100), "answers /info with more than 32M"),
    "a length beyond all": (
        forever(OK + b"Content-Length: 262144000\r\n\r\n", b"[],"),
        "answers /info with more than 32M",
    ),
    "empty lists": (
        answer(INFO, listing(b"[],", 2_000_000)),
        "answers /containers/json with JSON of more than 2,000,000 values; is it a Docker engine?",
    ),
    "many containers": (
        answer(INFO, listing(b'{"Id":"a"},', 20_000)),
        "lists 20,001 containers; more than 20,000 are not read",
    ),
    "brackets": (
        answer(b"[" * 100_000, b"[]"),
        "answers /info with JSON that is nested too deeply; is it a Docker engine?",
    ),
    "a numeral": (
        answer(b'{"NCPU": %b}' % (b"9" * 4301), b"[]"),
        "answers /info with something else than JSON; is it a Docker engine?",
    ),
    "a large number": (
        answer(INFO, b'[{"Id": "a", "Created": 1%b}]' % (b"0" * 400)),
        "answers /containers/json with Created = a number of many digits where a number belongs; "
        "is it a Docker engine?",
    ),
}


def test_each_is_at_fault_alone() -> None:
    """All at once, with good engines before, between and behind them."""
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(StreamServer(send)) for name, (send, _words) in HOSTILE.items()}
        good = [stack.enter_context(EngineDouble(engine_script())) for _number in range(3)]
        addresses = [server.address for server in servers.values()]
        addresses.insert(0, good[0].address)
        addresses.insert(6, good[1].address)
        addresses.append(good[2].address)
        questions = [Question(EngineClient(address, EngineSettings()), Reading(), PATIENCE) for address in addresses]

        def make(_client: EngineClient, raw: RawEngine) -> Node:
            return make_node(raw)

        began = time.monotonic()
        outcomes = dict(zip(addresses, read_engines(questions, make)))
        took = time.monotonic() - began
    assert [getattr(outcomes[engine.address], "name", outcomes[engine.address]) for engine in good] == ["node-1"] * 3
    assert {name: str(outcomes[server.address]) for name, server in servers.items()} == {
        name: f"{servers[name].address} {words}" for name, (_send, words) in HOSTILE.items()
    }
    assert took < BOUND


@pytest.mark.parametrize("name", ["a body without end", "tiny chunks"])
def test_who_acts_is_as_safe(name: str) -> None:
    send, words = HOSTILE[name]
    with StreamServer(send) as server, pytest.raises(EngineError) as caught:
        EngineClient(server.address, EngineSettings(timeout=PATIENCE), api_version="1.41").send(system.info())
    assert str(caught.value) == f"{server.address} {words.replace('/info', '/v1.41/info')}"


def test_a_drip_that_is_always_in_time_has_an_end() -> None:
    """Each byte comes before anybody would lose patience with the last one."""

    def drip(connection: Connection) -> None:
        connection.send(OK + b"Content-Length: 1000\r\n\r\n")
        while True:
            connection.send(b" ")
            time.sleep(0.01)

    with StreamServer(drip) as server:
        for act in (
            lambda client: client.send(system.info()),
            lambda client: read_engines([Question(client, Reading(), 0.5)], lambda _client, raw: raw)[0].args,
        ):
            client = EngineClient(server.address, EngineSettings(timeout=0.5), api_version="1.41")
            began = time.monotonic()
            try:
                told = act(client)[0]
            except EngineError as error:
                told = str(error)
            assert told == f"no answer from {server.address} within 0.5 s"
            assert time.monotonic() - began < 5
