# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which networks a container is to join and to leave."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.networks import NetworkConnection

Options = t.Dict[str, t.Any]


def container(networks: Options) -> Options:
    return {"NetworkSettings": {"Networks": networks}}


def changes(networks: t.Any, inspect: Options, comparisons: t.Optional[Options] = None) -> t.Tuple[t.List[str], ...]:
    config = ContainerConfig.from_options({"networks": networks, "comparisons": comparisons})
    to_connect, to_reconnect, to_disconnect = config.network_differences(inspect)
    return [item.name for item in to_connect], [item.name for item in to_reconnect], list(to_disconnect)


NOTHING: t.Tuple[t.List[str], ...] = ([], [], [])


@pytest.mark.parametrize(
    ("network", "endpoint", "fulfilled"),
    [
        ({}, {}, True),
        ({}, None, True),
        ({"ipv4_address": "10.0.0.7"}, {"IPAMConfig": {"IPv4Address": "10.0.0.7"}}, True),
        ({"ipv4_address": "10.0.0.7"}, {"IPAMConfig": None, "IPAddress": "10.0.0.7"}, False),
        ({"ipv4_address": "10.0.0.7"}, {"IPAMConfig": {"IPv4Address": "10.0.0.8"}}, False),
        ({"ipv6_address": "2001:DB8::0:7"}, {"IPAMConfig": {"IPv6Address": "2001:db8::7"}}, True),
        ({"aliases": ["a"]}, {"Aliases": ["0123456789ab", "a"]}, True),
        ({"aliases": ["a", "b"]}, {"Aliases": ["a"]}, False),
        ({"aliases": ["a"]}, {"Aliases": None}, False),
        ({"links": ["db", "c:d"]}, {"Links": ["db:db", "c:d", "e:e"]}, True),
        ({"links": ["db"]}, {"Links": None}, False),
        ({"mac_address": "92-D0-C6-0A-29-33"}, {"MacAddress": "92:d0:c6:0a:29:33"}, True),
        ({"mac_address": "92:d0:c6:0a:29:33"}, {"MacAddress": "92:d0:c6:0a:29:34"}, False),
    ],
)
def test_an_endpoint_that_is_not_as_asked_is_connected_again(
    network: Options, endpoint: t.Optional[Options], fulfilled: bool
) -> None:
    seen = container({"one": endpoint})
    assert changes([{"name": "one", **network}], seen) == (NOTHING if fulfilled else ([], ["one"], []))


@pytest.mark.parametrize(
    ("networks", "comparisons", "expected"),
    [
        ([{"name": "new"}], None, (["new"], [], [])),
        ([{"name": "new"}], {"networks": "strict"}, (["new"], [], ["bridge", "old"])),
        ([{"name": "old"}], {"*": "strict"}, ([], [], ["bridge"])),
        ([], {"networks": "strict"}, ([], [], ["bridge", "old"])),
        ([], None, NOTHING),
        (None, {"*": "strict"}, NOTHING),
        ([{"name": "new"}], {"networks": "ignore"}, NOTHING),
    ],
)
def test_networks_are_left_only_under_strict(networks: t.Any, comparisons: Options, expected: t.Any) -> None:
    assert changes(networks, container({"bridge": {}, "old": {}}), comparisons) == expected


def test_differences_are_true_where_there_are_any() -> None:
    config = ContainerConfig.from_options({"networks": [{"name": "one", "aliases": ["a"]}]})
    missing = config.network_differences(container({}))
    assert missing
    assert missing.to_connect == (NetworkConnection("one", {"Aliases": ["a"]}),)
    assert not config.network_differences(container({"one": {"Aliases": ["a"]}}))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("a" * 64, NOTHING),
        ("a" * 12, NOTHING),
        ("a" * 11, (["a" * 11], [], [])),
        ("b" * 64, (["b" * 64], [], [])),
        # the beginning of two IDs is none
        ("c" * 12, (["c" * 12], [], [])),
    ],
)
def test_a_network_that_is_asked_for_by_its_id(asked: str, expected: t.Any) -> None:
    seen = container(
        {"one": {"NetworkID": "a" * 64}, "two": {"NetworkID": "c" * 64}, "three": {"NetworkID": "c" * 63 + "d"}}
    )
    assert changes([{"name": asked}], seen) == expected
    if expected is NOTHING:
        assert changes([{"name": asked}], seen, {"networks": "strict"}) == ([], [], ["two", "three"])
