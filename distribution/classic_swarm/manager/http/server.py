# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From a connection to a handler and back: routes, versions, roles, errors."""

from __future__ import annotations

import asyncio
import traceback
import typing as t
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from ..._swarm.engine.versions import format_version
from ..._swarm.errors import EngineError, EngineResponseError, EngineUnreachableError, InputError, SwarmError
from ..errors import BadRequestError, ForbiddenError, ManagerError
from ..manager import Manager
from ..security.roles import Subject
from .call import Call, json_response
from .connection import Connection
from .routes import ROUTES
from .routing import Router, split_version

#: Bytes of a line of the head, and of all of it: X-Registry-Config holds the credentials of every registry.
_LARGEST_HEADER = 64 * 1024
#: Seconds for which a connection that nobody uses is kept.
_KEEP_ALIVE = 300.0
_MOST_PARAMETERS = 1000

#: Finds out who asks.
Identify = t.Callable[[web.BaseRequest], Subject]


class Server(web.Server):
    """Answers every request that listeners take.

    :param identify: says who asks; raises ForbiddenError for whom nobody knows
    """

    def __init__(self, manager: Manager, identify: Identify) -> None:
        super().__init__(self._answer, handler_cancellation=True)
        self._manager = manager
        self._identify = identify
        self._router = Router(ROUTES)

    def __call__(self) -> Connection:
        """A protocol for one connection."""
        return Connection(
            self,
            loop=self._loop,
            access_log=None,
            keepalive_timeout=_KEEP_ALIVE,
            max_line_size=_LARGEST_HEADER,
            max_field_size=_LARGEST_HEADER,
            auto_decompress=False,
        )

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = await self._dispatch(request)
        except asyncio.CancelledError:
            raise
        except SwarmError as error:
            response = _error_response(error)
        except ConnectionError:
            # The client is gone, or what it was sent broke off: an answer that ends early must not look complete.
            raise
        except Exception:
            self._manager.log(f"{request.method} {request.path}: {traceback.format_exc()}")
            response = json_response({"message": "internal error; the manager's log says more"}, 500)
        if not response.prepared:
            _add_headers(response, self._manager)
        return response

    async def _dispatch(self, request: web.BaseRequest) -> web.StreamResponse:
        raw_path, _mark, raw_query = request.raw_path.partition("?")
        version, path = split_version(raw_path)
        route, values = self._router.find(request.method, path)
        subject = self._identify(request)
        if subject.role < route.role:
            raise ForbiddenError(
                f"{subject.name} may not do this: it takes the role {route.role.name.lower()}, "
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
        )
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return await route.handler(call)


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
    return json_response({"message": error.message}, status if status >= 400 else 502)


def _add_headers(response: web.StreamResponse, manager: Manager) -> None:
    response.headers.setdefault("Api-Version", format_version(manager.api_version))
    response.headers.setdefault("Server", "classic.swarm")
