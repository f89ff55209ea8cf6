# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container holds, read from its inspection."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fields import Fields
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.inspection import (
    inspected_ports,
    inspected_reservation,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation


def inspection(config: dict[str, t.Any] | None = None, **host_config: t.Any) -> Fields:
    return Fields("a:1", "/containers/x/json", {"Config": config or {}, "HostConfig": host_config})


def bindings(*pairs: tuple[str, str], port: str = "80/tcp") -> dict[str, t.Any]:
    return {port: [{"HostIp": address, "HostPort": number} for address, number in pairs]}


@pytest.mark.parametrize(
    ("bound", "held"),
    [
        (None, set()),
        ({}, set()),
        (bindings(("", "8080")), {HostPort("", 8080)}),
        (bindings(("0.0.0.0", "8080")), {HostPort("0.0.0.0", 8080)}),
        (bindings(("127.0.0.1", "53"), port="53/udp"), {HostPort("127.0.0.1", 53, "udp")}),
        (bindings(("", "8080"), ("", "8081")), {HostPort("", 8080), HostPort("", 8081)}),
        (bindings(("", "")), set()),
        (bindings(("", "0")), set()),
        (bindings(("", "8000-8010")), set()),
        ({"80/tcp": None}, set()),
    ],
)
def test_fixed_bindings_are_held_also_by_a_container_that_does_not_run(
    bound: dict[str, t.Any] | None, held: set[HostPort]
) -> None:
    assert inspected_ports(inspection(NetworkMode="bridge", PortBindings=bound)) == held


def test_on_the_host_s_network_the_exposed_ports_are_held_and_bindings_mean_nothing() -> None:
    fields = inspection(
        {"ExposedPorts": {"80/tcp": {}, "53/udp": {}}}, NetworkMode="host", PortBindings=bindings(("", "8080"))
    )
    assert inspected_ports(fields) == {HostPort("", 80), HostPort("", 53, "udp")}


@pytest.mark.parametrize(
    ("host_config", "reservation"),
    [
        ({}, Reservation()),
        ({"Memory": 512}, Reservation(512)),
        ({"Memory": 512, "MemoryReservation": 256}, Reservation(256)),
        ({"NanoCpus": 1_500_000_000}, Reservation(0, 1.5)),
        ({"CpuQuota": 50_000, "CpuPeriod": 100_000}, Reservation(0, 0.5)),
        ({"CpuQuota": 200_000}, Reservation(0, 2.0)),
        ({"CpuQuota": -1}, Reservation()),
        ({"CpuShares": 512}, Reservation()),
    ],
)
def test_what_is_reserved(host_config: dict[str, t.Any], reservation: Reservation) -> None:
    assert inspected_reservation(inspection(**host_config), node_cpus=4) == reservation


@pytest.mark.parametrize(
    ("labels", "cpus"),
    [
        ({"com.docker.swarm.constraints": "[]"}, 2.0),
        ({"com.docker.swarm.affinities": "[]"}, 2.0),
        ({"com.docker.swarm.whitelists": "[]"}, 2.0),
        ({"com.docker.swarm.reschedule-policies": "[]"}, 2.0),
        ({"com.docker.swarm.id": "abc"}, 2.0),
        ({"com.docker.swarm.service.id": "abc"}, 0.0),
        ({"com.docker.swarm.constraints": "[]", "classic.swarm.reservation": "{}"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_original_s_containers_are_known_by_any_of_its_labels(labels: dict[str, str], cpus: float) -> None:
    assert inspected_reservation(inspection({"Labels": labels}, CpuShares=512), node_cpus=4).cpus == cpus


@pytest.mark.parametrize(("shares", "cpus"), [(0, 0.0), (256, 1.0), (512, 2.0), (257, 2.0), (1024, 4.0)])
def test_shares_of_the_original_s_containers_are_cpus(shares: int, cpus: float) -> None:
    fields = inspection({"Labels": {"com.docker.swarm.id": "abc"}}, CpuShares=shares)
    assert inspected_reservation(fields, node_cpus=4).cpus == cpus


def test_a_malformed_inspection_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="HostPort = '80' where text belongs"):
        inspected_ports(inspection(PortBindings={"80/tcp": [{"HostPort": 80}]}))
