# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One connection to an engine, on which questions are asked one after another.

A thousand engines are asked seven questions each before the endpoint is up, and every create takes four. A general HTTP
client takes five times as much of the processor for each.
"""

from __future__ import annotations

import asyncio
import typing as t

from ..._swarm.errors import EngineError
from ..._swarm.wire.response import ClosedEarlyError, NoHTTPError, ReplyTooLongError, ResponseReader


class Line(asyncio.Protocol):
    """A connection. Not more than one question is under way at a time.

    :param lost: called once, when the connection is gone
    """

    def __init__(self, lost: t.Callable[[Line], None]) -> None:
        self._lost = lost
        self._transport: t.Optional[asyncio.Transport] = None
        self._reader: t.Optional[ResponseReader] = None
        self._taken: t.Optional[t.Callable[[bytes], None]] = None
        self._begun: t.Optional[asyncio.Future[None]] = None
        self._complete: t.Optional[asyncio.Future[None]] = None
        self.fresh = True

    @property
    def usable(self) -> bool:
        """Whether it may be asked."""
        return self._reader is None and self._transport is not None and not self._transport.is_closing()

    async def ask(self, question: bytes, reader: ResponseReader, seconds: t.Optional[float]) -> None:
        """Returns once the whole answer is in ``reader``.

        :param seconds: for all of it; None for no end
        :raises OSError, NoHTTPError, ReplyTooLongError: it does not get there, and the connection is of no more use
        """
        self._send(question, reader)
        await self._await(self._complete, seconds)
        self._finish(reader)

    async def listen(
        self, question: bytes, reader: ResponseReader, seconds: float, taken: t.Callable[[bytes], None]
    ) -> None:
        """Returns once the answer begins; what is in it goes to ``taken`` as it comes, if it is none of an error.
        An EngineError that ``taken`` raises ends the connection, and is raised by ``end``.

        :param seconds: until it begins
        :raises OSError, NoHTTPError, ReplyTooLongError: see ``ask``
        """
        self._taken = taken
        self._send(question, reader)
        await self._await(self._begun, seconds)

    async def end(self) -> None:
        """Returns once the answer that is listened to has ended.

        :raises OSError, NoHTTPError, ReplyTooLongError: it broke off
        """
        await t.cast("asyncio.Future[None]", self._complete)

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    async def _await(self, event: t.Optional[asyncio.Future[None]], seconds: t.Optional[float]) -> None:
        timer = None
        if seconds is not None:
            timer = asyncio.get_running_loop().call_later(seconds, self._fail, asyncio.TimeoutError())
        try:
            await t.cast("asyncio.Future[None]", event)
        except BaseException:
            self.close()
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _send(self, question: bytes, reader: ResponseReader) -> None:
        if self._transport is None or self._transport.is_closing():
            raise ClosedEarlyError("before the question")
        loop = asyncio.get_running_loop()
        self._reader = reader
        self._begun, self._complete = loop.create_future(), loop.create_future()
        for each in (self._begun, self._complete):
            # Nobody may be waiting any more when the connection ends.
            each.add_done_callback(_look_at)
        self._transport.write(question)

    def _finish(self, reader: ResponseReader) -> None:
        self._reader = None
        self.fresh = False
        if reader.last or reader.rest():
            self.close()

    # of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be asked."""
        self._transport = t.cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        reader = self._reader
        if reader is None or self._begun is None or self._complete is None:
            # nobody asked
            self.close()
            return
        try:
            complete = reader.feed(data)
            if self._taken is not None and reader.has_begun:
                if not self._begun.done():
                    self._begun.set_result(None)
                if reader.status < 300:
                    self._taken(reader.take())
        except (NoHTTPError, ReplyTooLongError, EngineError) as error:
            self._fail(error)
            self.close()
            return
        if complete and not self._complete.done():
            self._complete.set_result(None)

    def eof_received(self) -> bool:
        """The engine closes the connection."""
        if self._reader is not None and self._complete is not None and not self._complete.done():
            try:
                self._reader.end()
            except (ClosedEarlyError, NoHTTPError) as error:
                self._fail(error)
            else:
                self._complete.set_result(None)
        return False

    def connection_lost(self, error: t.Optional[Exception]) -> None:
        """It is gone."""
        self._fail(error or ClosedEarlyError("in mid-answer"))
        self._lost(self)

    def _fail(self, error: BaseException) -> None:
        for each in (self._begun, self._complete):
            if each is not None and not each.done():
                each.set_exception(error)


def _look_at(future: asyncio.Future[None]) -> None:
    if not future.cancelled():
        future.exception()
