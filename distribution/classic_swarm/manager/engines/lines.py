# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The connections to one engine that answers are read from as a whole: opened where none is free, and kept a while."""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

from ..._swarm.wire.response import ResponseReader
from ..._swarm.wire.tls import EngineTLS
from ..transport.opening import open_connection
from .line import Line

#: Seconds for which a connection that nobody uses is kept.
_KEPT_SECONDS = 30.0
#: Seconds until a connection must be there whose answer may take as long as it likes.
_CONNECTING = 30.0
#: Connections that are kept.
_MOST_KEPT = 8


class Lines:
    """Of one engine, in one event loop."""

    def __init__(self, address: str, tls: t.Optional[EngineTLS]) -> None:
        self._address = address
        self._tls = tls
        self._free: t.List[Line] = []
        self._open: t.Set[Line] = set()
        self._timer: t.Optional[asyncio.TimerHandle] = None

    async def ask(
        self, question: bytes, make_reader: t.Callable[[], ResponseReader], seconds: t.Optional[float]
    ) -> ResponseReader:
        """The whole answer to a question.

        :param make_reader: for the answer; once more where the engine had closed a kept connection, and the question
            changes nothing
        :param seconds: for all of it; None for no end
        :raises OSError, NoHTTPError, ReplyTooLongError: there is none
        """
        loop = asyncio.get_running_loop()
        deadline = None if seconds is None else loop.time() + seconds

        def left() -> t.Optional[float]:
            return None if deadline is None else deadline - loop.time()

        while True:
            line, reader = await self._take(left()), make_reader()
            kept = not line.fresh
            try:
                await line.ask(question, reader, left())
            except ConnectionError:
                if kept and not reader.has_begun and question.startswith((b"GET ", b"HEAD ")):
                    continue
                raise
            self._give_back(line)
            return reader

    @contextlib.asynccontextmanager
    async def listen(
        self, question: bytes, reader: ResponseReader, seconds: float, taken: t.Callable[[bytes], None]
    ) -> t.AsyncIterator[Line]:
        """An answer that goes on: see ``Line.listen``. The connection is its own, and ends with the context."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        line = await self._dial(seconds)
        try:
            await line.listen(question, reader, deadline - loop.time(), taken)
            yield line
        finally:
            line.close()

    def close(self) -> None:
        """End all of them."""
        for line in list(self._open):
            line.close()
        if self._timer is not None:
            self._timer.cancel()

    async def _take(self, seconds: t.Optional[float]) -> Line:
        while self._free:
            line = self._free.pop()
            if line.usable:
                return line
        return await self._dial(_CONNECTING if seconds is None else seconds)

    async def _dial(self, seconds: float) -> Line:
        if seconds <= 0:
            raise asyncio.TimeoutError
        line = Line(self._open.discard)
        self._open.add(line)
        try:
            await asyncio.wait_for(open_connection(self._address, self._tls, line, seconds), seconds)
        except BaseException:
            self._open.discard(line)
            raise
        return line

    def _give_back(self, line: Line) -> None:
        if not line.usable:
            return
        if len(self._free) >= _MOST_KEPT:
            line.close()
            return
        self._free.append(line)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._forget)

    def _forget(self) -> None:
        """What is free now was free a while, or is cheap to open anew."""
        self._timer = None
        free, self._free = self._free, []
        for line in free:
            line.close()
