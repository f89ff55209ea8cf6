# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated engines: they answer as engines do, their state changes, and their faults are faults."""

from __future__ import annotations

import json
import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot, take_snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers, images, networks
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineNotFoundError,
    EngineResponseError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
    TLSSettings,
)

from tests.benchmark.bare import fetch
from tests.benchmark.simulator.engine import Answer, SimulatedEngine
from tests.benchmark.simulator.process import SERVER_NAME, SimulatedCluster
from tests.benchmark.simulator.scenario import Scenario

PATIENCE = 0.5


@pytest.fixture(scope="module")
def cluster() -> t.Iterator[SimulatedCluster]:
    with SimulatedCluster(4, 3) as running:
        yield running


@pytest.fixture
def fresh(cluster: SimulatedCluster) -> SimulatedCluster:
    cluster.set_faults()
    cluster.reset()
    return cluster


def client_of(cluster: SimulatedCluster, number: int = 0) -> EngineClient:
    return EngineClient(cluster.addresses[number], EngineSettings(timeout=5.0))


def read(cluster: SimulatedCluster, tls: TLSSettings = TLSSettings()) -> Snapshot:  # noqa: B008
    engine = EngineSettings(tls, snapshot_timeout=PATIENCE)
    return take_snapshot(ClusterSettings(DiscoverySettings(cluster.discovery), engine))


def test_the_scenario_is_what_a_snapshot_finds(fresh: SimulatedCluster) -> None:
    snapshot = read(fresh)
    assert [node.name for node in snapshot.healthy] == ["host0000", "host0001", "host0002", "host0003"]
    assert (
        len({node.id for node in snapshot.nodes}) == len({node.address.split(":")[0] for node in snapshot.nodes}) == 4
    )
    assert snapshot.warnings == ()
    containers = [container for node in snapshot.nodes for container in node.containers]
    assert len(containers) == len({container.id for container in containers}) == 12
    assert not any(container.foreign for container in containers)
    assert all(container.running and container.reservation.memory for container in containers)
    assert {tuple(map(str, container.ports)) for container in containers} == {(), ("20001/tcp",)}


def test_the_same_numbers_give_the_same_scenario() -> None:
    one, other = SimulatedEngine(Scenario(5), 3), SimulatedEngine(Scenario(5), 3)
    for target in ("/info", "/containers/json?all=1"):
        assert one.answer("GET", target, b"") == other.answer("GET", target, b"")
    assert one.answer("GET", "/info", b"") != SimulatedEngine(Scenario(5), 4).answer("GET", "/info", b"")


def test_a_container_lives(fresh: SimulatedCluster) -> None:
    client = client_of(fresh)
    bindings = {"80/tcp": [{"HostIp": "", "HostPort": ""}]}
    body = {"Image": "web:1", "Labels": {"a": "b"}, "HostConfig": {"PortBindings": bindings}}
    made = client.send(containers.create("web", body)).id
    assert client.send(containers.inspect("web"))["State"]["Status"] == "created"
    client.send(containers.start(made))
    client.send(containers.start(made))
    record = client.send(containers.inspect(made))
    assert record["State"]["Running"]
    assert record["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"] == "32768"
    client.send(containers.rename(made, "web2"))
    with pytest.raises(EngineConflictError):
        client.send(containers.create("web2", {"Image": "web:1"}))
    with pytest.raises(EngineConflictError):
        client.send(containers.remove(made))
    client.stop_container(made, 1)
    client.send(containers.remove(made))
    with pytest.raises(EngineNotFoundError):
        client.send(containers.inspect(made))


def test_a_port_is_held_once(fresh: SimulatedCluster) -> None:
    client = client_of(fresh)
    body = {"Image": "web:1", "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}}}
    first, second = client.send(containers.create("a1", body)).id, client.send(containers.create("a2", body)).id
    client.send(containers.start(first))
    with pytest.raises(EngineResponseError, match="port is already allocated"):
        client.send(containers.start(second))
    client.send(containers.kill(first))
    client.send(containers.start(second))


def test_images_and_networks_are_there_or_not(fresh: SimulatedCluster) -> None:
    client = client_of(fresh)
    image, network = client.send(images.inspect("web:1")), client.send(networks.inspect("bridge"))
    assert image is not None
    assert network is not None
    assert client.send(images.inspect(image["Id"])) == image
    assert client.send(images.inspect("other")) is client.send(networks.inspect("other")) is None
    with pytest.raises(EngineNotFoundError, match="No such image: other"):
        client.send(containers.create("a1", {"Image": "other"}))


def listed(engine: SimulatedEngine, **filters: list[str]) -> list[str]:
    answer = engine.answer("GET", f"/v1.41/containers/json?all=1&filters={json.dumps(filters)}", b"")
    return [name for container in json.loads(answer.body) for name in container["Names"]]


def test_lists_are_filtered_by_name_and_label() -> None:
    engine = SimulatedEngine(Scenario(1, 12), 0)
    assert listed(engine, name=["^/?app-0000-003$"]) == ["/app-0000-003"]
    assert listed(engine, name=["-00[1-2]$", "-011$"]) == ["/app-0000-011", "/app-0000-002", "/app-0000-001"]
    assert listed(engine, name=["nothing"]) == []
    assert len(listed(engine, label=["classic.swarm.ports=[]"])) == 6
    assert len(listed(engine, label=["classic.swarm.ports"])) == 12
    engine.answer("POST", "/containers/app-0000-003/stop", b"")
    assert len(json.loads(engine.answer("GET", "/containers/json", b"").body)) == 11
    assert len(json.loads(engine.answer("GET", "/containers/json?all=1", b"").body)) == 12


def test_whoever_listens_hears_what_happens() -> None:
    engine = SimulatedEngine(Scenario(1, 1), 0)
    assert engine.answer("GET", "/events", b"") == Answer(200, events=True)
    heard: list[bytes] = []
    engine.listeners.append(heard.append)
    engine.answer("POST", "/containers/app-0000-000/stop", b"")
    engine.answer("DELETE", "/containers/app-0000-000", b"")
    assert [json.loads(event)["Action"] for event in heard] == ["stop", "destroy"]


def test_a_reset_gives_the_scenario_back(fresh: SimulatedCluster) -> None:
    before = read(fresh).nodes
    client = client_of(fresh)
    client.send(containers.start(client.send(containers.create("web", {"Image": "web:1"})).id))
    client.stop_container("app-0000-000", 1)
    assert read(fresh).nodes != before
    counts = fresh.reset()
    assert (counts.requests, counts.connections, counts.sent) == (0, 0, 0)
    assert read(fresh).nodes == before
    assert (fresh.counts().connections, fresh.counts().requests) == (4, 8)


FAULTS: dict[str, tuple[str, str]] = {
    "refuse": ("refuse", "connection refused"),
    "hang": ("hang", "no answer from"),
    "error": ("error", "status 500"),
    "slow": ("slow", "no answer from"),
}


@pytest.mark.parametrize(("fault", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_faults(fault: str, words: str, fresh: SimulatedCluster) -> None:
    fresh.set_faults(**{fault: [1, 2]}, delay=PATIENCE * 4)
    snapshot = read(fresh)
    assert [node.address for node in snapshot.unhealthy] == sorted(fresh.addresses[1:3])
    assert all(words in node.reason for node in snapshot.unhealthy)
    fresh.set_faults()
    assert read(fresh).unhealthy == ()


def test_slow_engines_answer(fresh: SimulatedCluster) -> None:
    fresh.set_faults(slow=range(4), delay=0.1)
    began = time.monotonic()
    assert read(fresh).unhealthy == ()
    assert time.monotonic() - began >= 0.2


def test_engines_speak_mutual_tls() -> None:
    with SimulatedCluster(2, 1, tls=True) as cluster:
        files = cluster.certificates
        assert files is not None
        known = {"client_cert": str(files.cert), "client_key": str(files.key)}
        right = TLSSettings(enabled=True, ca_path=str(files.ca), hostname=SERVER_NAME, **known)
        assert read(cluster, right).unhealthy == ()
        without = TLSSettings(enabled=True, ca_path=str(files.ca), hostname=SERVER_NAME)
        assert len(read(cluster, without).unhealthy) == len(read(cluster).unhealthy) == 2


def test_the_bare_client_gets_the_same_bytes(fresh: SimulatedCluster) -> None:
    fresh.set_faults(refuse=[3])
    result = fetch(fresh.addresses, timeout=PATIENCE)
    assert len(result.answers) == 3
    names = sorted(container["Names"][0] for _info, containers in result.answers for container in containers)
    assert names[0] == "/app-0000-000"
    assert len(names) == 9
    assert result.received > 10_000


def test_containers_of_others_say_nothing_and_some_were_never_started() -> None:
    scenario = Scenario(1, 20, foreign=True)
    engine = SimulatedEngine(scenario, 0)

    def listed() -> list[tuple[str, str]]:
        return [
            (each["Id"], each["State"]) for each in json.loads(engine.answer("GET", "/containers/json?all=1", b"").body)
        ]

    first = listed()
    labels = {key for _name, body in scenario.bodies(0) for key in body["Labels"]}
    assert labels == {"com.example.application", "com.example.team"}
    assert sorted(state for _id, state in first) == ["created"] * 2 + ["running"] * 18
    for identity, state in first:
        engine.answer("POST", f"/containers/{identity}/{'start' if state == 'created' else 'stop'}", b"")
    assert listed() != first
    engine.reset()
    # a container that was stopped is no new one again
    assert [(key, state == "running") for key, state in listed()] == [(key, state == "running") for key, state in first]
