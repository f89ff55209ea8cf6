# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the agent is told: frozen, complete, checked on construction."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..discovery.entry import Entry
from ..errors import InputError
from ..settings import DiscoverySettings, TLSSettings

#: Seconds; more often tells nobody anything.
SHORTEST_HEARTBEAT = 1.0


@dataclass(frozen=True)
class EngineCheckSettings:
    """How the agent finds out whether its engine is healthy.

    :ivar url: ``unix:///run/docker.sock`` or ``tcp://HOST:PORT``
    :ivar tls: for ``tcp://``; not enabled: plain HTTP, which a TLS port of an engine answers too, see ``health``
    :ivar interval: seconds between two checks
    :ivar timeout: seconds that one check may take
    :ivar retries: further checks in a row that must fail before the engine counts as unhealthy
    """

    url: str
    tls: TLSSettings = field(default_factory=TLSSettings)
    interval: float = 10.0
    timeout: float = 5.0
    retries: int = 1

    def __post_init__(self) -> None:
        if self.interval <= 0 or self.timeout <= 0:
            raise InputError("--engine-interval and --engine-timeout must be more than 0, such as 10s")
        if self.retries < 0:
            raise InputError(f"--engine-retries is {self.retries}; it must be 0 or more")


@dataclass(frozen=True)
class JoinSettings:
    """How one engine is kept in discovery.

    :ivar entry: what is registered
    :ivar ttl: seconds after which the backend forgets an entry that nobody keeps
    :ivar heartbeat: seconds between two heartbeats
    :ivar delay: most seconds to wait before the first registration, so that not all agents come at once
    :ivar check: None to advertise the engine without asking it, as the original did
    """

    entry: Entry
    discovery: DiscoverySettings
    ttl: float = 180.0
    heartbeat: float = 60.0
    delay: float = 0.0
    check: t.Optional[EngineCheckSettings] = None

    def __post_init__(self) -> None:
        if self.heartbeat < SHORTEST_HEARTBEAT:
            raise InputError(f"--heartbeat is {self.heartbeat:g} s; it must be at least {SHORTEST_HEARTBEAT:g} s")
        # A backend may forget an entry once half of its TTL is over.
        if 2 * self.heartbeat >= self.ttl:
            raise InputError(
                f"a --heartbeat of {self.heartbeat:g} s is too seldom for a --ttl of {self.ttl:g} s: the entry could "
                f"vanish between two heartbeats; a third of the TTL is right, less than half of it is needed"
            )


@dataclass(frozen=True)
class DiscoveryServiceSettings:
    """How the discovery service runs.

    :ivar listen: where; its scheme says whether TLS is spoken
    :ivar store: the file that keeps tokens and entries
    :ivar cert: PEM file of its certificate, for ``https://``
    :ivar key: PEM file of its key
    """

    listen: Entry
    store: str
    cert: t.Optional[str] = None
    key: t.Optional[str] = None

    def __post_init__(self) -> None:
        if self.listen.scheme is None:
            raise InputError(
                f"--listen {self.listen.address} does not say how; write https://{self.listen.address}, "
                f"or http://{self.listen.address} where nobody else can listen in"
            )
        given = self.cert is not None and self.key is not None
        if self.listen.scheme == "https" and not given:
            raise InputError(f"--listen {self.listen} needs --cert and --key")
        if self.listen.scheme == "http" and (self.cert is not None or self.key is not None):
            raise InputError(f"--cert and --key are for https://, not for --listen {self.listen}")


@dataclass(frozen=True)
class RegisterSettings:
    """How the services of one engine are registered.

    :ivar discovery: the store; its prefix does not matter
    :ivar engine: where the engine is asked
    :ivar advertise: the address under which published ports are reached
    :ivar host: begins the identifiers; None for the engine's own name
    :ivar prefix: of the keys, without slashes around it
    :ivar catalog: the agent of this host in whose catalog they are to be as well; its source is an entry
    :ivar ttl: seconds after which all keys are gone when this process or its host has died
    """

    discovery: DiscoverySettings
    engine: EngineCheckSettings
    advertise: str
    host: t.Optional[str] = None
    prefix: str = "services"
    ttl: float = 30.0
    catalog: t.Optional[DiscoverySettings] = None
