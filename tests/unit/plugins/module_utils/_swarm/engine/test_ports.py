# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host ports that an engine lists."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fields import Fields
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.ports import (
    describe_ports,
    held_ports,
    read_listed_ports,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort

Item = dict[str, t.Any]


def item(private: int, public: int = 0, address: str = "", protocol: str = "tcp") -> Item:
    """As an engine lists it: what does not apply is left out."""
    optional = {"PublicPort": public, "IP": address}
    return {"PrivatePort": private, "Type": protocol, **{key: value for key, value in optional.items() if value}}


@pytest.mark.parametrize(
    ("items", "held", "described"),
    [
        ([], set(), ()),
        (None, set(), ()),
        ([item(443)], set(), ("443/tcp",)),
        ([item(80, 8080, "0.0.0.0")], {HostPort("0.0.0.0", 8080)}, ("10.0.0.5:8080->80/tcp",)),
        ([item(80, 8080, "0.0.0.0"), item(80, 8080, "::")], {HostPort("", 8080)}, ("10.0.0.5:8080->80/tcp",)),
        ([item(80, 8080, "::")], {HostPort("::", 8080)}, ("10.0.0.5:8080->80/tcp",)),
        ([item(80, 8080)], {HostPort("", 8080)}, ("10.0.0.5:8080->80/tcp",)),
        ([item(53, 53, "127.0.0.1", "udp")], {HostPort("127.0.0.1", 53, "udp")}, ("127.0.0.1:53->53/udp",)),
        ([item(80, 80, "fd00::1")], {HostPort("fd00::1", 80)}, ("[fd00::1]:80->80/tcp",)),
        (
            [item(80, 32769, "::"), item(80, 32768, "0.0.0.0")],
            {HostPort("0.0.0.0", 32768), HostPort("::", 32769)},
            ("10.0.0.5:32768->80/tcp", "10.0.0.5:32769->80/tcp"),
        ),
        (
            [item(443), item(53, 53, "0.0.0.0", "udp"), item(53, 53, "0.0.0.0")],
            {HostPort("0.0.0.0", 53), HostPort("0.0.0.0", 53, "udp")},
            ("10.0.0.5:53->53/tcp", "10.0.0.5:53->53/udp", "443/tcp"),
        ),
    ],
    ids=lambda value: "",
)
def test_listed_ports_are_held_and_described(
    items: list[Item] | None, held: set[HostPort], described: tuple[str, ...]
) -> None:
    listed = read_listed_ports(Fields("a:1", "/x", {"Ports": items}))
    assert held_ports(listed) == held
    assert describe_ports(listed, "10.0.0.5") == described


def test_an_ipv6_host_stands_in_brackets() -> None:
    listed = read_listed_ports(Fields("a:1", "/x", {"Ports": [item(80, 80, "0.0.0.0")]}))
    assert describe_ports(listed, "fd00::5") == ("[fd00::5]:80->80/tcp",)
