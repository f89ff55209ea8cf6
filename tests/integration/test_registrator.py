# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm register`` beside a real engine: what its containers publish is in a real store, as long as they serve."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.integration.registering import Registering, until
from tests.lab import Lab
from tests.lab.etcd import Etcd
from tests.lab.freezing import freeze, thaw
from tests.lab.service import ServiceUnavailable

TTL = 4
HOST = "dockerhost01"
ADVERTISED = "192.0.2.11"


@pytest.fixture(scope="module")
def store() -> Iterator[Etcd]:
    try:
        server = Etcd()
    except ServiceUnavailable as error:
        pytest.skip(f"no etcd on this machine: {error}")
    with server:
        yield server


@pytest.fixture
def registering(clean_lab: Lab, store: Etcd, tmp_path: Path) -> Iterator[Registering]:
    made = Registering(clean_lab.engine(HOST), f"etcd://{store.host}/swarm", tmp_path, ttl=TTL, advertised=ADVERTISED)
    yield made
    made.stop()
    assert made.services() == {}


def test_a_container_is_registered_while_it_serves(registering: Registering) -> None:
    registering.run(
        "before", "--env", "SERVICE_NAME=api", "--label", "SERVICE_80_TAGS=a,b", "--label", "SERVICE_ZONE=z1"
    )
    registering.start()
    until(lambda: registering.services() == {f"api/{HOST}:before:80": f"{ADVERTISED}:{registering.port('before')}"})
    # What others read of Registrator, and what is known beside it.
    facts = open_backend(DiscoverySettings(registering.source)).key_folder("services-facts").read()
    told = json.loads(facts[f"services-facts/api/{HOST}:before:80"])
    assert (told["tags"], told["attributes"], told["node"]) == (["a", "b"], {"zone": "z1"}, HOST)

    registering.run("web")
    both = {f"api/{HOST}:before:80", f"web/{HOST}:web:80"}
    assert until(lambda: set(registering.services()) == both) < 2
    registering.engine.docker("pause", "web")
    until(lambda: set(registering.services()) == both - {f"web/{HOST}:web:80"})
    registering.engine.docker("unpause", "web")
    until(lambda: set(registering.services()) == both)
    # A hang-up is no stop.
    registering.engine.docker("kill", "--signal", "HUP", "before")
    registering.engine.docker("rename", "web", "front")
    until(lambda: f"web/{HOST}:front:80" in registering.services())
    registering.engine.docker("rm", "--force", "front", "before")
    until(lambda: registering.services() == {})


def test_a_stop_is_known_before_it_is_done(registering: Registering) -> None:
    """It does not react to its stop signal, so it goes on for some seconds, and no request is sent to it by then."""
    registering.engine.docker(
        "run", "--detach", "--name", "slow", "--publish", "80", "busybox", "sh", "-c", "trap '' TERM; sleep 60"
    )
    registering.start()
    until(lambda: f"busybox/{HOST}:slow:80" in registering.services())
    stopping = threading.Thread(target=registering.engine.docker, args=("stop", "--time", "5", "slow"))
    stopping.start()
    try:
        assert until(lambda: registering.services() == {}) < 2
        assert registering.engine.docker("inspect", "--format", "{{.State.Running}}", "slow").strip() == "true"
    finally:
        stopping.join(30)


def test_health_decides_where_there_is_one(registering: Registering) -> None:
    check = ("--health-cmd", "test -e /tmp/ok", "--health-interval", "1s", "--health-retries", "1")
    registering.run("web", *check)
    registering.start()
    until(lambda: "the engine is followed" in registering.log.read_text())
    time.sleep(0.5)
    assert registering.services() == {}
    registering.engine.docker("exec", "web", "touch", "/tmp/ok")
    until(lambda: len(registering.services()) == 1)
    registering.engine.docker("exec", "web", "rm", "/tmp/ok")
    until(lambda: registering.services() == {})


def test_a_successor_takes_over_and_no_key_disappears(registering: Registering) -> None:
    registering.run("web")
    first = registering.start()
    until(lambda: len(registering.services()) == 1)
    wanted, seen, done = registering.services(), [], threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(registering.services())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        # As a crash, then as an update: the new one is there before the old one goes.
        first.kill()
        first.wait()
        second = registering.start()
        until(lambda: registering.log.read_text().count("registered services/web/") == 2)
        time.sleep(TTL + 1)
        registering.start()
        until(lambda: registering.log.read_text().count("registered services/web/") == 3)
        second.terminate()
        assert second.wait(20) == 0
        time.sleep(0.5)
    finally:
        done.set()
        looking.join(10)
    assert len(seen) > 20
    assert all(each == wanted for each in seen)


def test_a_host_that_dies_takes_its_services_along(registering: Registering) -> None:
    registering.run("web")
    process = registering.start()
    until(lambda: len(registering.services()) == 1)
    freeze(process.pid)
    try:
        assert until(lambda: registering.services() == {}, TTL + 4) > 1
    finally:
        thaw(process.pid)
    until(lambda: len(registering.services()) == 1)


def test_an_engine_that_restarts_is_followed_again(registering: Registering) -> None:
    registering.run("web", "--restart", "always")
    registering.start()
    until(lambda: len(registering.services()) == 1)
    registering.engine.restart()
    until(lambda: registering.log.read_text().count("the engine is followed") == 2, 30)
    until(lambda: registering.services() == {f"web/{HOST}:web:80": f"{ADVERTISED}:{registering.port('web')}"}, 30)


def test_a_store_that_is_away_gets_what_it_missed(registering: Registering, store: Etcd) -> None:
    registering.run("web")
    registering.start()
    until(lambda: len(registering.services()) == 1)
    freeze(store.pid)
    try:
        registering.run("late")
        until(lambda: "the store does not take the services, trying again: " in registering.log.read_text())
    finally:
        thaw(store.pid)
    until(lambda: len(registering.services()) == 2, 20)
    assert "the store takes the services again" in registering.log.read_text()


def test_what_is_not_understood_is_told_once(registering: Registering) -> None:
    registering.run("web", "--label", "SERVICE_NAME=a/b", "--label", "SERVICE_99_TAGS=x")
    registering.start()
    until(lambda: "cannot be the name of a service" in registering.log.read_text())
    registering.run("other")
    until(lambda: len(registering.services()) == 1)
    said = registering.log.read_text()
    assert said.count("web: 'a/b' cannot be the name of a service, which has letters, digits,") == 1
    assert said.count("web: SERVICE_99_TAGS is about port 99, which is not published") == 1
