# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoint's state follows real engines: what happens on any of them is seen at once, whoever did it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import threading
import time
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab

#: Seconds within which a change is seen, and what a loaded machine is forgiven beyond them.
SEEN, FORGIVEN = 0.2, 1.0
SLEEP = {"Image": "busybox", "Cmd": ["sleep", "600"]}


@pytest.fixture(scope="module")
def manager(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagerProcess]:
    lab.reset()
    with ManagerProcess(lab, tmp_path_factory.mktemp("manager")) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


@pytest.fixture
def api(manager: ManagerProcess, lab: Lab) -> Iterator[docker.APIClient]:
    lab.reset()
    client = docker.APIClient(f"unix://{manager.socket}", version="1.41", timeout=60)
    until(lambda: len(healthy(client)) == len(lab.engines) and not client.containers(all=True), 30)
    yield client
    client.close()


def until(test: Callable[[], t.Any], seconds: float) -> float:
    """Wait until `test` is true; the seconds that it took."""
    begun = time.monotonic()
    while not test():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.01)
    return time.monotonic() - begun


def rows(client: docker.APIClient) -> list[list[str]]:
    return t.cast("list[list[str]]", client.info()["SystemStatus"])


def healthy(client: docker.APIClient) -> list[str]:
    """Names of the healthy nodes."""
    found, name = [], ""
    for key, value in rows(client):
        if key.startswith(" ") and not key.startswith("  "):
            name = key[1:]
        if key == "  └ Status" and value == "Healthy":
            found.append(name)
    return found


def states(client: docker.APIClient) -> dict[str, str]:
    return {each["Names"][0]: each["State"] for each in client.containers(all=True)}


def test_a_change_on_any_engine_is_seen_at_once(lab: Lab, api: docker.APIClient) -> None:
    late = []
    for engine in lab.engines:
        name = f"direct-{engine.name}"
        identity = engine.api("POST", f"/containers/create?name={name}", SLEEP)["Id"]
        late.append(until(lambda name=name: states(api).get(f"/{name}") == "created", SEEN + FORGIVEN))
        engine.api("POST", f"/containers/{identity}/start")
        late.append(until(lambda name=name: states(api).get(f"/{name}") == "running", SEEN + FORGIVEN))
        engine.api("POST", f"/containers/{identity}/rename?name={name}.new")
        late.append(until(lambda name=name: f"/{name}.new" in states(api), SEEN + FORGIVEN))
        engine.api("DELETE", f"/containers/{identity}?force=1")
        late.append(until(lambda name=name: not states(api), SEEN + FORGIVEN))
    assert sorted(late)[len(late) // 2] < SEEN


def test_an_own_change_is_seen_when_it_is_answered(api: docker.APIClient) -> None:
    for number in range(5):
        identity = api.create_container("busybox", ["sleep", "600"], name=f"own-{number}")["Id"]
        assert states(api)[f"/own-{number}"] == "created"
        api.start(identity)
        assert states(api)[f"/own-{number}"] == "running"
        api.rename(identity, f"renamed-{number}")
        assert f"/renamed-{number}" in states(api)
        api.remove_container(identity, force=True)
        assert states(api) == {}


def test_names_are_unique_and_ports_are_spread(lab: Lab, api: docker.APIClient) -> None:
    def create(name: str, port: int | None = None) -> str:
        host = api.create_host_config(port_bindings={80: port} if port else None)
        return t.cast(
            str, api.create_container("busybox", ["sleep", "600"], name=name, ports=[80], host_config=host)["Id"]
        )

    with concurrent.futures.ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _number: outcome(lambda: create("same")), range(8)))
    assert (
        sorted(answers)[1:]
        == [
            "409 Conflict: The name same is already assigned. You have to delete (or rename) that container to be "
            "able to assign same to a container again."
        ]
        * 7
    )
    nodes = {api.inspect_container(create(f"web-{number}", 8080))["Node"]["Name"] for number in range(3)}
    assert nodes == {engine.name for engine in lab.engines}
    told = outcome(lambda: create("web-3", 8080))
    assert told.startswith("500 no node takes web-3: 0 of 3 nodes: 3 port 8080/tcp\n")
    for engine in lab.engines:
        assert engine.name in told


def outcome(action: Callable[[], t.Any]) -> str:
    """What came of it: empty for a success, else the status and the message."""
    try:
        action()
    except docker.errors.APIError as error:
        return f"{error.status_code} {error.explanation}"
    return ""


def test_wishes_of_the_environment_are_met_and_taken_out(lab: Lab, api: docker.APIClient) -> None:
    last = lab.engines[-1].name
    first = api.create_container("busybox", ["true"], name="first", environment=[f"constraint:node=={last}", "A=b"])
    second = api.create_container("busybox", ["true"], name="second", environment=["affinity:container==first"])
    for created in (first, second):
        record = api.inspect_container(created["Id"])
        assert record["Node"]["Name"] == last
        assert not [each for each in record["Config"]["Env"] if each.startswith(("constraint:", "affinity:"))]
    labels = api.inspect_container("first")["Config"]["Labels"]
    assert json.loads(labels["com.docker.swarm.constraints"]) == [f"node=={last}"]
    assert len(labels["com.docker.swarm.id"]) == 64
    assert "A=b" in api.inspect_container(f"{last}/first")["Config"]["Env"]
    told = outcome(lambda: api.create_container("busybox", ["true"], environment=["constraint:node==nowhere"]))
    assert told.startswith("500 no node takes a container of busybox: 0 of 3 nodes: 3 constraint node==nowhere\n")


def test_filters_of_lists(lab: Lab, api: docker.APIClient) -> None:
    a = api.create_container("busybox", ["sleep", "600"], name="aa", labels={"tier": "web"})["Id"]
    time.sleep(1.1)  # lists tell when a container was created to the second
    b = api.create_container("busybox", ["false"], name="bb", labels={"tier": "db"})["Id"]
    api.start(a)
    api.start(b)
    api.wait(b)
    node = api.inspect_container(a)["Node"]["Name"]

    def names(**filters: t.Any) -> list[str]:
        return sorted(each["Names"][0] for each in api.containers(all=True, filters=filters))

    assert names(label="tier") == ["/aa", "/bb"]
    assert names(label="tier=web") == ["/aa"]
    assert names(status="exited") == ["/bb"] == names(exited="1")
    assert names(name="^/aa$") == ["/aa"] == names(id=a[:20])
    assert names(before="bb") == ["/aa"]
    assert names(since="aa") == ["/bb"]
    assert names(ancestor="busybox") == ["/aa", "/bb"] == names(network="bridge")
    assert "/aa" in names(node=node)
    assert names(volume="none") == [] == names(publish="80")
    assert outcome(lambda: names(colour="red")).startswith(
        "400 invalid filter 'colour'; known filters are ancestor, before,"
    )


def test_events_have_their_node_and_are_filtered(lab: Lab, api: docker.APIClient) -> None:
    begun = time.time() - 1
    seen: list[dict[str, t.Any]] = []
    stream = api.events(decode=True, filters={"type": "container", "event": ["create", "destroy"]})
    reader = threading.Thread(
        target=lambda: seen.extend(event for event, _number in zip(stream, range(4))), daemon=True
    )
    reader.start()
    time.sleep(0.5)
    for engine in lab.engines[:2]:
        engine.api("POST", f"/containers/create?name=told-{engine.name}", SLEEP)
        engine.api("DELETE", f"/containers/told-{engine.name}")
    reader.join(10)
    told = [(event["Action"], event["node"]["Name"], event["Actor"]["Attributes"]["node.name"]) for event in seen]
    wanted = [(action, engine.name, engine.name) for engine in lab.engines[:2] for action in ("create", "destroy")]
    assert sorted(told) == sorted(wanted)
    assert seen[0]["from"] == f"busybox node:{seen[0]['node']['Name']}"
    past = list(
        api.events(decode=True, since=begun, until=time.time(), filters={"event": "create", "type": "container"})
    )
    # A second may hold what the test before did.
    past = [event for event in past if event["Actor"]["Attributes"]["name"].startswith("told-")]
    assert [event["node"]["Name"] for event in past] == [engine.name for engine in lab.engines[:2]]


def test_an_engine_that_dies_is_named_and_comes_back(lab: Lab, api: docker.APIClient, manager: ManagerProcess) -> None:
    victim = lab.engines[0]
    victim.api("POST", "/containers/create?name=there", SLEEP)
    until(lambda: "/there" in states(api), 5)
    victim.kill()
    until(lambda: victim.name not in healthy(api), 15)
    begun = time.monotonic()
    assert len(api.containers(all=True)) == 1
    assert time.monotonic() - begun < 1
    assert api.containers(all=True)[0]["Status"] == "Host Down"
    assert outcome(lambda: api.inspect_container("there")) == (
        f"500 Container there running on unhealthy node {victim.name}"
    )
    assert api.create_container("busybox", ["true"], name="elsewhere")["Id"]
    victim.start()
    until(lambda: victim.name in healthy(api), 40)
    assert api.containers(all=True, filters={"name": "there"})[0]["Status"] == "Created"
    assert api.inspect_container("there")["Node"]["Name"] == victim.name


def test_a_frozen_engine_delays_nobody_else(lab: Lab, api: docker.APIClient) -> None:
    victim = lab.engines[1]
    victim.freeze()
    try:
        begun = time.monotonic()
        api.containers(all=True)
        api.info()
        assert time.monotonic() - begun < 1
        until(lambda: victim.name not in healthy(api), 60)
        for number in range(3):
            created = api.create_container("busybox", ["true"], name=f"apart-{number}")
            assert api.inspect_container(created["Id"])["Node"]["Name"] != victim.name
    finally:
        victim.thaw()
    until(lambda: victim.name in healthy(api), 40)


def test_a_restarted_manager_knows_all_that_is_there(lab: Lab, api: docker.APIClient, tmp_path: Path) -> None:
    identity = api.create_container("busybox", ["true"], name="kept")["Id"]
    with ManagerProcess(lab, tmp_path) as other:
        client = docker.APIClient(f"unix://{other.socket}", version="1.41")
        assert [each["Id"] for each in client.containers(all=True)] == [identity]
        assert outcome(lambda: client.create_container("busybox", ["true"], name="kept")).startswith("409 Conflict")
        client.close()


def test_a_task_beside_the_endpoint_takes_nothing_twice(lab: Lab, api: docker.APIClient) -> None:
    """Both want the same names and the same host ports at once; each name is there once, each port once a node."""
    from tests.integration.operating import Operator

    operator = Operator(lab)

    def by_task(number: int) -> None:
        operator.try_container(f"both-{number}", image="busybox", command="sleep 600", published_ports=["8080:80"])

    def by_endpoint(number: int) -> None:
        host = api.create_host_config(port_bindings={80: 8080})
        with contextlib.suppress(docker.errors.APIError):
            created = api.create_container(
                "busybox", ["sleep", "600"], name=f"both-{number}", ports=[80], host_config=host
            )
            api.start(created)

    for number in range(4):
        threads = [threading.Thread(target=by_endpoint, args=(number,))]
        threads[0].start()
        by_task(number)
        threads[0].join()
    there = [(engine.name, each) for engine in lab.engines for each in engine.api("GET", "/containers/json?all=1")]
    names = sorted(each["Names"][0] for _node, each in there)
    assert names == sorted(set(names))
    running = [node for node, each in there if each["State"] == "running"]
    assert len(running) == len(set(running)) == 3


def test_what_a_foreign_container_holds_is_found_out(lab: Lab, api: docker.APIClient) -> None:
    held = {"HostConfig": {"Memory": 64 * 1024 * 1024, "PortBindings": {"80/tcp": [{"HostPort": "8081"}]}}}
    for engine in lab.engines:
        engine.api("POST", f"/containers/create?name=foreign-{engine.name}", {**SLEEP, **held})
    until(lambda: [value.startswith("64 MiB / ") for key, value in rows(api) if "Memory" in key] == [True] * 3, 3)
    host = api.create_host_config(port_bindings={80: 8081})
    told = outcome(lambda: api.create_container("busybox", ["true"], name="web", ports=[80], host_config=host))
    assert told.startswith("500 no node takes web: 0 of 3 nodes: 3 port 8081/tcp\n")
