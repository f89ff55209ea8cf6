# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Settings of the endpoint: frozen, complete, checked on construction."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass, field

from .._swarm.discovery.entry import Entry, parse_entry
from .._swarm.errors import InputError
from .._swarm.settings import DiscoverySettings, EngineSettings, SchedulingSettings


@dataclass(frozen=True)
class Listen:
    """Where clients are served.

    :ivar kind: ``tcp``, ``unix`` (``host`` is the path) or ``fd`` (``host`` is empty, a number, or the name of a socket
        that systemd hands over)
    """

    kind: str
    host: str
    port: int = 0

    def __str__(self) -> str:
        """As it is written on the command line."""
        if self.kind != "tcp":
            return f"{self.kind}://{self.host}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


#: As the original's.
DEFAULT_LISTEN = "tcp://127.0.0.1:2375"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_listen(text: str, option: str = "--host") -> Listen:
    """``tcp://HOST:PORT``, ``HOST:PORT``, ``:PORT``, ``unix://PATH`` or ``fd://``.

    :raises InputError: it is none of these
    """
    scheme, separator, rest = text.partition("://")
    if separator and scheme == "unix" and rest.startswith("/"):
        return Listen("unix", rest)
    if separator and scheme == "fd":
        return Listen("fd", rest)
    address = rest if separator else text
    if scheme == "tcp" or not separator:
        # As engines read it: no host is every address.
        address = f"0.0.0.0{address}" if address.startswith(":") else address
        try:
            entry: Entry = parse_entry(address, 2375)
        except InputError as error:
            raise InputError(f"{option}: {error}") from error
        return Listen("tcp", entry.host, entry.port)
    raise InputError(f"{option}: '{text}' is not an address to listen on; write tcp://HOST:PORT, unix://PATH or fd://")


@dataclass(frozen=True)
class ServerTLS:
    """The certificate that clients are shown, and whether they need one.

    :ivar certificate: PEM file with the certificate and those of its authorities
    :ivar key: PEM file of its key
    :ivar authority: PEM file of the authorities whose clients are let in, None to let everybody in
    """

    certificate: str
    key: str
    authority: t.Optional[str] = None


@dataclass(frozen=True)
class Limits:
    """What clients may cost.

    :ivar handshake: seconds for TLS and for the head of the first request
    :ivar connections: at one moment, of all clients
    :ivar streams: attached and followed by one client at one moment
    :ivar creates: under way for one client at one moment
    """

    handshake: float = 15.0
    connections: int = 10_000
    streams: int = 1_000
    creates: int = 64


@dataclass(frozen=True)
class ManagerSettings:
    """All that ``swarm manage`` was told.

    :ivar tls: None for plain connections
    :ivar heartbeat: most seconds between two readings of the discovery backend
    :ivar refresh: (least, most) seconds between two full readings of one engine
    :ivar failure_retry: failures in a row after which an engine is unhealthy
    :ivar overcommit: part of a node's memory and cpus that may be reserved beyond them
    :ivar create_retry: further tries after a failed create
    :ivar cors: answer browsers of any origin
    :ivar insecure: plain TCP beyond this machine is meant so
    :ivar replication: stand beside other managers, one of which acts
    :ivar advertise: where other managers reach this one
    :ivar drain: seconds for which streams may go on when the process is told to stop
    """

    discovery: DiscoverySettings
    listen: t.Tuple[Listen, ...] = (Listen("tcp", "127.0.0.1", 2375),)
    engine: EngineSettings = field(default_factory=EngineSettings)
    scheduling: SchedulingSettings = field(default_factory=lambda: SchedulingSettings(overcommit=0.05))
    tls: t.Optional[ServerTLS] = None
    limits: Limits = field(default_factory=Limits)
    heartbeat: float = 60.0
    refresh: t.Tuple[float, float] = (30.0, 360.0)
    failure_retry: int = 3
    create_retry: int = 0
    cors: bool = False
    insecure: bool = False
    replication: bool = False
    replication_ttl: float = 20.0
    advertise: t.Optional[str] = None
    refresh_on_node_filter: bool = False
    container_name_refresh_filter: t.Optional[str] = None
    log_level: str = "info"
    log_format: str = "text"
    metrics: t.Optional[Listen] = None
    policy: t.Optional[str] = None
    drain: float = 10.0
