# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A load generator that counts every request that fails.

Half of its clients open a connection for each request, half keep theirs. A connection that was kept and is closed
before the first byte of an answer is opened again, as RFC 9110 has clients do it with requests that can be asked twice;
every other end of a connection, every answer that is not the wanted one, and every silence is a failure.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """requests, failures: with what was wrong and seconds since the start. answers: by what stood in them."""

    requests: int = 0
    reopened: int = 0
    failures: list[tuple[float, str]] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def __str__(self) -> str:
        said = Counter(text for _at, text in self.failures).most_common(3)
        return f"{self.requests} requests, {len(self.failures)} failed {said or ''}, slowest {self.slowest:.2f} s"


class Load:
    """Asks from the begin of a ``with`` block to its end, in a thread of its own.

    rate: requests a second at most, of all clients. patience: seconds for one answer.
    """

    def __init__(
        self, address: str, port: int, *, host: str, path: str = "/", clients: int = 6, rate: float = 700.0,
        patience: float = 10.0,
    ) -> None:  # fmt: skip
        self._address, self._port = address, port
        self._request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n"
        self._clients = clients
        self._pause = clients / rate
        self._patience = patience
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="load")
        self._begun = time.monotonic()
        self.tally = Tally()

    def __enter__(self) -> Load:
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join(60)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._begun

    async def _run(self) -> None:
        await asyncio.gather(*(self._client(keep=number % 2 == 1) for number in range(self._clients)))

    async def _client(self, keep: bool) -> None:
        kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while not self._stop.is_set():
            begun = time.monotonic()
            self.tally.requests += 1
            try:
                answer, kept = await asyncio.wait_for(self._ask(kept, keep), self._patience)
                self.tally.answers[answer] += 1
            except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
                kept = None
                reason = "no answer in time" if isinstance(error, asyncio.TimeoutError) else repr(error)
                self.tally.failures.append((begun - self._begun, reason))
            took = time.monotonic() - begun
            self.tally.slowest = max(self.tally.slowest, took)
            await asyncio.sleep(max(0.0, self._pause - took))
        if kept is not None:
            kept[1].close()

    async def _ask(
        self, kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None, keep: bool
    ) -> tuple[str, tuple[asyncio.StreamReader, asyncio.StreamWriter] | None]:
        head = b""
        if kept is not None:
            with contextlib.suppress(OSError):
                head = await self._send(kept, keep)
            if not head:
                kept[1].close()
                self.tally.reopened += 1
        if not head:
            kept = await asyncio.open_connection(self._address, self._port)
            head = await self._send(kept, keep)
        assert kept is not None
        answer, closes = await _rest(head, kept[0])
        if keep and not closes:
            return answer, kept
        kept[1].close()
        return answer, None

    async def _send(self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], keep: bool) -> bytes:
        """The first bytes of the answer."""
        reader, writer = connection
        writer.write(f"{self._request}Connection: {'keep-alive' if keep else 'close'}\r\n\r\n".encode())
        await writer.drain()
        return await reader.read(65536)


async def _rest(head: bytes, reader: asyncio.StreamReader) -> tuple[str, bool]:
    """The body of an answer that is 200, and whether the connection ends with it.

    ValueError: another answer. EOFError: it ended too soon.
    """
    while b"\r\n\r\n" not in head:
        head += await _more(reader)
    lines, _empty, body = head.partition(b"\r\n\r\n")
    status, *fields = lines.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(":") for line in fields)}
    closes = headers.get("connection", "").lower() == "close"
    if "content-length" in headers:
        while len(body) < int(headers["content-length"]):
            body += await _more(reader)
    else:
        closes = True
        with contextlib.suppress(EOFError):
            while True:
                body += await _more(reader)
    if status.split(" ")[1:2] != ["200"]:
        raise ValueError(status)
    return body.decode().strip(), closes


async def _more(reader: asyncio.StreamReader) -> bytes:
    part = await reader.read(65536)
    if not part:
        raise EOFError("the connection ended before the answer did")
    return part
