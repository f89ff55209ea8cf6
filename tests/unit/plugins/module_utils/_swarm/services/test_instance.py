# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What two keys tell of an instance, written by us or by anybody."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.instance import Instance, read_instance
from hypothesis import given
from hypothesis import strategies as st

WEB = Instance(
    "web",
    "host1:web.1:80",
    "fd00::5",
    32768,
    "tcp",
    "web.1",
    "4fa6e0f0c678",
    "dockerhost01",
    tags=("a", "b"),
    attributes={"route_host": "example.org"},
    weight=7,
)


def test_what_is_written_is_read() -> None:
    assert (WEB.path, WEB.endpoint) == ("web/host1:web.1:80", "[fd00::5]:32768")
    assert read_instance(WEB.path, WEB.endpoint, WEB.facts()) == WEB


def test_the_first_key_alone_is_enough() -> None:
    assert read_instance("bind/host1:ns:53:udp", "192.0.2.11:5353", None) == Instance(
        "bind", "host1:ns:53:udp", "192.0.2.11", 5353, "udp", "ns", "", "host1"
    )


@pytest.mark.parametrize("facts", ["", "no JSON", "[]", "[" * 2000, '{"weight": 257, "tags": 5, "node": 1}', "null"])
def test_facts_that_cannot_be_read_are_left_out(facts: str) -> None:
    assert read_instance("web/one", "192.0.2.11:80", facts) == Instance(
        "web", "one", "192.0.2.11", 80, "tcp", "one", "", "one"
    )


@pytest.mark.parametrize(
    ("path", "endpoint", "message"),
    [
        ("web", "192.0.2.11:80", "'web' is not <service>/<identifier>"),
        ("web/", "192.0.2.11:80", "'web/' is not <service>/<identifier>"),
        ("web/a/b", "192.0.2.11:80", "'web/a/b' is not <service>/<identifier>"),
        ("web/a", "here", "'here' is not an address:port, such as 192.0.2.11:80"),
        ("web/a", "192.0.2.11:0", "'192.0.2.11:0' is not an address:port, such as 192.0.2.11:80"),
        ("web/a", "192.0.2.11:65536", "'192.0.2.11:65536' is not an address:port, such as 192.0.2.11:80"),
        ("web/a", "a b:80", "'a b:80' is not an address:port, such as 192.0.2.11:80"),
    ],
)
def test_a_first_key_that_cannot_be_right_is_refused(path: str, endpoint: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_instance(path, endpoint, None)
    assert str(raised.value) == message


@given(st.text(), st.text(), st.none() | st.text())
def test_whatever_is_in_a_store_is_an_instance_or_refused(path: str, endpoint: str, facts: str | None) -> None:
    try:
        found = read_instance(path, endpoint, facts)
    except InputError:
        return
    assert 1 <= found.port <= 65535
