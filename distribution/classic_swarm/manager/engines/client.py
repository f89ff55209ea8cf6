# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One engine, asked without blocking: whole answers, streams, and connections that become raw."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import typing as t
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from ..._swarm.engine.failure import explain_failure, explain_status
from ..._swarm.engine.versions import Version, format_version, parse_version
from ..._swarm.errors import EngineError, EngineResponseError
from ..._swarm.settings import API_VERSION_OLDEST
from ..._swarm.wire.dialling import host_header, host_of
from ..._swarm.wire.json_reply import NoJSONError, read_json
from ..._swarm.wire.limits import LARGEST_OUTPUT
from ..._swarm.wire.request import request_head
from ..._swarm.wire.response import ClosedEarlyError, NoHTTPError, ReplyTooLongError, ResponseReader
from ..transport.opening import open_connection
from .connections import EngineConnections, ssl_arguments
from .line import Line

T = t.TypeVar("T")

#: Pairs of a query, in their order; a name may be there several times.
Query = t.Sequence[t.Tuple[str, str]]
#: What is sent: bytes, or an asynchronous iterator of bytes, which is sent in chunks.
Content = t.Union[bytes, t.AsyncIterable[bytes], None]

#: Bytes of an error's body that are read for its words.
_LARGEST_REFUSAL = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """A whole answer. :ivar address: of the engine that gave it"""

    address: str
    status: int
    headers: t.Mapping[str, str]
    body: bytes

    def json(self) -> t.Any:
        """The value in the body.

        :raises EngineResponseError: it is not JSON
        """
        try:
            return read_json(self.body)
        except NoJSONError as error:
            raise EngineResponseError(
                self.address, self.status, f"{self.address} sent {error} instead of JSON"
            ) from error


class EngineClient:
    """Speaks with one engine, in one event loop.

    Every method raises the errors of one engine: EngineNotFoundError (404), EngineConflictError (409),
    EngineResponseError (other error statuses, with the engine's own words), EngineUnreachableError, EngineTLSError.

    :param address: ``host:port``, or ``unix://`` and a path
    :param https: the entry was written with ``https://``
    :param server_name: the name to expect in its certificate, None for what the settings say
    :ivar oldest: the oldest API version that the engine speaks, as it was last told
    :ivar newest: the newest one
    """

    def __init__(
        self,
        address: str,
        connections: EngineConnections,
        https: bool = False,
        server_name: t.Optional[str] = None,
    ) -> None:
        self.address = address
        self.connections = connections
        tls = connections.tls(https)
        self.tls = None if tls is None else tls.named(server_name)
        self.oldest: Version = API_VERSION_OLDEST
        self.newest: Version = API_VERSION_OLDEST
        self._scheme = "https" if self.tls is not None else "http"
        self._authority = host_header(address)
        self._lines = connections.lines(address, self.tls)

    # versions

    async def learn_versions(self, seconds: float) -> t.Mapping[str, t.Any]:
        """Ask for the engine's versions, and keep them. :returns: its answer to ``GET /version``"""
        facts = (await self.request("GET", "/version", unversioned=True, seconds=seconds)).json()
        if not isinstance(facts, dict):
            said = "sent an unexpected reply when asked for its version; is it a Docker engine?"
            raise EngineResponseError(self.address, 200, f"{self.address} {said}")
        self.newest = parse_version(str(facts.get("ApiVersion", ""))) or self.newest
        self.oldest = parse_version(str(facts.get("MinAPIVersion", ""))) or self.oldest
        return facts

    def clamp(self, version: t.Optional[Version]) -> Version:
        """The version nearest to ``version`` that the engine speaks; its newest for None."""
        if version is None:
            return self.newest
        return max(self.oldest, min(version, self.newest))

    def target(self, path: str, query: Query, version: t.Optional[Version], unversioned: bool = False) -> str:
        """What stands in the first line of a request. :param path: with its segments quoted"""
        prefix = "" if unversioned else f"/v{format_version(self.clamp(version))}"
        return f"{prefix}{path}?{urlencode(query)}" if query else f"{prefix}{path}"

    # asking

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        data: t.Any = None,
        version: t.Optional[Version] = None,
        unversioned: bool = False,
        seconds: t.Optional[float] = None,
        largest: int = LARGEST_OUTPUT,
        check: bool = True,
    ) -> Reply:
        """Ask, and read the whole answer.

        :param data: sent as JSON
        :param version: asked for by a client; the engine's newest for None
        :param seconds: for all of it; the settings' timeout for None
        :param check: raise for the statuses of errors
        :raises EngineError: see above
        """
        seconds = self.connections.settings.timeout if seconds is None else seconds
        body = None if data is None else json.dumps(data).encode()
        reply = await self._ask(method, self.target(path, query, version, unversioned), body, None, seconds, largest)
        if check and reply.status >= 300:
            raise explain_status(self.address, reply.status, reply.body, f"{method} {path}")
        return reply

    async def pass_on(
        self,
        method: str,
        path: str,
        query: Query,
        body: t.Optional[bytes],
        headers: t.Mapping[str, str],
        version: t.Optional[Version],
    ) -> Reply:
        """Ask what a client asked, and read the whole answer, however long the engine takes for it.

        :param body: JSON
        :raises EngineError: it could not be asked
        :raises ValueError: headers that are not of ASCII
        """
        return await self._ask(method, self.target(path, query, version), body, headers, None, LARGEST_OUTPUT)

    async def _ask(
        self,
        method: str,
        target: str,
        body: t.Optional[bytes],
        headers: t.Optional[t.Mapping[str, str]],
        seconds: t.Optional[float],
        largest: int,
    ) -> Reply:
        question = request_head(self._authority, method, target, body, headers)
        try:
            reader = await self._lines.ask(
                question + (body or b""), lambda: ResponseReader(largest, bodiless=method == "HEAD"), seconds
            )
        except _FAILURES as error:
            raise await self._explain(error, seconds or 0.0) from error
        return Reply(self.address, reader.status, reader.headers, reader.take())

    @contextlib.asynccontextmanager
    async def listen(
        self, path: str, query: Query, seconds: float, taken: t.Callable[[bytes], None]
    ) -> t.AsyncIterator[Line]:
        """``GET`` an answer that goes on for as long as the context lasts.

        :param seconds: until it begins
        :param taken: gets what is in it, as it comes
        :raises EngineError: see above, also for what breaks inside of the context
        """
        question = request_head(self._authority, "GET", self.target(path, query, None), None, None)
        reader = ResponseReader(pieces=True)
        try:
            async with self._lines.listen(question, reader, seconds, taken) as line:
                if reader.status >= 300:
                    await asyncio.wait_for(line.end(), seconds)
                    raise explain_status(self.address, reader.status, reader.take(), f"GET {path}")
                yield line
        except _FAILURES as error:
            raise await self._explain(error, seconds) from error

    @contextlib.asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        content: Content = None,
        headers: t.Optional[t.Mapping[str, str]] = None,
        version: t.Optional[Version] = None,
        unversioned: bool = False,
        seconds: t.Optional[float] = None,
        check: bool = True,
    ) -> t.AsyncIterator[aiohttp.ClientResponse]:
        """Ask, and take the answer in pieces (``response.content``); it ends with the context.

        :param seconds: until the head of the answer is there, None for no end
        :param check: raise for the statuses of errors
        :raises EngineError: see above, also for what breaks inside of the context
        """
        target = self.target(path, query, version, unversioned)
        try:
            async with contextlib.AsyncExitStack() as stack:
                opening = stack.enter_async_context(self._open(method, target, content, headers))
                response = await (opening if seconds is None else asyncio.wait_for(opening, seconds))
                if check and response.status >= 300:
                    body = await _read(response, _LARGEST_REFUSAL, self.address)
                    raise explain_status(self.address, response.status, body, f"{method} {path}")
                yield response
        except _FAILURES as error:
            raise await self._explain(error, seconds or 0.0) from error

    async def connect(self, protocol: asyncio.Protocol, seconds: float) -> None:
        """Open a connection for ``protocol`` to speak over; returns once data can be sent, TLS included.

        :param seconds: for all of it
        :raises EngineError: see above
        """
        try:
            await asyncio.wait_for(open_connection(self.address, self.tls, protocol, seconds), seconds)
        except _FAILURES as error:
            raise await self._explain(error, seconds) from error

    async def guard(self, work: t.Awaitable[T], seconds: float) -> T:
        """What ``work`` over a connection of this engine gives; its failures are raised as the engine's.

        :raises EngineError: see above, also where it takes longer
        """
        try:
            return await asyncio.wait_for(work, seconds)
        except _FAILURES as error:
            raise await self._explain(error, seconds) from error

    def _open(
        self, method: str, target: str, content: Content, headers: t.Optional[t.Mapping[str, str]]
    ) -> t.AsyncContextManager[aiohttp.ClientResponse]:
        # encoded: what was authorized is what is sent, no dots taken away and nothing quoted again.
        url = URL(f"{self._scheme}://{self._authority}{target}", encoded=True)
        return self.connections.session(self.address).request(
            method,
            url,
            data=content,
            headers=headers,
            allow_redirects=False,
            **ssl_arguments(self.tls, host_of(self.address)),
        )

    async def _explain(self, error: BaseException, seconds: float) -> EngineError:
        if isinstance(error, ReplyTooLongError):
            return EngineResponseError(self.address, 200, f"{self.address} answers with more than {error}")
        plain = _plain_error(error)
        if isinstance(plain, ssl.SSLError):
            # It has a second look at the server's certificate, which blocks.
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, explain_failure, plain, self.address, seconds, self.tls)
        return explain_failure(plain, self.address, seconds, self.tls)


_FAILURES = (aiohttp.ClientError, OSError, asyncio.TimeoutError, NoHTTPError, ReplyTooLongError)


def _plain_error(error: BaseException) -> BaseException:
    """What aiohttp raises, as the standard library would have raised it."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return error.certificate_error
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error
    if isinstance(error, asyncio.TimeoutError):
        return socket.timeout()
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        return ClosedEarlyError(str(error))
    if isinstance(error, aiohttp.ClientResponseError):
        return NoHTTPError(error.message)
    return error


async def _read(response: aiohttp.ClientResponse, largest: int, address: str) -> bytes:
    pieces, size = [], 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > largest:
            raise EngineResponseError(address, response.status, f"{address} answers with more than {largest:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)
