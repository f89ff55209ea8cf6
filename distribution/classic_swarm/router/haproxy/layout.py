# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A configuration of HAProxy, taken apart into its servers and all else. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

_SECTIONS = frozenset(
    (
        "backend",
        "cache",
        "defaults",
        "fcgi-app",
        "frontend",
        "global",
        "http-errors",
        "listen",
        "log-forward",
        "mailers",
        "peers",
        "program",
        "resolvers",
        "ring",
        "userlist",
    )
)
#: What makes a line more than words with spaces between.
_SPECIAL = frozenset("\\\"'#$")
#: HAProxy's own.
_DEFAULT_WEIGHT = 1


@dataclass(frozen=True)
class ServerLine:
    """What stands behind the name of a server.

    :ivar address: with its port
    :ivar options: all words behind it but the weight
    """

    address: str
    weight: int
    options: t.Tuple[str, ...]

    @property
    def words(self) -> str:
        """As it is written."""
        return " ".join((self.address, f"weight {self.weight}", *self.options))


@dataclass(frozen=True)
class Layout:
    """
    :ivar frame: all but the servers of backends, as text
    :ivar servers: by backend and name
    :ivar has_defaults: ``default-server`` stands somewhere, which servers that are added at run time do not get
    """

    frame: str
    servers: t.Mapping[str, t.Mapping[str, ServerLine]]
    has_defaults: bool


def parse_layout(text: str) -> Layout:
    """Take a configuration apart. A line that is not as simple as it can be belongs to the frame."""
    frame: t.List[str] = []
    servers: t.Dict[str, t.Dict[str, ServerLine]] = {}
    backend: t.Optional[str] = None
    has_defaults = False
    for line in text.split("\n"):
        words = line.split()
        keyword = words[0] if words else ""
        if keyword in _SECTIONS:
            backend = words[1] if keyword in ("backend", "listen") and len(words) > 1 else None
        has_defaults = has_defaults or keyword == "default-server"
        if keyword == "server" and backend is not None and not _SPECIAL & set(line):
            parsed = _parse(words)
            if parsed is not None and words[1] not in servers.get(backend, {}):
                servers.setdefault(backend, {})[words[1]] = parsed
                continue
        frame.append(line)
    return Layout("\n".join(frame), servers, has_defaults)


def _parse(words: t.Sequence[str]) -> t.Optional[ServerLine]:
    if len(words) < 3:
        return None
    options, weight = list(words[3:]), _DEFAULT_WEIGHT
    if "weight" in options:
        at = options.index("weight")
        value = options[at + 1] if at + 1 < len(options) else ""
        if not (value.isascii() and value.isdecimal()):
            return None
        weight = int(value)
        del options[at : at + 2]
    return ServerLine(words[2], weight, tuple(options))
