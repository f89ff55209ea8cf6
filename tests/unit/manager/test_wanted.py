# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the body of a create asks of its node, and what is left of it for the engine."""

from __future__ import annotations

import json
import typing as t

import pytest
from classic_swarm._swarm.errors import SwarmError
from classic_swarm.manager.creating.wanted import Wanted, read_wanted


def read(**body: t.Any) -> Wanted:
    return read_wanted("app", {"Image": "web:1", **body})


def test_wishes_leave_the_environment_and_become_labels() -> None:
    wanted = read(
        Env=["constraint:zone==external", "A=b", "affinity:container!=~x*", "whitelist:node==n1|n2",
             "reschedule:on-node-failure"],
        Labels={"mine": "1", "com.docker.swarm.constraints": '["disk==ssd"]'},
    )  # fmt: skip

    assert wanted.body["Env"] == ["A=b"]
    assert [str(each) for each in wanted.request.constraints] == ["disk==ssd", "zone==external"]
    assert [str(each) for each in wanted.request.affinities] == ["container!=~x*"]
    assert wanted.request.whitelist == ("n1", "n2")
    labels = dict(wanted.body["Labels"])
    assert len(bytes.fromhex(labels.pop("com.docker.swarm.id"))) == 32
    assert labels == {
        "mine": "1",
        "com.docker.swarm.constraints": '["disk==ssd", "zone==external"]',
        "com.docker.swarm.affinities": '["container!=~x*"]',
        "com.docker.swarm.whitelists": '["node==n1|n2"]',
        "com.docker.swarm.reschedule-policies": '["on-node-failure"]',
    }


def test_what_it_holds_of_its_node() -> None:
    wanted = read(
        HostConfig={
            "PortBindings": {"80/tcp": [{"HostIp": "10.0.0.1", "HostPort": "8080"}], "53/udp": [{"HostPort": "53"}],
                             "81/tcp": [{"HostPort": ""}], "82/tcp": [{"HostPort": "9000-9002"}]},
            "Memory": 2**30, "MemoryReservation": 2**20, "NanoCpus": 1_500_000_000, "CpuShares": 3,
            "VolumesFrom": ["data:ro"], "Links": ["/db:alias"], "NetworkMode": "container:peer",
        }
    )  # fmt: skip

    assert [str(port) for port in wanted.request.ports] == ["10.0.0.1:8080/tcp", "53/udp", "9000-9002/tcp"]
    assert (wanted.request.reservation.memory, wanted.request.reservation.cpus) == (2**20, 1.5)
    assert [(each.container, each.kind) for each in wanted.request.dependencies] == [
        ("data", "volumes_from"), ("db", "links"), ("peer", "network_mode"),
    ]  # fmt: skip
    assert wanted.networks == ()


def test_shares_alone_are_a_number_of_cpus_and_are_scaled_for_the_engine() -> None:
    wanted = read(HostConfig={"CpuShares": 2})

    assert wanted.request.reservation.cpus == 2
    body = wanted.body_for(8, {})
    assert body["HostConfig"]["CpuShares"] == 256
    assert json.loads(body["Labels"]["classic.swarm.reservation"]) == {"cpus": 2.0, "memory": 0}
    assert json.loads(body["Labels"]["classic.swarm.ports"]) == []


def test_networks_of_one_node_lose_its_name_for_the_engine() -> None:
    wanted = read(
        HostConfig={"NetworkMode": "n1/front"}, NetworkingConfig={"EndpointsConfig": {"n1/front": {"Aliases": ["a"]}}}
    )

    assert wanted.networks == ("n1/front",)
    body = wanted.body_for(4, {"n1/front": "front"})
    assert body["HostConfig"]["NetworkMode"] == "front"
    assert body["NetworkingConfig"] == {"EndpointsConfig": {"front": {"Aliases": ["a"]}}}
    assert wanted.body["HostConfig"]["NetworkMode"] == "n1/front"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"Env": ["reschedule:now"]}, 500, "invalid reschedule policy: now"),
        ({"Env": ["reschedule:off", "reschedule:on-node-failure"]}, 500, "too many reschedule policies"),
        ({"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "99999"}]}}}, 400,
         "invalid port specification: 99999/tcp"),
        ({"HostConfig": {"Memory": "much"}}, 400,
         "the body has Memory = 'much' where a number belongs"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told(body: dict[str, t.Any], status: int, message: str) -> None:
    with pytest.raises(SwarmError) as told:
        read(**body)
    assert (told.value.message, getattr(told.value, "status", 0)) == (message, status)
