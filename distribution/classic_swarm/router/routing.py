# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which hosts, paths and ports lead to which service, as services say it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .names import parse_host, parse_path, parse_port
from .view import Port, Route, Service, Site

HOST, PATH, PORT = "route_host", "route_path", "route_port"

_Parsed = t.TypeVar("_Parsed")
#: Paths with their services, by host.
_Table = t.Dict[t.Optional[str], t.Dict[str, Service]]


@dataclass(frozen=True)
class Routing:
    """:ivar problems: sentences about what is not routed, and why"""

    sites: t.Tuple[Site, ...]
    ports: t.Tuple[Port, ...]
    problems: t.Tuple[str, ...]


def route(services: t.Mapping[str, Service], taken_ports: t.Container[int], default: t.Optional[str]) -> Routing:
    """
    :param services: in the order in which they win where two say the same
    :param taken_ports: of the router, which no service can have
    :param default: name of the service that gets what leads nowhere else
    """
    table: _Table = {}
    ports: t.Dict[int, Service] = {}
    problems: t.List[str] = []
    for service in services.values():
        for host, path in _pairs(service, problems):
            other = table.setdefault(host, {}).setdefault(path, service)
            if other is not service:
                problems.append(f"{service.name}: {host or 'every host'}{path} leads to {other.name} already")
        for port in _said(service, PORT, parse_port, problems):
            if port in taken_ports:
                problems.append(f"{service.name}: port {port} is the router's own")
            elif ports.setdefault(port, service) is not service:
                problems.append(f"{service.name}: port {port} leads to {ports[port].name} already")
    if default is not None and default in services:
        table.setdefault(None, {}).setdefault("/", services[default])
    elif default is not None:
        problems.append(f"the default service {default} is not in the store")
    return Routing(
        tuple(Site(host, _routes(host, table)) for host in sorted(table, key=_order)),
        tuple(Port(port, service) for port, service in sorted(ports.items())),
        tuple(dict.fromkeys(problems)),
    )


def _pairs(service: Service, problems: t.List[str]) -> t.Iterator[t.Tuple[t.Optional[str], str]]:
    hosts = _said(service, HOST, parse_host, problems)
    paths = _said(service, PATH, parse_path, problems)
    if not hosts and (HOST in service.attributes or not paths):
        # A host that cannot be read must not become every host.
        return
    if not paths and PATH in service.attributes:
        return
    for host in hosts or (None,):
        for path in paths or ("/",):
            yield host, path


def _said(
    service: Service, name: str, parse: t.Callable[[str], _Parsed], problems: t.List[str]
) -> t.Tuple[_Parsed, ...]:
    found = []
    for text in service.attributes.get(name, "").split(","):
        if text.strip():
            try:
                found.append(parse(text.strip()))
            except ValueError as error:
                problems.append(f"{service.name}: SERVICE_{name.upper()}: {error}")
    return tuple(dict.fromkeys(found))


def _routes(host: t.Optional[str], table: _Table) -> t.Tuple[Route, ...]:
    """Its own, and of wider hosts what its own do not cover."""
    routes: t.Dict[str, Service] = {}
    for wider in _wider(host, table):
        own = [*routes]
        routes.update(
            (path, service) for path, service in table[wider].items() if not any(_covers(each, path) for each in own)
        )
    return tuple(Route(path, routes[path]) for path in sorted(routes, key=lambda path: (-len(path), path)))


def _wider(host: t.Optional[str], table: _Table) -> t.List[t.Optional[str]]:
    """The host itself, then the wildcards around it, the nearest first, then every host."""
    found = [host]
    rest = "" if host is None else host[2:] if host.startswith("*.") else host
    while "." in rest:
        rest = rest.partition(".")[2]
        if f"*.{rest}" in table:
            found.append(f"*.{rest}")
    return [*found, None] if host is not None and None in table else found


def _covers(beginning: str, path: str) -> bool:
    return beginning in ("/", path) or path.startswith(f"{beginning}/")


def _order(host: t.Optional[str]) -> t.Tuple[int, int, str]:
    """Whole names, then wildcards with the nearest first, then every host."""
    if host is None:
        return 2, 0, ""
    return (1, -len(host), host) if host.startswith("*.") else (0, 0, host)
