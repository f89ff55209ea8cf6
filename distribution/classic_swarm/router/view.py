# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a template sees: frozen values, checked before."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Server:
    """One instance of a service.

    :ivar name: of letters, digits and ``_.:-``; unique in the service, another one when its port is another one
    :ivar endpoint: ``address:port``, an IPv6 address in brackets
    :ivar weight: 0 to 256; 0 while it drains
    :ivar draining: it is about to stop
    """

    name: str
    identifier: str
    address: str
    port: int
    endpoint: str
    node: str
    container: str
    protocol: str
    tags: t.Tuple[str, ...] = ()
    attributes: t.Mapping[str, str] = field(default_factory=dict)
    weight: int = 100
    draining: bool = False


@dataclass(frozen=True)
class Service:
    """A service by its name. :ivar attributes: of all its instances; of two values the first instance's"""

    name: str
    instances: t.Tuple[Server, ...] = ()
    attributes: t.Mapping[str, str] = field(default_factory=dict)

    @property
    def tcp(self) -> t.Tuple[Server, ...]:
        """The instances that HTTP and TCP can reach."""
        return tuple(server for server in self.instances if server.protocol == "tcp")


@dataclass(frozen=True)
class Route:
    """Where paths lead. :ivar path: ``/``, or the beginning of paths, of whole parts"""

    path: str
    service: Service


@dataclass(frozen=True)
class Site:
    """What is served under one name. :ivar host: in lower case, ``*.`` before it for all below; None for every other

    :ivar routes: the longest paths first
    """

    host: t.Optional[str]
    routes: t.Tuple[Route, ...]


@dataclass(frozen=True)
class Port:
    """A port of the router that leads to a service."""

    port: int
    service: Service


@dataclass(frozen=True)
class Certificate:
    """A PEM file with a certificate and its key. :ivar host: as in ``Site``"""

    host: t.Optional[str]
    path: str


@dataclass(frozen=True)
class View:
    """All of it. :ivar certificates_state: another text whenever a certificate is another"""

    services: t.Mapping[str, Service]
    sites: t.Tuple[Site, ...] = ()
    ports: t.Tuple[Port, ...] = ()
    certificates: t.Tuple[Certificate, ...] = ()
    certificates_state: str = ""

    @property
    def http(self) -> t.Tuple[Service, ...]:
        """The services that sites lead to, in order, each once."""
        found = {route.service.name: route.service for site in self.sites for route in site.routes}
        return tuple(found[name] for name in sorted(found))
