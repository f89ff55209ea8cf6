# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Ports of a host: (address, number, protocol)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ..errors import InputError

#: Addresses that stand for every address of their family; the empty one for both families.
_EVERY_ADDRESS = {"": (4, 6), "0.0.0.0": (4,), "::": (6,)}


def addresses_overlap(one: str, other: str) -> bool:
    """Whether a bind to ``one`` and a bind to ``other`` with the same number and protocol collide.

    ``0.0.0.0`` covers every IPv4 address, ``::`` every IPv6 address, the empty one all of them.
    """
    if one == other:
        return True
    families_one, families_other = _families(one), _families(other)
    if not set(families_one) & set(families_other):
        return False
    return one in _EVERY_ADDRESS or other in _EVERY_ADDRESS


def _families(address: str) -> t.Tuple[int, ...]:
    return _EVERY_ADDRESS.get(address) or ((6,) if ":" in address else (4,))


@dataclass(frozen=True, order=True)
class HostPort:
    """One port of a host that a container holds.

    :ivar address: an IP address without brackets; empty for every address
    :ivar number: 1 to 65535
    :ivar protocol: ``tcp``, ``udp`` or ``sctp``
    """

    address: str
    number: int
    protocol: str = "tcp"

    def __str__(self) -> str:
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address + ':' if address else ''}{self.number}/{self.protocol}"

    def collides_with(self, other: HostPort) -> bool:
        """Whether only one of the two can be held at a time."""
        return (
            self.number == other.number
            and self.protocol == other.protocol
            and addresses_overlap(self.address, other.address)
        )


_HOST_PORT = re.compile(
    r"(?:(?:\[(?P<v6>[0-9A-Fa-f:.%]+)\]|(?P<v4>[^\[\]:]+)):)?(?P<number>[0-9]{1,5})/(?P<protocol>\w+)"
)
_PROTOCOLS = ("tcp", "udp", "sctp")


def parse_host_port(text: str) -> HostPort:
    """The port that ``str(HostPort)`` wrote.

    :raises InputError: the text is nothing of that kind
    """
    match = _HOST_PORT.fullmatch(text)
    if match and 1 <= int(match["number"]) <= 65535 and match["protocol"] in _PROTOCOLS:
        return HostPort(match["v6"] or match["v4"] or "", int(match["number"]), match["protocol"])
    raise InputError(f"'{text}' is not a host port; write it as 80/tcp, 10.0.0.1:80/tcp or [::1]:80/tcp")


@dataclass(frozen=True, order=True)
class HostPortRequest:
    """A wish for one host port: any number from ``first`` to ``last`` (both included; equal for a fixed port)."""

    address: str
    first: int
    last: int
    protocol: str = "tcp"

    @property
    def fixed(self) -> bool:
        """Whether only one number will do."""
        return self.first == self.last

    def __str__(self) -> str:
        """For people, who name no address when they mean all of them."""
        numbers = str(self.first) if self.fixed else f"{self.first}-{self.last}"
        address = "" if self.address == "0.0.0.0" else f"[{self.address}]" if ":" in self.address else self.address
        return f"{address + ':' if address else ''}{numbers}/{self.protocol}"
