# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images that come to every node: pull, import, load."""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

from aiohttp import web
from multidict import CIMultiDict

from ..._swarm.engine.failure import engine_words
from ..._swarm.errors import EngineError
from ..errors import BadRequestError
from ..http.call import Call
from ..state.cluster import Node
from .fan_out import healthy_nodes
from .headers import request_headers
from .progress import error_line, error_of, messages, status_line, text_of

#: Seconds for which a node may take nothing of what is copied to all, before the others go on without it.
_STUCK = 30.0
#: Pieces that wait for one node.
_WAITING = 16
#: Bytes of an error's body that are read for its words.
_LARGEST_REFUSAL = 64 * 1024


async def create(call: Call) -> web.StreamResponse:
    """``POST /images/create``: pull on every node, or import the body on every node.

    :raises BadRequestError: neither an image nor a source is named
    """
    if call.query.get("fromImage"):
        return await _pull(call)
    if call.query.get("fromSrc"):
        copied = call.query["fromSrc"] == "-"
        return await _on_all(call, "/images/create", "Importing...", copied)
    raise BadRequestError("images/create needs the parameter fromImage or fromSrc")


async def load(call: Call) -> web.StreamResponse:
    """``POST /images/load``: on every node."""
    return await _on_all(call, "/images/load", "Loading Image...", True)


async def _pull(call: Call) -> web.StreamResponse:
    reference, tag = call.query["fromImage"], call.query.get("tag", "")
    shown = f"{reference}{'@' if ':' in tag else ':'}{tag}" if tag else reference
    call.noted["image"] = shown
    return await _on_all(call, "/images/create", f"Pulling {shown}...", False, "downloaded")


async def _on_all(call: Call, path: str, doing: str, copied: bool, done: str = "done") -> web.StreamResponse:
    """Ask every healthy node, and tell their progress line by line with the node as the line's ID.

    :param copied: the client's body goes to every node
    """
    nodes = healthy_nodes(call)
    call.noted["node"] = ",".join(node.name for node in nodes)
    lines: asyncio.Queue[t.Optional[bytes]] = asyncio.Queue(_WAITING)
    copies = {node.key: _Copy() for node in nodes} if copied else {}
    work = asyncio.ensure_future(_work(call, nodes, path, doing, done, copies, lines))
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(call.request)
    try:
        while True:
            text = await lines.get()
            if text is None:
                break
            await response.write(text)
        await work
    finally:
        work.cancel()
    await response.write_eof()
    return response


async def _work(
    call: Call,
    nodes: t.Sequence[Node],
    path: str,
    doing: str,
    done: str,
    copies: t.Mapping[str, _Copy],
    lines: asyncio.Queue[t.Optional[bytes]],
) -> None:
    try:
        for node in call.manager.cluster.nodes:
            if not node.healthy:
                await lines.put(status_line(node.name or node.key, f"{doing} : skipped, the node is not healthy"))
        jobs = [_on_one(call, node, path, doing, done, copies.get(node.key), lines) for node in nodes]
        pump = asyncio.ensure_future(_distribute(call, copies)) if copies else None
        try:
            problems = await asyncio.gather(*jobs)
            if pump is not None:
                await pump
        finally:
            if pump is not None:
                pump.cancel()
        await _tell_outcome(nodes, problems, lines)
    except ConnectionError:
        # The client is gone, or broke off what it was sending: nobody reads a line.
        raise
    except Exception as error:
        await lines.put(error_line(str(error)))
    finally:
        await lines.put(None)


async def _tell_outcome(
    nodes: t.Sequence[Node], problems: t.Sequence[str], lines: asyncio.Queue[t.Optional[bytes]]
) -> None:
    failed = [(node, problem) for node, problem in zip(nodes, problems) if problem]
    # An image for one operating system is not for the others: where one node took it, that is all that can be.
    if len(failed) < len(nodes):
        failed = [(node, problem) for node, problem in failed if not _is_other_system(problem)]
    if failed:
        await lines.put(error_line("\n".join(f"{node.name}: {problem}" for node, problem in failed)))


async def _on_one(
    call: Call,
    node: Node,
    path: str,
    doing: str,
    done: str,
    copy: t.Optional[_Copy],
    lines: asyncio.Queue[t.Optional[bytes]],
) -> str:
    """:returns: what went wrong, empty for nothing"""
    await lines.put(status_line(node.name, doing))
    problem = ""
    try:
        async with node.client.stream(
            "POST",
            path,
            query=list(call.query.items()),
            content=copy,
            headers=request_headers(call) if copy is None else _without_length(request_headers(call)),
            version=call.version,
            check=False,
        ) as answer:
            if answer.status >= 400:
                problem = engine_words(await answer.content.read(_LARGEST_REFUSAL))
            async for message in messages(answer):
                problem = error_of(message) or problem
                if not problem and text_of(message):
                    await lines.put(status_line(node.name, f"{doing} : {text_of(message)}"))
    except EngineError as error:
        problem = error.message
    if copy is not None:
        problem = copy.problem or problem
        copy.leave()
    await lines.put(status_line(node.name, f"{doing} : {problem or done}"))
    await call.manager.cluster.refresh_images(node)
    return problem


class _Copy:
    """What is copied to one node. :ivar problem: why it was left behind, empty if it was not"""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[t.Optional[bytes]] = asyncio.Queue(_WAITING)
        self._left = False
        self.problem = ""

    async def give(self, piece: t.Optional[bytes]) -> None:
        """Wait until the node has room; leave it behind where it takes nothing for too long."""
        if self._left:
            return
        try:
            await asyncio.wait_for(self._pieces.put(piece), _STUCK)
        except asyncio.TimeoutError:
            self.problem = f"it took nothing for {_STUCK:g} s, and was left behind"
            self.leave()

    def leave(self) -> None:
        """Give it nothing more."""
        self._left = True
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._pieces.get_nowait()

    async def __aiter__(self) -> t.AsyncIterator[bytes]:
        while True:
            piece = await self._pieces.get()
            if self.problem:
                raise ConnectionAbortedError(self.problem)
            if piece is None:
                return
            yield piece


async def _distribute(call: Call, copies: t.Mapping[str, _Copy]) -> None:
    async for piece in call.request.content.iter_any():
        await asyncio.gather(*(copy.give(piece) for copy in copies.values()))
    await asyncio.gather(*(copy.give(None) for copy in copies.values()))


def _without_length(headers: CIMultiDict[str]) -> CIMultiDict[str]:
    headers.popall("Content-Length", None)
    return headers


def _is_other_system(problem: str) -> bool:
    return "cannot be used on this platform" in problem or "no matching manifest" in problem
