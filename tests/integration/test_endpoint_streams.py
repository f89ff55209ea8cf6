# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Streams through the endpoint before real engines: many at once, WebSockets, engines that are killed."""

from __future__ import annotations

import asyncio
import ssl
import typing as t
from collections.abc import Iterator

import aiohttp
import pytest

from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab

#: Unit tests open 500, before an engine that is played.
STREAMS = 100


@pytest.fixture(scope="module")
def manager(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagerProcess]:
    lab.reset()
    with ManagerProcess(lab, tmp_path_factory.mktemp("manager")) as running:
        yield running
        assert "Traceback" not in running.log.read_text()
    lab.reset()


def session(manager: ManagerProcess) -> aiohttp.ClientSession:
    context = ssl.create_default_context(cafile=str(manager.papers.ca))
    context.load_cert_chain(manager.papers.cert, manager.papers.key)
    connector = aiohttp.TCPConnector(ssl=context, limit=0)
    return aiohttp.ClientSession(f"https://{manager.address}", connector=connector)


def test_100_streams_at_once(manager: ManagerProcess) -> None:
    client = manager.client()
    script = "while [ ! -e /go ]; do sleep 0.1; done; echo the last word; sleep 1"
    client("run", "-d", "--name", "speaker", "busybox", "sh", "-c", script)

    async def follow(asking: aiohttp.ClientSession, opened: asyncio.Semaphore) -> bytes:
        async with asking.get("/containers/speaker/logs?follow=1&stdout=1") as answer:
            opened.release()
            return await answer.read()

    async def use() -> list[bytes]:
        opened = asyncio.Semaphore(0)
        async with session(manager) as asking:
            following = [asyncio.ensure_future(follow(asking, opened)) for _number in range(STREAMS)]
            for _number in range(STREAMS):
                await asyncio.wait_for(opened.acquire(), 60)
            await asyncio.get_running_loop().run_in_executor(None, client, "exec", "speaker", "touch", "/go")
            return list(await asyncio.wait_for(asyncio.gather(*following), 60))

    assert {answer[8:] for answer in asyncio.run(use())} == {b"the last word\n"}


def test_a_websocket(manager: ManagerProcess) -> None:
    client = manager.client()
    client("run", "-d", "-i", "--name", "echo", "busybox", "sh", "-c", "read line; echo got $line; sleep 1")

    async def use() -> bytes:
        target = "/containers/echo/attach/ws?stream=1&stdin=1&stdout=1"
        async with session(manager) as asking, asking.ws_connect(target) as socket:
            await socket.send_str("it\n")
            message = await asyncio.wait_for(socket.receive(), 20)
            return t.cast(bytes, message.data if isinstance(message.data, bytes) else message.data.encode())

    assert asyncio.run(use()).strip() == b"got it"


def test_an_engine_that_is_killed_ends_its_streams(manager: ManagerProcess, lab: Lab) -> None:
    client = manager.client()
    name = client("run", "-d", "busybox", "sleep", "600")
    holder = next(engine for engine in lab.engines if name[:12] in engine.docker("ps", "-q"))
    stream = client.start("exec", "-i", name, "cat")
    stream.stdin.write(b"hello\n")
    stream.stdin.flush()
    assert stream.stdout.readline() == b"hello\n"
    holder.kill()
    out, _err = stream.communicate(timeout=30)
    assert out == b""
    assert client("version", "--format", "{{.Server.Os}}") == "linux"
