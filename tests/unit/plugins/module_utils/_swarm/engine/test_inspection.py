# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container holds, read from its inspection."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fields import Fields
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.inspection import (
    inspected_ports,
    inspected_reservation,
    read_held,
    read_held_quickly,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from hypothesis import given, settings
from hypothesis import strategies as st


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


#: As engines write it, in their order, as far as it matters here.
RECORD: dict[str, t.Any] = {
    "Id": "x", "State": {"Status": "running", "Health": {"Log": [{"Output": 'said ,"HostConfig":{}'}]}},
    "HostConfig": {
        "LogConfig": {"Type": "json-file", "Config": {"Memory": "7"}}, "NetworkMode": "default",
        "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}, "CpuShares": 512, "Memory": 512,
        "NanoCpus": 500_000_000, "CpuPeriod": 0, "CpuQuota": 0, "MemoryReservation": 256,
    },
    "Config": {"ExposedPorts": {"81/tcp": {}}, "Labels": {"note": '"HostConfig":{"Memory":1}'}},
    "NetworkSettings": {"Networks": {"bridge": {"GwPriority": 0}}},
}  # fmt: skip


def written(record: t.Any) -> bytes:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def with_config(**fields: t.Any) -> dict[str, t.Any]:
    return {**RECORD, "HostConfig": {**RECORD["HostConfig"], **fields}}


def test_what_engines_write_is_read_quickly() -> None:
    held = read_held_quickly(written(RECORD))
    assert held == ({HostPort("", 8080)}, Reservation(256, 0.5))
    assert held == read_held("a:1", "/x", RECORD, node_cpus=4)


_HOSTILE = st.sampled_from(
    ["", "host", "HostConfig", ',"HostConfig":{', "com.docker.swarm.id", "\U0001f600", "\x01", '"', "\\", "Memory"]
)
_NUMBERS = st.sampled_from([0, 1, -1, 512, 100_000, 2**63 - 1, 2**63, 10**30, True, None, 1.5, "512", []])
_BOUND = st.one_of(
    st.sampled_from([None, {}, [], "", 0, {"80/tcp": None}, {"80/tcp": [None]}, {"80/tcp": [{"HostPort": 80}]}]),
    st.dictionaries(
        st.sampled_from(["80/tcp", "53/udp", "80-90/tcp", "x"]),
        st.lists(st.fixed_dictionaries({"HostIp": _HOSTILE, "HostPort": st.sampled_from(["", "0", "80", "8-9", "y"])})),
    ),
)
_NUMBERED = ("Memory", "MemoryReservation", "NanoCpus", "CpuQuota", "CpuPeriod", "CpuShares")


@settings(max_examples=400)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(_NUMBERED, _NUMBERS)),
    st.fixed_dictionaries({}, optional={"NetworkMode": st.one_of(_HOSTILE, st.sampled_from([None, 5, {}]))}),
    st.fixed_dictionaries({}, optional={"PortBindings": _BOUND}),
    st.dictionaries(_HOSTILE, _HOSTILE, max_size=2),
    st.sets(st.sampled_from([*_NUMBERED, "NetworkMode", "PortBindings"]), max_size=1),
    _HOSTILE,
)
def test_reading_quickly_says_what_reading_with_care_does(
    numbers: dict[str, t.Any],
    mode: dict[str, t.Any],
    bound: dict[str, t.Any],
    labels: dict[str, str],
    left_out: set[str],
    network: str,
) -> None:
    record = with_config(**numbers, **mode, **bound, Tmpfs=labels)
    record["HostConfig"] = {key: value for key, value in record["HostConfig"].items() if key not in left_out}
    record["Config"] = {**record["Config"], "Labels": labels}
    record["NetworkSettings"] = {"Networks": {network: {"Memory": 1}}}
    quick = read_held_quickly(written(record))
    if quick is not None:
        assert quick == read_held("a:1", "/x", record, node_cpus=4)


@pytest.mark.parametrize(
    "record",
    [
        with_config(NetworkMode="host"),
        with_config(Memory=None),
        with_config(Memory=10**30),
        with_config(PortBindings=[]),
        with_config(PortBindings={"80/tcp": [{"HostPort": 80}]}),
        {**RECORD, "HostConfig": {}},
        {**RECORD, "HostConfig": None},
        {**RECORD, "Config": {"Labels": {"com.docker.swarm.id": "abc"}}},
        {**RECORD, "NetworkSettings": {"Networks": {"a": {}, "HostConfig": {"Memory": 1}}}},
        {**RECORD, "Config": {"Labels": {"odd": "\x01"}}},
    ],
)
def test_what_is_odd_is_left_to_the_careful_reader(record: dict[str, t.Any]) -> None:
    assert read_held_quickly(written(record)) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a":1,"HostConfig":{', b'{"a":1,"HostConfig":{"Memory":\xff}}'])
def test_what_is_no_reply_is_left_to_the_careful_reader(content: bytes) -> None:
    assert read_held_quickly(content) is None
