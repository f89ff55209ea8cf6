# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container leaves the services in a real Consul before its real engine is asked to stop it."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.integration.operating import Operator, actions
from tests.integration.registering import Registering, until
from tests.integration.stores import consul_or_skip
from tests.lab.consul import Consul

#: The least that Consul keeps.
TTL = 20
WAIT = 8
#: Seconds; what the design of routing asks for.
SETTLE = 2.0


@pytest.fixture(scope="module")
def store() -> Iterator[Consul]:
    with consul_or_skip("127.0.0.31") as server:
        yield server


class Cluster:
    """The lab with a registrator on each of two engines, and somebody who works on it."""

    def __init__(self, operator: Operator, store: Consul, folder: Path) -> None:
        self.operator = operator
        self.services = f"consul://{store.host}/services"
        self.registrators = [
            Registering(engine, self.services, folder, ttl=TTL, advertised=engine.address)
            for engine in operator.lab.engines[:2]
        ]
        self.first = self.registrators[0]

    def container(self, **options):
        return self.operator.container("web", ports=["80"], services=self.services, deregister_wait=WAIT, **options)

    def marks(self) -> list[str]:
        return sorted(open_backend(DiscoverySettings(self.services)).key_folder("services-drain").read())

    @contextmanager
    def asked_on(self) -> Iterator[list[tuple[float, set[str], str]]]:
        """Ask every address that is registered, on and on. Gives moments, what was registered, and what went wrong."""
        seen: list[tuple[float, set[str], str]] = []
        done = threading.Event()
        folder = open_backend(DiscoverySettings(self.services)).key_folder("services")

        def ask() -> None:
            while not done.is_set():
                found, wrong = folder.read(), ""
                for path, endpoint in found.items():
                    try:
                        urllib.request.urlopen(f"http://{endpoint}/", timeout=5).read()
                    except OSError as error:
                        wrong = f"{path}: {error}"
                seen.append((time.monotonic(), {path.split(":")[1] for path in found}, wrong))

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield seen
        finally:
            done.set()
            asking.join(20)


@pytest.fixture
def cluster(operator: Operator, store: Consul, tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(operator, store, tmp_path)
    with ExitStack() as stack:
        for registrator in made.registrators:
            stack.callback(registrator.stop)
            registrator.start()
        yield made
    assert made.marks() == []


def test_nobody_is_sent_to_a_container_that_stops(cluster: Cluster) -> None:
    cluster.container(constraints=["node==dockerhost01"])
    until(lambda: len(cluster.first.services()) == 1)
    with cluster.asked_on() as seen:
        time.sleep(0.3)
        stopped = cluster.container(state="stopped", constraints=["node==dockerhost01"])
        ended = time.monotonic()
    assert actions(stopped) == [("drain", "web", "dockerhost01"), ("stop", "web", "dockerhost01")]
    assert stopped["actions"][0]["services"] == ["web/dockerhost01:web:80"]
    assert [wrong for _moment, _names, wrong in seen if wrong] == []
    left = next(moment for moment, names, _wrong in seen if not names)
    assert SETTLE <= ended - left < WAIT
    # It serves again at once.
    cluster.container(constraints=["node==dockerhost01"])
    until(lambda: len(cluster.first.services()) == 1, 5)


def test_a_container_that_moves_is_somewhere_all_the_time(cluster: Cluster) -> None:
    cluster.container(constraints=["node==dockerhost01"])
    until(lambda: len(cluster.first.services()) == 1)
    with cluster.asked_on() as seen:
        time.sleep(0.3)
        moved = cluster.container(constraints=["node==dockerhost02"], relocate="when_needed")
        time.sleep(0.5)
    verbs = [f"{verb} {name}" for verb, name, _node in actions(moved)]
    assert verbs == [
        "create web.moving",
        "start web.moving",
        "drain web",
        "stop web",
        "remove web",
        "rename web.moving",
    ]
    assert [wrong for _moment, _names, wrong in seen if wrong] == []
    assert all(names for _moment, names, _wrong in seen)
    assert {frozenset(names) for _moment, names, _wrong in seen} >= {
        frozenset({"web"}),
        frozenset({"web", "web.moving"}),
    }
    assert list(cluster.first.services()) == ["web/dockerhost02:web:80"]


def test_a_registrator_or_a_store_that_is_away_keeps_nothing_from_being_stopped(cluster: Cluster) -> None:
    cluster.container(constraints=["node==dockerhost01"])
    until(lambda: len(cluster.first.services()) == 1)
    cluster.first.started[0].kill()
    cluster.first.started[0].wait()
    options = {"ports": ["80"], "constraints": ["node==dockerhost01"]}
    late = cluster.operator.container("web", state="stopped", services=cluster.services, deregister_wait=1, **options)
    told = "web on dockerhost01 is still registered after 1 s; is its registrator running? (deregister_wait)"
    assert late["warnings"] == [told]
    cluster.operator.container("web", **options)
    away = cluster.operator.container("web", state="absent", services="consul://127.0.0.31:1/services", **options)
    assert actions(away)[1:] == [("stop", "web", "dockerhost01"), ("remove", "web", "dockerhost01")]
    assert len(away["warnings"]) == 1
    assert away["warnings"][0].startswith("web on dockerhost01 could not be taken out of the services: ")


def test_what_cannot_be_a_store_is_refused_before_anything_is_done(operator: Operator) -> None:
    refused = operator.refused("web", services="nodes://10.0.0.1:2376")
    assert refused["msg"] == "services: 'nodes://10.0.0.1:2376' keeps no services; a key/value store does"
    refused = operator.refused("web", services="consul://127.0.0.31")
    assert refused["msg"].startswith("services: 'consul://127.0.0.31' names no prefix")
