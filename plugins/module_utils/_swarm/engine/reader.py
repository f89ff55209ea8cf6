# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The few questions that tell the state of one engine, asked over one lean connection.

The Docker SDK is for acting: reading a thousand engines through it takes three to four times as long.
Paths carry no version: the engine answers with its newest, and the replies read here are alike in all of them.
"""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ..errors import EngineError, EngineNotFoundError
from ..settings import EngineSettings
from .connection import EngineConnection, Reply
from .deadline import Deadline
from .fields import Fields
from .replies import Inspect, RawEngine
from .snapshot import to_inspect
from .tls import EngineTLS
from .versions import Version, negotiate, our_versions, parse_version


def read_engine(
    address: str,
    tls: t.Optional[EngineTLS],
    settings: EngineSettings,
    images: bool = False,
    inspect: Inspect = Inspect.NONE,
) -> RawEngine:
    """Ask one engine for its state.

    All questions together, with connecting and handshake, take at most ``settings.snapshot_timeout`` seconds.

    :param tls: None for plain HTTP
    :param images: list the images too
    :raises EngineError: not reached, not in time, wrong versions, an error status (503 while it starts), a bad reply
    """
    connection = EngineConnection(address, tls, Deadline(settings.snapshot_timeout))
    try:
        reply = connection.get("/info")
        info = _expect(address, "/info", reply, dict)
        api_version = _parse(address, reply.api_version)
        _check_version(address, connection, api_version, settings.api_version)
        containers = _expect(address, "/containers/json", connection.get("/containers/json?all=1"), list)
        inspections = _inspect(address, connection, to_inspect(address, containers, inspect))
        listed = _expect(address, "/images/json", connection.get("/images/json"), list) if images else None
    finally:
        connection.close()
    gone = {identity for identity, reply in inspections.items() if reply is None}
    present = [container for container in containers if container.get("Id") not in gone] if gone else containers
    known = {identity: reply for identity, reply in inspections.items() if reply is not None}
    return RawEngine(address, api_version, info, present, listed, known)


def read_versions(address: str, tls: t.Optional[EngineTLS], settings: EngineSettings) -> t.Tuple[Version, Version]:
    """Oldest and newest API version that one engine speaks.

    :raises EngineError: as ``read_engine``
    """
    connection = EngineConnection(address, tls, Deadline(settings.snapshot_timeout))
    try:
        return _ask_versions(address, connection)
    finally:
        connection.close()


def _ask_versions(address: str, connection: EngineConnection) -> t.Tuple[Version, Version]:
    version = Fields(address, "/version", connection.get("/version").content)
    newest = _parse(address, version.text("ApiVersion"))
    return parse_version(version.text("MinAPIVersion")) or newest, newest


def _check_version(address: str, connection: EngineConnection, newest: Version, setting: str) -> None:
    """Ask for the oldest version that the engine speaks, but only where it decides.

    :raises EngineVersionError: none is spoken by both sides
    """
    ours = our_versions(setting)
    if not ours[0] <= newest <= ours[1]:
        negotiate(address, ours, _ask_versions(address, connection))


def _parse(address: str, text: str) -> Version:
    version = parse_version(text)
    if version is None:
        raise EngineError(address, f"{address} does not say which API version it speaks; is it a Docker engine?")
    return version


def _inspect(
    address: str, connection: EngineConnection, identities: t.Iterable[str]
) -> t.Dict[str, t.Optional[t.Mapping[str, t.Any]]]:
    """ID -> reply; None for a container that was removed since it was listed."""
    replies: t.Dict[str, t.Optional[t.Mapping[str, t.Any]]] = {}
    for identity in identities:
        path = f"/containers/{quote(identity, safe='')}/json"
        try:
            replies[identity] = _expect(address, path, connection.get(path), dict)
        except EngineNotFoundError:
            replies[identity] = None
    return replies


def _expect(address: str, path: str, reply: Reply, kind: t.Type[t.Any]) -> t.Any:
    if not isinstance(reply.content, kind):
        wanted = "an object" if kind is dict else "a list"
        raise EngineError(address, f"{address} answers {path} without {wanted}; is it a Docker engine?")
    return reply.content
