# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One request of a client, taken apart, as every route's handler gets it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from aiohttp import web
from multidict import MultiDict

from ..._swarm.engine.versions import Version
from ..._swarm.wire.json_reply import NoJSONError, read_json
from ..errors import BadRequestError, TooLargeError
from ..manager import Manager
from ..security.roles import Role, Subject

#: Bytes of a JSON body.
LARGEST_JSON = 4 * 1024 * 1024

#: A handler of a kind of routes.
Handler = t.Callable[["Call"], t.Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """One row of the table of routes.

    :ivar method: ``GET`` serves ``HEAD`` only where a row says so
    :ivar path: without the version; one part in braces, which may hold slashes
    :ivar handler: what answers
    :ivar role: who may
    :ivar body: ``none``: read and dropped; ``json``: read, parsed, and written anew where it is passed on; ``raw``:
        passed on piece by piece
    """

    method: str
    path: str
    handler: Handler
    role: Role
    body: str = "none"


@dataclass
class Call:
    """One request.

    :ivar values: the part of the path in braces, by its name, decoded
    :ivar version: the API version in the path; the announced one where there is none
    :ivar query: decoded; handlers that pass it on may change it before
    :ivar noted: what the audit line tells besides: container, node, image
    :ivar further: headers that are passed on beside the client's
    """

    request: web.BaseRequest
    route: Route
    values: t.Mapping[str, str]
    version: Version
    query: MultiDict[str]
    manager: Manager
    subject: Subject
    noted: t.Dict[str, t.Any] = field(default_factory=dict)
    further: t.Dict[str, str] = field(default_factory=dict)
    _body: t.Optional[bytes] = None

    async def body(self, largest: int = LARGEST_JSON) -> bytes:
        """The whole body.

        :raises TooLargeError: it is larger
        """
        if self._body is None:
            pieces, size = [], 0
            async for piece in self.request.content.iter_any():
                size += len(piece)
                if size > largest:
                    raise TooLargeError(f"the body of this request is larger than {largest:,} bytes")
                pieces.append(piece)
            self._body = b"".join(pieces)
        return self._body

    def replace_body(self, body: bytes) -> None:
        """Pass on another body than the one that came."""
        self._body = body

    async def json(self) -> t.Any:
        """The value in the body, None for an empty one.

        :raises BadRequestError: it is not JSON
        :raises TooLargeError: it is larger than is read
        """
        body = await self.body()
        if not body.strip():
            return None
        if self.request.headers.get("Content-Encoding", "identity") != "identity":
            raise BadRequestError("a JSON body is sent without Content-Encoding")
        try:
            return read_json(body)
        except NoJSONError as error:
            raise BadRequestError(f"the body must be a JSON object, and is {error}") from error

    async def json_object(self) -> t.Dict[str, t.Any]:
        """The object in the body, empty for an empty one.

        :raises BadRequestError, TooLargeError: as ``json``, and where it is no object
        """
        value = await self.json()
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise BadRequestError("the body must be a JSON object")
        return value

    def flag(self, name: str) -> bool:
        """Whether a parameter is set, as engines read it: all but an empty text, 0, no, false and none."""
        return self.query.get(name, "").strip().lower() not in ("", "0", "no", "false", "none")

    def json_response(self, value: t.Any, status: int = 200) -> web.Response:
        """An answer of JSON."""
        return json_response(value, status)


def json_response(value: t.Any, status: int = 200) -> web.Response:
    """An answer of JSON, with a line's end behind it, as engines write it."""
    return web.Response(body=json.dumps(value).encode() + b"\n", status=status, content_type="application/json")
