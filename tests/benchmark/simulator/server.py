# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sockets of the simulated engines: HTTP/1.1 in one event loop, and the faults."""

from __future__ import annotations

import asyncio
import socket
import ssl
import typing as t
from dataclasses import dataclass

from .engine import API_VERSION, Answer, SimulatedEngine
from .scenario import Scenario

_HEAD_END = b"\r\n\r\n"
#: Bytes of a body beyond which dockerd sends it in chunks, as it does not count it first.
_CHUNKED_FROM = 2048
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 404: "Not Found", 409: "Conflict",
            500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


@dataclass(frozen=True)
class Faults:
    """Numbers of the engines that refuse connections, hang, answer status 500, or answer late by `delay` seconds."""

    refuse: frozenset[int] = frozenset()
    hang: frozenset[int] = frozenset()
    error: frozenset[int] = frozenset()
    slow: frozenset[int] = frozenset()
    delay: float = 1.0

    @classmethod
    def from_json(cls, value: t.Mapping[str, t.Any]) -> Faults:
        """From {"refuse": [...], "hang": [...], "error": [...], "slow": [...], "delay": seconds}."""
        kinds = {kind: frozenset(value.get(kind, ())) for kind in ("refuse", "hang", "error", "slow")}
        return cls(**kinds, delay=float(value.get("delay", 1.0)))


@dataclass
class Counts:
    """What was asked of all engines together."""

    connections: int = 0
    requests: int = 0
    sent: int = 0


class Simulator:
    """All engines of a scenario. tls: the server's context, None for plain HTTP."""

    def __init__(self, scenario: Scenario, tls: ssl.SSLContext | None = None) -> None:
        self.scenario = scenario
        self.engines = [SimulatedEngine(scenario, index) for index in range(scenario.engines)]
        self.counts = Counts()
        self.faults = Faults()
        self._tls = tls
        self._servers: dict[int, asyncio.Server] = {}

    async def listen(self) -> None:
        """Take connections to every engine that does not refuse them."""
        for index in range(self.scenario.engines):
            refuses = index in self.faults.refuse
            if refuses and index in self._servers:
                self._servers.pop(index).close()
            elif not refuses and index not in self._servers:
                self._servers[index] = await self._open(index)

    async def set_faults(self, faults: Faults) -> None:
        """From now on."""
        self.faults = faults
        await self.listen()

    def reset(self) -> None:
        """Back to the scenario, and the counts to zero."""
        for engine in self.engines:
            engine.reset()
        self.counts = Counts()

    async def _open(self, index: int) -> asyncio.Server:
        listening = socket.create_server((self.scenario.host(index), self.scenario.port), backlog=64)
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: _Connection(self, index), sock=listening, ssl=self._tls)


class _Connection(asyncio.Protocol):
    """One connection to one engine."""

    def __init__(self, simulator: Simulator, index: int) -> None:
        self._simulator = simulator
        self._index = index
        self._engine = simulator.engines[index]
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self._listening = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = t.cast(asyncio.Transport, transport)
        self._simulator.counts.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        if self._listening:
            self._engine.listeners.remove(self._send_event)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        if self._index in self._simulator.faults.hang:
            return
        self._received += data
        while True:
            end = self._received.find(_HEAD_END)
            if end < 0:
                return
            head = self._received[:end].decode("latin-1")
            first = end + len(_HEAD_END)
            length = _content_length(head)
            if len(self._received) < first + length:
                return
            body = self._received[first : first + length]
            self._received = self._received[first + length :]
            method, target, _version = head.split("\r\n", 1)[0].split(" ", 2)
            self._answer(method, target, body)

    def _answer(self, method: str, target: str, body: bytes) -> None:
        counts, faults = self._simulator.counts, self._simulator.faults
        counts.requests += 1
        if self._index in faults.error:
            reply = _reply(method, Answer(500, b'{"message":"it is broken"}'))
        else:
            answer = self._engine.answer(method, target, body)
            reply = _reply(method, answer)
            if answer.events and not self._listening:
                self._listening = True
                self._engine.listeners.append(self._send_event)
        counts.sent += len(reply)
        if self._index in faults.slow:
            asyncio.get_running_loop().call_later(faults.delay, self._write, reply)
        else:
            self._write(reply)

    def _write(self, reply: bytes) -> None:
        if self._transport is not None:
            self._transport.write(reply)

    def _send_event(self, event: bytes) -> None:
        self._write(b"%x\r\n%s\r\n" % (len(event), event))


def _content_length(head: str) -> int:
    for line in head.split("\r\n")[1:]:
        if line[:15].lower() == "content-length:":
            return int(line[15:])
    return 0


def _reply(method: str, answer: Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}\r\n"
        f"Api-Version: {API_VERSION}\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\n"
        "Ostype: linux\r\nServer: Docker/20.10.24 (linux)\r\n"
    ).encode()
    body = answer.body
    if answer.events:
        return head + b"Transfer-Encoding: chunked\r\n\r\n"
    if answer.status in (204, 304):
        return head + b"\r\n"
    if method == "HEAD" or len(body) <= _CHUNKED_FROM:
        return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)
    return b"%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (head, len(body), body)
