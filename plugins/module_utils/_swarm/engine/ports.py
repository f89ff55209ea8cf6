# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The host ports that an engine lists for a container: as what it holds, and as people read them.

An engine lists a port that is bound on every address twice, for ``0.0.0.0`` and for ``::``.
"""

from __future__ import annotations

import typing as t

from ..model.ports import HostPort
from .fields import Fields

_EVERY = ("0.0.0.0", "::")


class ListedPort(t.NamedTuple):
    """One item of ``Ports``. :ivar public: the host's port, 0 where it is only exposed."""

    private: int
    protocol: str
    public: int
    address: str


def read_listed_ports(container: Fields) -> t.List[ListedPort]:
    """The items of ``Ports`` of a listed container, in the order in which people look for them."""
    items = container.objects("Ports")
    return sorted(
        ListedPort(port.number("PrivatePort"), port.text("Type") or "tcp", port.number("PublicPort"), port.text("IP"))
        for port in items
    )


def held_ports(listed: t.Iterable[ListedPort]) -> t.Set[HostPort]:
    """The host ports held; both listings of one that is bound on every address are one, with the address ``""``."""
    held = {HostPort(port.address, port.public, port.protocol) for port in listed if port.public}
    for port in tuple(held):
        twins = {HostPort(address, port.number, port.protocol) for address in _EVERY}
        if twins <= held:
            held = (held - twins) | {HostPort("", port.number, port.protocol)}
    return held


def describe_ports(listed: t.Iterable[ListedPort], host: str) -> t.Tuple[str, ...]:
    """``10.0.0.5:80->8080/tcp`` for each, ``443/tcp`` for one that is only exposed, without doubles.

    :param host: of the node; it stands where a port is bound on every address, as that is where it is reached
    """
    shown = f"[{host}]" if ":" in host else host
    described = []
    for port in listed:
        target = f"{port.private}/{port.protocol}"
        if port.public:
            address = f"[{port.address}]" if ":" in port.address else port.address
            target = f"{shown if port.address in ('', *_EVERY) else address}:{port.public}->{target}"
        described.append(target)
    return tuple(dict.fromkeys(described))
