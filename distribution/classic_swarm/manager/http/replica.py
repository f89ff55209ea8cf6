# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a manager does that is not the primary: each request is passed on by itself, never a whole connection.

Who it is, what it knows and whether it is there, a replica says itself. All else is the primary's. Without a primary,
what only looks is answered from this manager's own state, which is kept as warm as the primary's; what changes
something waits for one, for a bounded time. A primary that was killed is named by its lock until that runs out: it does
not answer, and what only looks is answered here then, too.
"""

from __future__ import annotations

import asyncio
import enum
import typing as t
from dataclasses import dataclass

from aiohttp import web

from ..._swarm.errors import EngineUnreachableError
from ..._swarm.settings import API_VERSION_NEWEST, API_VERSION_OLDEST
from ..election.leadership import NotPrimaryError
from ..engines.client import EngineClient
from ..errors import UnavailableError
from ..proxy.hijack import take_over
from ..proxy.one import forward
from .call import Call
from .routing import split_version

#: Routes that every manager answers itself.
_OWN = frozenset(("/_ping", "/version", "/info"))
#: Routes whose answers may become raw streams.
_STREAMS = ("/attach", "/attach/ws", "/exec/{exec}/start", "/session", "/grpc")
#: Names the manager that passed a request on: no request is passed on twice.
HOP = "X-Swarm-Hop"
#: Beside an answer that a replica gave because there was no primary.
STALE = "X-Swarm-Stale"
#: Seconds beyond the TTL in which another manager has taken over.
_MARGIN = 2.0
_POLL = 0.05
#: Seconds between two looks whether the primary is still the one that was asked.
_LOOK = 0.2


@dataclass(frozen=True)
class Primary:
    """The manager that requests are passed on to, as engines are asked. :ivar name: its address"""

    name: str
    client: EngineClient


class PrimaryGoneError(UnavailableError):
    """The primary that is known does not answer."""


class Answers(enum.Enum):
    """Who answers a request: this manager, this one with what may be old, or the primary."""

    HERE = "here"
    STALE = "stale"
    PRIMARY = "primary"


async def who_answers(call: Call) -> Answers:
    """Who is to answer; waits for a primary where none is known and the request needs one.

    :raises UnavailableError: nobody that is known may
    """
    leadership = call.manager.leadership
    if call.route.path in _OWN or leadership.is_primary:
        return Answers.HERE
    loop = asyncio.get_running_loop()
    if HOP in call.request.headers:
        # It may be about to be the primary: who asks has heard of it a moment earlier.
        deadline = loop.time() + _MARGIN
        while not leadership.is_primary:
            if loop.time() >= deadline:
                raise UnavailableError(
                    f"{leadership.address} was asked by another manager and is not the primary; try again in a moment"
                )
            await asyncio.sleep(_POLL)
        return Answers.HERE
    if leadership.primary is None and call.request.method in ("GET", "HEAD"):
        return Answers.STALE
    deadline = loop.time() + call.manager.settings.replication_ttl + _MARGIN
    while leadership.primary is None:
        if loop.time() >= deadline:
            raise UnavailableError("there is no primary manager at the moment; try again later")
        await asyncio.sleep(_POLL)
    return Answers.HERE if leadership.is_primary else Answers.PRIMARY


async def pass_on(call: Call) -> web.StreamResponse:
    """Have the primary answer.

    :raises PrimaryGoneError: it does not answer
    :raises UnavailableError: it has ceased to be known meanwhile
    """
    address = call.manager.leadership.primary
    if address is None:
        raise UnavailableError("there is no primary manager at the moment; try again later")
    call.further[HOP] = call.manager.leadership.address
    client = EngineClient(address, call.manager.connections)
    client.oldest, client.newest = API_VERSION_OLDEST, API_VERSION_NEWEST
    primary = t.cast(t.Any, Primary(address, client))
    _version, path = split_version(call.request.raw_path.partition("?")[0])
    raw = "Upgrade" in call.request.headers or call.route.path.endswith(_STREAMS)
    try:
        if raw:
            return await take_over(call, primary, path)
        return await _unless_replaced(call, address, forward(call, primary, path))
    except EngineUnreachableError as error:
        del call.further[HOP]
        raise PrimaryGoneError(f"the primary manager at {address} does not answer: {error}{_unknown(call)}") from error


async def _unless_replaced(
    call: Call, address: str, work: t.Coroutine[t.Any, t.Any, web.StreamResponse]
) -> web.StreamResponse:
    """What the primary answers; given up where another one has taken over before an answer began: it may be frozen."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait((task,), timeout=_LOOK)
            begun = call.request.writer.output_size > 0
            if not task.done() and not begun and call.manager.leadership.primary not in (address, None):
                raise UnavailableError(
                    f"{address}, which was the primary manager, did not answer before another one took over"
                    + _unknown(call)
                )
        return task.result()
    finally:
        task.cancel()


def _unknown(call: Call) -> str:
    return "" if call.request.method in ("GET", "HEAD") else "; whether it did what was asked is not known"


def require_primary(call: Call) -> int:
    """To be called right before something is changed. :returns: the epoch

    :raises UnavailableError: this manager is not the primary any more
    """
    try:
        return call.manager.leadership.require()
    except NotPrimaryError as error:
        raise UnavailableError(f"{error}; nothing was changed, try again in a moment") from error
