# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The path of a request: its API version, its route, and the part in braces."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote_to_bytes

from ..._swarm.engine.versions import Version, parse_version
from ..errors import BadRequestError, NotFoundError
from .call import Route

_VERSIONED = re.compile(r"/v([0-9]+\.[0-9]+)(/.*)", re.DOTALL)
#: The braces of a path in the table, as re.escape leaves them.
_BRACES = re.compile(r"\\\{([a-z]+)\\\}")


class Router:
    """Finds routes in a table; the first that fits is it."""

    def __init__(self, table: t.Sequence[Route]) -> None:
        self._rows: t.Dict[str, t.List[t.Tuple[t.Pattern[str], Route]]] = {}
        for route in table:
            # A name may hold slashes, written as they are or as %2F: node/name, registry/image.
            pattern = _BRACES.sub(lambda braces: f"(?P<{braces[1]}>.+)", re.escape(route.path))
            self._rows.setdefault(route.method, []).append((re.compile(pattern, re.DOTALL), route))

    def find(self, method: str, path: str) -> t.Tuple[Route, t.Dict[str, str]]:
        """The route, and the part of the path in braces, decoded.

        :param path: as it came, without version and query
        :raises NotFoundError: no route has this path
        :raises BadRequestError: the part in braces cannot be a name
        """
        for pattern, route in self._rows.get(method, ()):
            match = pattern.fullmatch(path)
            if match is not None:
                return route, {name: _decode(value) for name, value in match.groupdict().items()}
        raise NotFoundError("page not found")


def split_version(path: str) -> t.Tuple[t.Optional[Version], str]:
    """``/v1.41/info`` as ``((1, 41), "/info")``; None where no version is written."""
    match = _VERSIONED.fullmatch(path)
    if match is None:
        return None, path
    return parse_version(match[1]), match[2]


def _decode(value: str) -> str:
    try:
        name = unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError("a name in the path is not UTF-8") from None
    if any(character < " " or character == "\x7f" for character in name):
        raise BadRequestError("a name in the path has a control character")
    # An engine would take them out of the path, and answer for another route than the one that was authorized.
    if any(part in (".", "..") for part in name.split("/")):
        raise BadRequestError("a name in the path has a part that is '.' or '..'")
    return name
