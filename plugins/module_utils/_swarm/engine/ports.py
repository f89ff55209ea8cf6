# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The host ports that an engine lists for a container: as what it holds, and as people read them.

An engine lists a port that is bound on every address twice, for ``0.0.0.0`` and for ``::``.
"""

from __future__ import annotations

import typing as t

from ..model.ports import HostPort
from .fields import Fields, is_number

_EVERY = frozenset({"0.0.0.0", "::"})
_ANYWHERE = _EVERY | {""}


class ListedPort(t.NamedTuple):
    """One item of ``Ports``. :ivar public: the host's port, 0 where it is only exposed."""

    private: int
    protocol: str
    public: int
    address: str


def read_listed_ports(container: Fields) -> t.List[ListedPort]:
    """The items of ``Ports`` of a listed container, in the order in which people look for them."""
    found = [
        ListedPort(port.number("PrivatePort"), port.text("Type") or "tcp", port.number("PublicPort"), port.text("IP"))
        for port in container.objects("Ports")
    ]
    return sorted(found) if found else found


def read_ports_quickly(values: t.Sequence[t.Any]) -> t.Optional[t.List[ListedPort]]:
    """The same of a list whose every item is right; None where one has to be looked at.

    :raises KeyError, TypeError, AttributeError: one has to be looked at, too
    """
    found = []
    for value in values:
        private, public, protocol = value["PrivatePort"], value.get("PublicPort", 0), value["Type"]
        address = value.get("IP", "")
        if not (is_number(private) and is_number(public) and protocol and type(protocol) is type(address) is str):
            return None
        found.append(ListedPort(private, protocol, public, address))
    return sorted(found) if len(found) > 1 else found


def held_ports(listed: t.Sequence[ListedPort]) -> t.Set[HostPort]:
    """The host ports held; both listings of one that is bound on every address are one, with the address ``""``."""
    bound: t.Dict[t.Tuple[int, str], t.Set[str]] = {}
    for port in listed:
        if port.public:
            bound.setdefault((port.public, port.protocol), set()).add(port.address)
    return {
        HostPort(address, number, protocol)
        for (number, protocol), addresses in bound.items()
        for address in ((addresses - _EVERY) | {""} if addresses >= _EVERY else addresses)
    }


def describe_ports(listed: t.Sequence[ListedPort], host: str) -> t.Tuple[str, ...]:
    """``10.0.0.5:80->8080/tcp`` for each, ``443/tcp`` for one that is only exposed, without doubles.

    :param host: of the node; it stands where a port is bound on every address, as that is where it is reached
    """
    if not listed:
        return ()
    shown = f"[{host}]" if ":" in host else host
    described = []
    for port in listed:
        target = f"{port.private}/{port.protocol}"
        if port.public:
            address = f"[{port.address}]" if ":" in port.address else port.address
            target = f"{shown if port.address in _ANYWHERE else address}:{port.public}->{target}"
        described.append(target)
    return tuple(dict.fromkeys(described))
