# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The keys of a store -> services."""

from __future__ import annotations

import typing as t
from collections import ChainMap
from dataclasses import dataclass, replace

from .._swarm.errors import InputError
from .._swarm.services.instance import Instance, read_instance
from .names import server_problem, service_problem
from .view import Server, Service


@dataclass(frozen=True)
class Keys:
    """What the three folders of a store hold, by the part of the path behind the folder.

    :ivar services: ``address:port`` by service and identifier
    :ivar facts: JSON by the same
    :ivar draining: IDs of containers that are about to stop
    """

    services: t.Mapping[str, str]
    facts: t.Mapping[str, str]
    draining: t.FrozenSet[str]


@dataclass(frozen=True)
class _Known:
    endpoint: str
    facts: t.Optional[str]
    container: str
    server: t.Optional[Server]
    problems: t.Tuple[str, ...]


class Reader:
    """Keeps what it has read, so that one change costs one change."""

    def __init__(self) -> None:
        self._known: t.Dict[str, _Known] = {}

    def read(self, keys: Keys) -> t.Tuple[t.Dict[str, Service], t.List[str]]:
        """The services by name, in order, and sentences about what is left out."""
        known = {path: self._look(path, endpoint, keys.facts.get(path)) for path, endpoint in keys.services.items()}
        self._known = known
        servers: t.Dict[str, t.List[Server]] = {}
        problems: t.List[str] = []
        for path, each in sorted(known.items()):
            problems += each.problems
            if each.server is not None:
                server = each.server
                if each.container in keys.draining:
                    server = replace(server, weight=0, draining=True)
                servers.setdefault(path.partition("/")[0], []).append(server)
        return _services(servers, problems), list(dict.fromkeys(problems))

    def _look(self, path: str, endpoint: str, facts: t.Optional[str]) -> _Known:
        before = self._known.get(path)
        # Facts are removed a moment before the key they belong to: what they said holds until it goes.
        if before is not None and before.endpoint == endpoint and facts in (None, before.facts):
            return before
        return _read_one(path, endpoint, facts)


def _read_one(path: str, endpoint: str, facts: t.Optional[str]) -> _Known:
    service, _slash, identifier = path.partition("/")
    problem = service_problem(service) or server_problem(identifier)
    try:
        instance = read_instance(path, endpoint, facts)
    except InputError as error:
        problem = problem or f"{path} is left out: {error}"
    if problem is not None:
        return _Known(endpoint, facts, "", None, (problem,))
    attributes = {name: value for name, value in instance.attributes.items() if value.isprintable()}
    odd = tuple(
        f"the attribute {name} of {path} is left out: it has a character that cannot be seen"
        for name in instance.attributes
        if name not in attributes
    )
    return _Known(endpoint, facts, instance.container_id or "", _server(instance, attributes), odd)


def _server(instance: Instance, attributes: t.Mapping[str, str]) -> Server:
    return Server(
        # A container that is created anew under its name has another port mostly: then it is another server.
        f"{instance.identifier}:{instance.port}",
        instance.identifier,
        instance.address,
        instance.port,
        instance.endpoint,
        instance.node,
        instance.container,
        instance.protocol,
        tuple(tag for tag in instance.tags if tag.isprintable()),
        attributes,
        instance.weight,
    )


def _services(servers: t.Mapping[str, t.Sequence[Server]], problems: t.List[str]) -> t.Dict[str, Service]:
    services: t.Dict[str, Service] = {}
    taken: t.Dict[str, str] = {}
    for name, each in sorted(servers.items()):
        other = taken.setdefault(name.lower(), name)
        if other != name:
            # nginx takes both for one.
            problems.append(f"the service '{name}' is left out: it differs from '{other}' by capital letters only")
            continue
        attributes = dict(ChainMap(*(dict(server.attributes) for server in each)))
        services[name] = Service(name, tuple(each), attributes)
    return services
