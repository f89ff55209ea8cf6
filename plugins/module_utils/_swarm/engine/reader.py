# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The few questions that tell the state of one engine, asked one after another over one connection.

Paths carry no version: the engine answers with its newest, and the replies read here are alike in all of them.
"""

from __future__ import annotations

import functools
import json
import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import EngineError, EngineNotFoundError, EngineResponseError
from ..wire.connection import EngineConnection
from ..wire.drivers import Steps
from ..wire.json_reply import NoJSONError, read_json
from ..wire.response import Response
from .failure import explain_status
from .fields import Fields
from .inspection import read_held_quickly
from .replies import Inspect, Inspection, RawEngine
from .snapshot import to_inspect
from .versions import Version, negotiate, our_versions, parse_version

_LISTED = "/containers/json"
_LIST = f"{_LISTED}?all=1"
_FOUND = 200


@functools.lru_cache(maxsize=64)
def _quoted(text: str) -> str:
    """A thousand engines are asked the same."""
    return quote(text, safe="")


def _written(filters: t.Mapping[str, t.Sequence[str]]) -> str:
    return json.dumps(filters, separators=(",", ":"))


@dataclass(frozen=True)
class Reading:
    """What is read of one engine.

    :ivar images: list the images too
    :ivar inspect: which containers to inspect
    :ivar lists: filters of lists of containers, in the Engine API's form; what is in any of these lists is read. None
        for all containers
    :ivar since: ID of a container; those that were created after it are read, too. All are where the engine does not
        know it any more
    """

    images: bool = False
    inspect: Inspect = Inspect.NONE
    lists: t.Optional[t.Tuple[t.Mapping[str, t.Sequence[str]], ...]] = None
    since: t.Optional[str] = None


@dataclass(frozen=True)
class Facts:
    """What an engine says of itself, which stays as it is while one task lasts.

    :ivar api_version: the newest that it speaks
    :ivar info: of ``/info``
    """

    api_version: Version
    info: t.Mapping[str, t.Any]


class EngineReader:
    """Asks one engine for its state. All methods are work that waits; they raise

    EngineError: an error status (503 while it starts), a reply that is none, wrong versions;
    OSError and NoHTTPError: no answer, for ``explain_failure``.
    """

    def __init__(self, address: str, connection: EngineConnection) -> None:
        self._address = address
        self._connection = connection

    def read_facts(self, api_version: str) -> Steps[Facts]:
        """Ask what the engine is.

        :param api_version: the setting
        :raises EngineVersionError: none is spoken by both sides
        """
        info, newest = yield from self._get("/info", dict)
        facts = Facts(self._parse(newest), info)
        ours = our_versions(api_version)
        if not ours[0] <= facts.api_version <= ours[1]:
            # the oldest version that the engine speaks is asked for only where it decides
            negotiate(self._address, ours, (yield from self.read_versions()))
        return facts

    def read_versions(self) -> Steps[t.Tuple[Version, Version]]:
        """Oldest and newest API version that it speaks."""
        content, _newest = yield from self._get("/version", dict)
        version = Fields(self._address, "/version", content)
        newest = self._parse(version.text("ApiVersion"))
        return parse_version(version.text("MinAPIVersion")) or newest, newest

    def read_state(self, facts: Facts, reading: Reading) -> Steps[RawEngine]:
        """Ask what is on the engine. A container that goes while it is inspected is not there."""
        containers = yield from self._list(reading)
        inspections, gone = yield from self._inspect(to_inspect(self._address, containers, reading.inspect))
        images = None
        if reading.images:
            images, _newest = yield from self._get("/images/json", list)
        present = [container for container in containers if container.get("Id") not in gone] if gone else containers
        return RawEngine(self._address, facts.api_version, facts.info, present, images, inspections)

    def _inspect(self, identities: t.Sequence[str]) -> Steps[t.Tuple[t.Dict[str, Inspection], t.Set[str]]]:
        """ID -> reply, and the IDs of containers that are gone since they were listed."""
        paths = [f"/containers/{quote(identity, safe='')}/json" for identity in identities]
        responses = yield from self._connection.get_all(paths)
        inspections: t.Dict[str, Inspection] = {}
        gone = set()
        for identity, path, response in zip(identities, paths, responses):
            try:
                quick = read_held_quickly(response.body) if response.status == _FOUND else None
                inspections[identity] = self._content(path, response, dict) if quick is None else quick
            except EngineNotFoundError:
                gone.add(identity)
        return inspections, gone

    def _list(self, reading: Reading) -> Steps[t.List[t.Any]]:
        if reading.lists is None:
            return (yield from self._whole_list())
        since = () if reading.since is None else ({"since": [reading.since]},)
        asked = (*reading.lists, *since)
        paths = [f"{_LIST}&filters={_quoted(_written(each))}" for each in asked]
        responses = yield from self._connection.get_all(paths)
        lists = [self._content(_LISTED, response, list) for response in responses[: len(reading.lists)]]
        for response in responses[len(reading.lists) :]:
            try:
                lists.append(self._content(_LISTED, response, list))
            except EngineResponseError:
                # 404 from some engines, 500 from others: it knows no such container
                lists.append((yield from self._whole_list()))
        found: t.Dict[t.Any, t.Any] = {}
        for containers in lists:
            for value in containers:
                found[Fields(self._address, "/containers/json", value).require("Id").text("Id")] = value
        return list(found.values())

    def _whole_list(self) -> Steps[t.List[t.Any]]:
        containers, _newest = yield from self._get(_LIST, list)
        return t.cast(t.List[t.Any], containers)

    def _get(self, target: str, kind: t.Type[t.Any]) -> Steps[t.Tuple[t.Any, str]]:
        """The JSON value that is answered, and the newest API version as the engine names it, or empty."""
        response = yield from self._connection.ask("GET", target)
        return self._content(target.partition("?")[0], response, kind), response.headers.get("api-version", "")

    def _content(self, path: str, response: Response, kind: t.Type[t.Any]) -> t.Any:
        """The JSON value of an answer."""
        if response.status >= 300:
            raise explain_status(self._address, response.status, response.body, f"GET {path}")
        try:
            content = read_json(response.body)
        except NoJSONError as error:
            raise EngineError(
                self._address, f"{self._address} answers {path} with {error}; is it a Docker engine?"
            ) from error
        if not isinstance(content, kind):
            wanted = "an object" if kind is dict else "a list"
            raise EngineError(self._address, f"{self._address} answers {path} without {wanted}; is it a Docker engine?")
        return content

    def _parse(self, text: str) -> Version:
        version = parse_version(text)
        if version is None:
            raise EngineError(
                self._address, f"{self._address} does not say which API version it speaks; is it a Docker engine?"
            )
        return version
