# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From a connection to a handler and back: routes, versions, roles, errors."""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
import typing as t
from urllib.parse import parse_qsl

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from multidict import MultiDict

from ..._swarm.engine.versions import format_version
from ..._swarm.errors import EngineError, EngineResponseError, EngineUnreachableError, InputError, SwarmError
from ..errors import BadRequestError, ForbiddenError, ManagerError, UnavailableError
from ..manager import Manager
from ..security.counting import Counter
from ..security.roles import Subject
from .allowed import check_allowed
from .call import Call, json_response
from .connection import Connection
from .metrics import Metrics
from .refusals import Refusals
from .replica import STALE, Answers, PrimaryGoneError, pass_on, require_primary, who_answers
from .routes import ROUTES
from .routing import Router, split_version

#: Bytes of a line of the head, and of all of it: X-Registry-Config holds the credentials of every registry.
_LARGEST_HEADER = 64 * 1024
#: Seconds for which a connection that nobody uses is kept.
_KEEP_ALIVE = 300.0
_MOST_PARAMETERS = 1000

_CREATE = "/containers/create"
#: As the original answers scripts of other web sites.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Accept, X-Registry-Auth",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, PUT, OPTIONS, HEAD",
}

#: Finds out who asks.
Identify = t.Callable[[web.BaseRequest], Subject]


class Request(web.BaseRequest):
    """aiohttp's; every answer, streamed or not, gets the endpoint's own headers before it begins."""

    #: Headers of every answer, made anew for each.
    own_headers: t.Callable[[], t.Mapping[str, str]]
    #: Whether the connection ends with this answer.
    last: t.Callable[[], bool]

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        if self.last():
            response.force_close()
        for name, value in self.own_headers().items():
            response.headers.setdefault(name, value)


class Server(web.Server):
    """Answers every request that listeners take.

    :param identify: says who asks; raises ForbiddenError for whom nobody knows
    """

    def __init__(self, manager: Manager, identify: Identify) -> None:
        super().__init__(self._answer, request_factory=self._make_own_request, handler_cancellation=True)
        self._manager = manager
        self._identify = identify
        self._router = Router(ROUTES)
        self._draining = False
        self.metrics = Metrics()
        self.refusals = Refusals()
        limits = manager.settings.limits
        self.requests_of = Counter(limits.streams, "requests and streams")
        self.creates_of = Counter(limits.creates, "creates")

    def take_no_more(self) -> None:
        """End connections that nothing is under way on, and every other one with its next answer."""
        self._draining = True
        for connection in self.connections:
            if not t.cast(Connection, connection).busy:
                connection.close()

    def __call__(self) -> Connection:
        """A protocol for one connection."""
        limits = self._manager.settings.limits
        return Connection(
            self,
            loop=self._loop,
            access_log=None,
            patience=limits.handshake,
            welcome=len(self._connections) < limits.connections,
            keepalive_timeout=_KEEP_ALIVE,
            max_line_size=_LARGEST_HEADER,
            max_field_size=_LARGEST_HEADER,
            auto_decompress=False,
        )

    def _make_own_request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> Request:
        request = Request(message, payload, protocol, writer, task, self._loop)
        request.own_headers = self._headers
        request.last = lambda: self._draining
        return request

    def _headers(self) -> t.Mapping[str, str]:
        own = {"Api-Version": format_version(self._manager.api_version), "Server": "classic.swarm"}
        return {**own, **_CORS} if self._manager.settings.cors else own

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        audit: t.Dict[str, t.Any] = {"method": request.method}
        begun, status = time.monotonic(), "gone"
        try:
            response = await self._answer_or_refuse(request, audit)
            status = str(response.status)
            return response
        finally:
            seconds = time.monotonic() - begun
            self.metrics.count(request.method, audit.get("route", ""), status, seconds)
            if audit.get("route") != "/_ping":
                audit.update(status=status, ms=round(1000 * seconds))
                self._manager.audit(audit)

    async def _answer_or_refuse(self, request: web.BaseRequest, audit: t.Dict[str, t.Any]) -> web.StreamResponse:
        try:
            return await self._dispatch(request, audit)
        except asyncio.CancelledError:
            raise
        except SwarmError as error:
            _refuse_half_an_answer(request, error)
            if audit.get("route") == _CREATE:
                self.refusals.note(request.query.get("name", ""), str(audit.get("subject", "")), error.message)
            return _error_response(error)
        except ConnectionError:
            # The client is gone.
            raise
        except Exception as error:
            self._manager.log(f"{request.method} {request.path}: {traceback.format_exc()}")
            _refuse_half_an_answer(request, error)
            return json_response({"message": "internal error; the manager's log says more"}, 500)

    async def _dispatch(self, request: web.BaseRequest, audit: t.Dict[str, t.Any]) -> web.StreamResponse:
        subject = self._identify(request)
        audit.update(subject=subject.name, address=subject.address)
        if request.method == "OPTIONS" and self._manager.settings.cors:
            return web.Response()
        raw_path, _mark, raw_query = request.raw_path.partition("?")
        version, path = split_version(raw_path)
        route, values = self._router.find(request.method, path)
        audit["route"] = route.path
        if subject.role < route.role:
            raise ForbiddenError(
                f"{subject.name} may not do this: it needs the role {route.role.name.lower()}, "
                f"and the role of {subject.name} is {subject.role.name.lower()}"
            )
        call = Call(
            request,
            route,
            values,
            version or self._manager.api_version,
            _parse_query(raw_query),
            self._manager,
            subject,
            audit,
        )
        with contextlib.ExitStack() as stack:
            client = f"{subject.name} ({subject.address})"
            stack.enter_context(self.requests_of.one(client))
            if route.path == _CREATE:
                stack.enter_context(self.creates_of.one(client))
            if request.headers.get("Expect", "").lower() == "100-continue":
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await check_allowed(call)
            answers = await who_answers(call)
            if answers is Answers.PRIMARY:
                try:
                    return await pass_on(call)
                except PrimaryGoneError:
                    if request.method not in ("GET", "HEAD") or request.writer.output_size > 0:
                        raise
                    answers = Answers.STALE
            if answers is Answers.STALE:
                t.cast(Request, request).own_headers = lambda: {**self._headers(), STALE: "true"}
            elif request.method not in ("GET", "HEAD"):
                require_primary(call)
            return await route.handler(call)


def _refuse_half_an_answer(request: web.BaseRequest, error: Exception) -> None:
    """:raises ConnectionError: an answer was begun: one that ends early must not look complete"""
    if request.writer.output_size > 0:
        raise ConnectionAbortedError(str(error))


def _parse_query(text: str) -> MultiDict[str]:
    try:
        return MultiDict(
            parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS, separator="&")
        )
    except ValueError:
        raise BadRequestError("the parameters behind the path cannot be read") from None


def _error_response(error: SwarmError) -> web.Response:
    """An error as an engine tells one."""
    status = 500
    if isinstance(error, (ManagerError, EngineResponseError)):
        status = error.status
    elif isinstance(error, InputError):
        status = 400
    elif isinstance(error, (EngineUnreachableError, EngineError)):
        status = 502
    response = json_response({"message": error.message}, status if status >= 400 else 502)
    if status == UnavailableError.status:
        response.headers["Retry-After"] = "1"
    return response
