# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the Docker API that takes as little of the processor as it can: what is measured is the server."""

from __future__ import annotations

import json
import socket
import threading
import time
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

_PATIENCE = 60.0
_BUFFER = 1 << 20


@dataclass(frozen=True)
class Answer:
    """status, body (what was kept of it), and seconds from the question to the last byte."""

    status: int
    body: bytes
    seconds: float


class Client:
    """One connection that is kept."""

    def __init__(self, address: str) -> None:
        host, _colon, port = address.rpartition(":")
        self._address = address
        self._socket = socket.create_connection((host, int(port)), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = memoryview(bytearray(_BUFFER))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self._socket.close()

    def get(self, path: str, keep: bool = True) -> Answer:
        """Ask. keep: the body, which is dropped otherwise as it comes."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._address}\r\n\r\n".encode(), keep)

    def post(self, path: str, value: t.Any = None) -> Answer:
        """Send a value as JSON."""
        body = b"" if value is None else json.dumps(value).encode()
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
        head = f"POST {path} HTTP/1.1\r\nHost: {self._address}\r\n{kind}\r\n\r\n"
        return self._ask(head.encode() + body, True)

    def _ask(self, question: bytes, keep: bool) -> Answer:
        began = time.perf_counter()
        self._socket.sendall(question)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, body = bytes(received[:end]).decode("latin-1"), received[end + 4 :]
        left = _length(head) - len(body)
        while left > 0:
            piece = self._receive()
            left -= len(piece)
            if keep:
                body += piece
        return Answer(int(head.split(" ", 2)[1]), bytes(body), time.perf_counter() - began)

    def _receive(self) -> memoryview:
        size = self._socket.recv_into(self._buffer)
        if not size:
            raise RuntimeError("the connection ended in the middle of an answer")
        return self._buffer[:size]


def _length(head: str) -> int:
    """:raises RuntimeError: an answer of another kind; none of those that are measured is"""
    for line in head.split("\r\n")[1:]:
        name, _colon, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    if head.split(" ", 2)[1] in ("204", "304"):
        return 0
    raise RuntimeError(f"an answer without a length: {head[:200]}")


def create_and_start(address: str, bodies: Sequence[tuple[str, t.Any]], clients: int) -> float:
    """Create and start one container for each name and body, by so many clients side by side.

    :returns: seconds
    :raises RuntimeError: one was refused
    """
    failures: list[str] = []

    def work(number: int) -> None:
        with Client(address) as client:
            for name, body in bodies[number::clients]:
                created = client.post(f"/v1.41/containers/create?name={name}", body)
                if created.status != 201:
                    failures.append(created.body.decode())
                    return
                started = client.post(f"/v1.41/containers/{json.loads(created.body)['Id']}/start")
                if started.status != 204:
                    failures.append(started.body.decode())
                    return

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failures:
        raise RuntimeError(f"{len(failures)} of {clients} clients were refused: {failures[0][:2000]}")
    return took
