# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reference for reading a cluster: bare asyncio streams and json, with nothing made of the answers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import ssl
import time
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

PATHS = ("/info", "/containers/json?all=1")

#: Further paths to ask one engine, given its answers so far.
Then = t.Callable[[list[t.Any]], Sequence[str]]


@dataclass(frozen=True)
class BareResult:
    """seconds: for all. answers: one list of JSON values for each engine that answered. received: bytes of bodies."""

    seconds: float
    answers: list[list[t.Any]]
    received: int


def fetch(
    addresses: Sequence[str],
    paths: Sequence[str] = PATHS,
    tls: ssl.SSLContext | None = None,
    server_name: str | None = None,
    timeout: float = 10.0,
    collector: bool = False,
    then: Then | None = None,
) -> BareResult:
    """Ask every engine at once, and parse what it says.

    collector: leave the cyclic garbage collector on. then: what is asked after that, given the answers of one engine.
    """

    async def ask_all() -> list[int | None]:
        return await asyncio.gather(
            *(_ask(address, paths, tls, server_name, timeout, parsed, then) for address in addresses)
        )

    parsed: list[list[t.Any]] = []
    if not collector:
        gc.disable()
    began = time.perf_counter()
    try:
        sizes = asyncio.run(ask_all())
        seconds = time.perf_counter() - began
    finally:
        gc.enable()
    return BareResult(seconds, parsed, sum(size for size in sizes if size is not None))


async def _ask(
    address: str,
    paths: Sequence[str],
    tls: ssl.SSLContext | None,
    server_name: str | None,
    timeout: float,
    parsed: list[list[t.Any]],
    then: Then | None,
) -> int | None:
    """Bytes that came; None for an engine that does not answer."""
    host, _colon, port = address.rpartition(":")
    try:
        return await asyncio.wait_for(_exchange(host, int(port), paths, tls, server_name, parsed, then), timeout)
    except (OSError, asyncio.TimeoutError):
        return None


async def _exchange(
    host: str,
    port: int,
    paths: Sequence[str],
    tls: ssl.SSLContext | None,
    server_name: str | None,
    parsed: list[list[t.Any]],
    then: Then | None,
) -> int:
    reader, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=server_name if tls else None)
    values: list[t.Any] = []
    received = 0
    try:
        for turn in range(2):
            more = paths if turn == 0 else then(values) if then else ()
            writer.write("".join(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n" for path in more).encode())
            for _path in more:
                body = await _body(reader)
                received += len(body)
                values.append(json.loads(body))
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    parsed.append(values)
    return received


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" not in head:
        return await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    chunks: list[bytes] = []
    while True:
        size = int(await reader.readline(), 16)
        chunk = await reader.readexactly(size + 2)
        if not size:
            return b"".join(chunks)
        chunks.append(chunk[:-2])
