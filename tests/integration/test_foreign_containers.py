# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers that this product did not make: plain ones, and those that Classic Swarm left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.operating import Operator, foreign, inspect, verbs, where
from tests.lab import Engine

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
GIB = 2**30

#: Host ports as a create body has them.
PORT_80: dict[str, Any] = {
    "ExposedPorts": {"80/tcp": {}},
    "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}},
}


def room(engine: Engine) -> int:
    return engine.api("GET", "/info")["MemTotal"]


def test_ports_of_stopped_ones_are_theirs(operator: Operator) -> None:
    one, two, three = operator.lab.engines
    on_host = {"HostConfig": {"NetworkMode": "host"}, "ExposedPorts": {"80/tcp": {}}}
    with foreign(one, "stopped", PORT_80, start=False), foreign(two, "runs", PORT_80), foreign(three, "host", on_host):
        refused = operator.refused("edge", ports=["80:80"])
        assert "3 port 80/tcp" in refused["msg"]
        for holder in ("stopped", "runs", "host"):
            assert f"held by {holder}" in refused["msg"]
        assert operator.container("edge", ports=["80:80/udp"])["changed"]


@pytest.mark.parametrize("start", [True, False])
def test_memory_and_cpus_are_counted(operator: Operator, start: bool) -> None:
    engine = operator.lab.engine(ONE)
    only = {"constraints": [f"node=={ONE}"]}
    with foreign(engine, "big", {"HostConfig": {"Memory": room(engine) - GIB, "NanoCpus": 10**9}}, start):
        assert "1 memory 2G" in operator.refused("app", memory="2G", **only)["msg"]
        assert "1 cpus 1.5" in operator.refused("app", cpus=1.5, **only)["msg"]
        operator.container("app", memory="512M", cpus=1.0, **only)


def test_the_reservation_counts_before_the_limit(operator: Operator) -> None:
    engine = operator.lab.engine(ONE)
    body = {"HostConfig": {"Memory": room(engine), "MemoryReservation": GIB}}
    with foreign(engine, "modest", body):
        operator.container("app", memory="2G", constraints=[f"node=={ONE}"])


def test_binpack_sees_them(operator: Operator) -> None:
    with foreign(operator.lab.engine(THREE), "big", {"HostConfig": {"Memory": 4 * GIB}}):
        assert operator.container("app", strategy="binpack", memory="64M")["node"]["name"] == THREE


def classic(constraints: list[str], affinities: list[str], **more: Any) -> dict[str, Any]:
    """A create body as Classic Swarm sent it."""
    labels = {
        "com.docker.swarm.constraints": json.dumps(constraints),
        "com.docker.swarm.affinities": json.dumps(affinities),
        "com.docker.swarm.id": "5f3ca9b1d5b1e1f5c3c6f3a1c4b1d5b1e1f5c3c6f3a1c4b1d5b1e1f5c3c6f3a1",
    }
    return {"Labels": labels, **more}


def test_those_of_classic_swarm_are_counted(operator: Operator) -> None:
    """It took cpu shares as a number of cpus, and told the engine their part of 1024 for all of its cpus."""
    engine = operator.lab.engine(ONE)
    cpus = engine.api("GET", "/info")["NCPU"]
    config = {"CpuShares": 1024 // cpus, "Memory": room(engine) - GIB, **PORT_80["HostConfig"]}
    body = classic(["zone==internal"], [], HostConfig=config, ExposedPorts=PORT_80["ExposedPorts"])
    only = {"constraints": [f"node=={ONE}"]}
    with foreign(engine, "old", body):
        assert f"1 cpus {cpus}" in operator.refused("app", cpus=cpus, **only)["msg"]
        assert "1 memory 2G" in operator.refused("app", memory="2G", **only)["msg"]
        assert "held by old" in operator.refused("app", ports=["80:80"], **only)["msg"]
        operator.container("app", cpus=cpus - 1, memory="512M", **only)


def test_those_of_classic_swarm_can_be_taken_over(operator: Operator) -> None:
    """A task with the wishes that it was made with finds nothing to do, wherever the wishes stand."""
    engine = operator.lab.engine(TWO)
    body = classic(["zone==external", "disk==ssd"], [], Env=["A=b"], ExposedPorts=PORT_80["ExposedPorts"])
    body["HostConfig"] = {"PortBindings": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}]}}
    with foreign(engine, "edge", body) as identity:
        env = {"A": "b", "constraint:zone": "=external", "constraint:disk": "=ssd"}
        operator.settled("edge", ports=["80:80"], env=env)
        operator.settled("edge", ports=["80:80"], env={"A": "b"}, constraints=["zone==external"])
        operator.container("beside", affinities=["container==edge"])
        assert where(operator.lab)["beside"] == TWO
        changed = operator.container("edge", ports=["80:80"], env={**env, "A": "c"})
        assert verbs(changed)[0] == "create"
        labels = inspect(engine, "edge")["Config"]["Labels"]
        assert inspect(engine, "edge")["Id"] != identity
        assert json.loads(labels["classic.swarm.constraints"]) == ["zone==external", "disk==ssd"]
        operator.container("edge", state="absent")


def test_a_name_on_two_nodes_is_an_error_that_lists_both(operator: Operator) -> None:
    one, two = operator.lab.engine(ONE), operator.lab.engine(TWO)
    with foreign(one, "twin") as first, foreign(two, "twin", start=False) as second:
        for options in ({}, {"state": "absent"}, {"check": True}):
            refused = operator.refused("twin", **options)
            assert refused["msg"].startswith("'twin' is in the cluster 2 times: ")
            assert f"{first[:12]} on {ONE} ({one.entry}), Up" in refused["msg"]
            assert f"{second[:12]} on {TWO} ({two.entry}), Created" in refused["msg"]
        assert inspect(one, "twin")["State"]["Running"]
        assert inspect(two, "twin")["Id"] == second
        assert verbs(operator.container(second, state="absent")) == ["remove"]
        operator.settled("twin")


def test_labels_that_lie_do_no_harm(operator: Operator) -> None:
    """Labels come from engines, where anybody may have written anything."""
    labels = {
        "classic.swarm.reservation": '{"memory": -5}',
        "classic.swarm.ports": "nonsense",
        "classic.swarm.number": "x",
    }
    engine = operator.lab.engine(ONE)
    with foreign(engine, "liar", {"Labels": labels, **PORT_80}):
        assert "held by liar" in operator.refused("edge", ports=["80:80"], constraints=[f"node=={ONE}"])["msg"]
        operator.container("app", memory="1G", constraints=[f"node=={ONE}"])
