# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which options a network is not as asked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.network import Pool, WantedNetwork

POOL = {"Subnet": "172.30.0.0/16", "Gateway": "172.30.0.1", "IPRange": "172.30.5.0/24"}
#: As an engine writes it, with what nobody asked for.
RECORD: dict[str, Any] = {
    "Name": "net",
    "Driver": "bridge",
    "Scope": "local",
    "EnableIPv6": False,
    "Internal": False,
    "Attachable": True,
    "Ingress": False,
    "ConfigOnly": False,
    "ConfigFrom": {"Network": ""},
    "Options": {"mtu": "1400", "engines.own": "x"},
    "Labels": {"tier": "back"},
    "IPAM": {"Driver": "default", "Options": None, "Config": [{"Subnet": "10.9.0.0/24"}, POOL]},
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, []),
        ({"driver": "macvlan"}, [("driver", "macvlan", "bridge")]),
        ({"driver_options": {"mtu": "1400"}}, []),
        ({"driver_options": {"mtu": "9000", "new": "1"}}, [("driver_options.mtu", "9000", "1400"),
                                                           ("driver_options.new", "1", None)]),
        ({"labels": {"tier": "back"}}, []),
        ({"labels": {"tier": ""}}, [("labels.tier", "", "back")]),
        ({"internal": False, "attachable": True, "enable_ipv6": False, "scope": "local", "ingress": False}, []),
        ({"internal": True}, [("internal", True, False)]),
        ({"attachable": False}, [("attachable", False, True)]),
        # an engine that does not know of it has IPv4
        ({"enable_ipv4": True}, []),
        ({"enable_ipv4": False}, [("enable_ipv4", False, True)]),
        ({"config_only": True, "config_from": "base"}, [("config_only", True, False), ("config_from", "base", "")]),
        ({"ipam_driver": "default", "ipam_driver_options": {}}, []),
        ({"ipam_driver": "own"}, [("ipam_driver", "own", "default")]),
        ({"ipam_driver_options": {"a": "1"}}, [("ipam_driver_options", {"a": "1"}, {})]),
        ({"pools": (Pool("172.30.0.0/16"), Pool("10.9.0.0/24"))}, []),
        ({"pools": (Pool("172.30.0.0/16", "172.30.5.0/24", "172.30.0.1"),)}, []),
        (
            {"pools": (Pool("10.9.0.0/24"), Pool("172.30.0.0/16", gateway="172.30.0.2"))},
            [("ipam_config[1].gateway", "172.30.0.2", "172.30.0.1")],
        ),
        ({"pools": (Pool("172.31.0.0/16"),)}, [("ipam_config[0].subnet", "172.31.0.0/16", None)]),
        (
            {"pools": (Pool("172.30.0.0/16", aux_addresses={"a": "172.30.0.7"}),)},
            [("ipam_config[0].aux_addresses", {"a": "172.30.0.7"}, None)],
        ),
    ],
    ids=lambda value: "",
)  # fmt: skip
def test_differences(asked: dict[str, Any], expected: list[tuple[str, Any, Any]]) -> None:
    assert [tuple(each) for each in WantedNetwork("net", **asked).differences(RECORD)] == expected


def test_what_an_engine_is_asked() -> None:
    wanted = WantedNetwork("net", enable_ipv6=True, internal=False, pools=(Pool("172.30.0.0/16"),), config_from="base")
    assert wanted.body() == {
        "Name": "net",
        "CheckDuplicate": True,
        "Driver": "bridge",
        "Options": {},
        "Labels": {},
        "EnableIPv6": True,
        "Internal": False,
        "ConfigFrom": {"Network": "base"},
        "IPAM": {"Driver": "default", "Options": {}, "Config": [{"Subnet": "172.30.0.0/16"}]},
    }
    assert "IPAM" not in WantedNetwork("net").body()
