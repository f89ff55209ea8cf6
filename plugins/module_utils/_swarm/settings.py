# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Settings that a caller hands to the product: frozen, complete, checked on construction.

Nothing here reads an environment variable or a file: the callers (modules, inventory, daemon) hand the values in.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .errors import InputError
from .expression import Expression

#: Oldest and newest Engine API that this product speaks, (major, minor): engines 20.10 (1.41) to 29 (1.52).
API_VERSION_OLDEST = (1, 41)
API_VERSION_NEWEST = (1, 52)

#: What the original listened to by default, kept as the default source.
DEFAULT_DISCOVERY = "file:///etc/swarm/cluster.conf"


@dataclass(frozen=True)
class TLSSettings:
    """How connections are secured; used for engines and for discovery backends alike.

    :ivar enabled: speak TLS; an entry written with ``https://`` does so in any case
    :ivar verify: check the server's certificate and its name
    :ivar ca_path: PEM file of the authorities to trust, None for the system's
    :ivar client_cert: PEM file of our certificate, None for none
    :ivar client_key: PEM file of its key
    :ivar hostname: the name to expect in the server's certificate in place of the address
    """

    enabled: bool = False
    verify: bool = True
    ca_path: t.Optional[str] = None
    client_cert: t.Optional[str] = None
    client_key: t.Optional[str] = None
    hostname: t.Optional[str] = None

    def __post_init__(self) -> None:
        if (self.client_cert is None) != (self.client_key is None):
            given, missing = ("client_cert", "client_key") if self.client_cert else ("client_key", "client_cert")
            raise InputError(f"{given} is set and {missing} is not; a client certificate and its key go together")


@dataclass(frozen=True)
class DiscoverySettings:
    """Where the entries come from.

    :ivar source: a discovery URL or a bare list of host:port
    :ivar tls: for the backend itself
    :ivar timeout: seconds that one host of the backend may take to answer
    :ivar options: the values of the backend's own options that are set, by name, some of them secrets; what there is
        says its class
    """

    source: str = DEFAULT_DISCOVERY
    tls: TLSSettings = field(default_factory=TLSSettings)
    timeout: float = 10.0
    options: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        # A copy of its own: nobody else's change of the mapping is a change of the settings.
        object.__setattr__(self, "options", dict(self.options))


@dataclass(frozen=True)
class EngineSettings:
    """How engines are spoken to.

    :ivar tls: for every engine
    :ivar timeout: seconds that one acting call may take (create, start, stop, each silent stretch of a pull)
    :ivar snapshot_timeout: seconds that one engine may take to answer when the cluster's state is read
    :ivar api_version: ``auto`` (negotiated with each engine) or a fixed version such as ``1.41``
    """

    tls: TLSSettings = field(default_factory=TLSSettings)
    timeout: float = 60.0
    snapshot_timeout: float = 10.0
    api_version: str = "auto"


@dataclass(frozen=True)
class SchedulingSettings:
    """How a node is chosen. The names are checked by the scheduler's registry.

    :ivar strategy: name of a strategy
    :ivar filters: names of the filters to use, in any order; None for all
    :ivar rank: JMESPath expression for the ``expression`` strategy
    :ivar seed: for the ``random`` strategy
    :ivar overcommit: fraction by which reservations may exceed a node's memory and cpus (0.05 is five per cent)
    :ivar headroom_memory: bytes of each node that are never given to containers
    :ivar headroom_cpus: cpus of each node that are never given to containers
    :ivar spread_counts: ``running`` or ``all``: which containers the ``spread`` strategy counts
    """

    strategy: str = "spread"
    filters: t.Optional[t.Tuple[str, ...]] = None
    rank: t.Optional[str] = None
    seed: t.Optional[int] = None
    overcommit: float = 0.0
    headroom_memory: int = 0
    headroom_cpus: float = 0.0
    spread_counts: str = "running"

    def __post_init__(self) -> None:
        if self.overcommit < 0:
            raise InputError(f"overcommit is {self.overcommit:g}; it must be 0 or more, such as 0.05 for five per cent")
        if self.headroom_memory < 0 or self.headroom_cpus < 0:
            raise InputError("headroom_memory and headroom_cpus must be 0 or more")
        if self.spread_counts not in ("running", "all"):
            raise InputError(f"spread_counts is '{self.spread_counts}'; it must be 'running' or 'all'")


@dataclass(frozen=True)
class ClusterSettings:
    """What a task needs to know of the cluster that it works on.

    :ivar partition: constraints on the node that cut the cluster down for this task
    :ivar services: the store that registrators write into, with the prefix of the keys; None for none
    """

    discovery: DiscoverySettings = field(default_factory=DiscoverySettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    partition: t.Tuple[Expression, ...] = ()
    services: t.Optional[DiscoverySettings] = None
