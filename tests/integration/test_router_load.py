# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests under way while containers of three real engines come, go, move and die: through HAProxy and nginx at once.

An ordinary run has a few of each; a soak (SOAK_FACTOR) has ten scalings up and down, five recreates, three relocations
and five stops, and at least 20,000 requests through each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.registering import Registering, until
from tests.integration.routing import HOST, Routing
from tests.integration.stores import consul_or_skip
from tests.lab import Engine, Lab
from tests.lab.consul import Consul
from tests.lab.load import Load
from tests.lab.proxies import HAProxyServer, NginxServer
from tests.lab.service import ServiceUnavailable
from tests.unit.soak import FACTOR

#: Scalings up and down, recreates, relocations, stops, and requests through each proxy at least.
UP, DOWN, RECREATES, RELOCATIONS, STOPS, REQUESTS = (10, 10, 5, 3, 5, 20_000) if FACTOR > 1 else (2, 1, 1, 1, 1, 1_500)
#: Seconds after which a router no longer leads to what it was told to drain: its interval, and a moment.
SETTLED = 2.0
#: Seconds; Consul keeps no fewer.
TTL = 20
#: Seconds after a cut from which on nothing may fail: two checks of HAProxy, one time to connect of nginx.
FOUND_OUT = 4.0


class Site:
    """Three engines whose containers called web are registered, and two proxies before them."""

    def __init__(self, lab: Lab, consul: Consul, folder: Path) -> None:
        self.engines = lab.engines
        self.consul = consul
        source = f"consul://{consul.host}/swarm"
        self.registering = [
            Registering(engine, source, folder, ttl=TTL, advertised=engine.address) for engine in lab.engines
        ]
        self.routings = []
        for server in (HAProxyServer(), NginxServer()):
            own = folder / server.name
            own.mkdir()
            self.routings.append(Routing(consul, server, own))
        self.where: dict[str, Engine] = {}

    def close(self) -> None:
        for each in self.registering:
            each.stop()
        for routing in self.routings:
            routing.close()
            assert "Traceback" not in routing.said()

    def begin(self) -> None:
        for each in self.registering:
            each.start()
        for number, engine in enumerate(self.engines):
            self.run(f"web{number}", engine)
        until(lambda: len(self.registered()) == 3, 30)
        for routing in self.routings:
            routing.begin()

    def registered(self) -> set[str]:
        """Names of the containers that are in the store."""
        return {path.split(":")[1] for path in self.registering[0].services()}

    def run(self, name: str, engine: Engine) -> None:
        # As applications should: what is asked while it is told to stop is answered.
        serve = f"echo {name}@{engine.name} > /www/index.html; trap 'sleep 1; exit' TERM; httpd -f -p 80 -h /www & wait"
        labels = ("--label", "SERVICE_NAME=web", "--label", f"SERVICE_ROUTE_HOST={HOST}")
        engine.docker("run", "-d", "--name", name, "--publish", "80", *labels, "web:1", "sh", "-c", serve)
        self.where[name] = engine

    def stop(self, name: str) -> None:
        """As `docker stop` by hand: nobody was told before."""
        engine = self.where.pop(name)
        engine.docker("stop", name)
        engine.docker("rm", name)

    def drain(self, name: str) -> None:
        """As a plan does it."""
        engine = self.where.pop(name)
        identity = engine.docker("inspect", "--format", "{{.Id}}", name).strip()
        mark = f"services-drain/{engine.name}/{identity}"
        self.consul.put(mark, "{}")
        until(lambda: name not in self.registered(), 20)
        time.sleep(SETTLED)
        engine.docker("stop", name)
        engine.docker("rm", name)
        self.consul.delete(mark)

    def awaited(self, loads: list[Load], *names: str) -> None:
        """Wait until each has answered through both."""
        for load in loads:
            seen = {name: load.tally.answers[f"{name}@{self.where[name].name}"] for name in names}
            until(
                lambda load=load, seen=seen: all(  # type: ignore[misc]
                    load.tally.answers[f"{name}@{self.where[name].name}"] > count for name, count in seen.items()
                ),
                30,
            )


@pytest.fixture(scope="module")
def consul() -> Iterator[Consul]:
    with consul_or_skip() as server:
        yield server


@pytest.fixture
def site(clean_lab: Lab, consul: Consul, tmp_path: Path) -> Iterator[Site]:
    try:
        made = Site(clean_lab, consul, tmp_path)
    except ServiceUnavailable as error:
        pytest.skip(str(error))
    try:
        made.begin()
        yield made
    finally:
        made.close()


def _loads(site: Site) -> list[Load]:
    return [Load(routing.proxy.address, routing.proxy.port, host=HOST, rate=250) for routing in site.routings]


def test_no_request_fails_while_containers_come_go_and_move(site: Site) -> None:
    first, second, third = site.engines
    loads = _loads(site)
    with loads[0], loads[1]:
        for number in range(UP):
            site.run(f"more{number}", site.engines[number % 3])
            site.awaited(loads, f"more{number}")
        for number in range(DOWN):
            site.drain(f"more{number}")
        for _number in range(RECREATES):
            site.drain("web0")
            site.run("web0", first)
            site.awaited(loads, "web0")
        for number in range(RELOCATIONS):
            site.run(f"moved{number}", second)
            site.awaited(loads, f"moved{number}")
            site.drain(f"moved{number}")
            site.run(f"moved{number}", third)
            site.awaited(loads, f"moved{number}")
        for number in range(STOPS):
            site.run(f"stopped{number}", second)
            site.awaited(loads, f"stopped{number}")
            site.stop(f"stopped{number}")
        until(lambda: all(load.tally.requests >= REQUESTS for load in loads), 300)
    for routing, load in zip(site.routings, loads):
        print(f"{routing.proxy.name}: {load.tally}; {routing.status()['applied']}; {load.tally.failures}")
    assert [load.tally.failures for load in loads] == [[], []]


def test_an_engine_that_dies_is_found_out_and_nothing_fails_after_that(site: Site) -> None:
    """Its cable is pulled, so that nobody says a word. What was on its way may fail; what comes later may not."""
    loads = _loads(site)
    last = site.engines[2]
    with loads[0], loads[1]:
        site.awaited(loads, "web2")
        cut = [load.seconds for load in loads]
        site.registering[2].started[0].kill()
        last.cut_off()
        if FACTOR > 1:
            until(lambda: "web2" not in site.registered(), TTL + 10)
            print(f"the keys have gone after {loads[0].seconds - cut[0]:.1f} s")
        # Also when what waits for an answer from there gives up.
        time.sleep(FOUND_OUT + 4)
    last.join()
    for routing, load, at in zip(site.routings, loads, cut):
        failed = [round(begun - at, 2) for begun, _reason in load.tally.failures]
        print(f"{routing.proxy.name}: {load.tally}; seconds from the cut: {failed}")
        assert [each for each in failed if each > FOUND_OUT] == []
        assert load.tally.requests > 500
