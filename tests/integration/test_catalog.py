# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm register --catalog``: services of a real engine in the catalog of a real Consul, as DNS tells them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.resolver
import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.consul_client import ConsulClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.consul_services import (
    CatalogService,
    ConsulServices,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.integration.registering import Registering, until
from tests.integration.stores import consul_or_skip
from tests.lab import Lab
from tests.lab.consul import Consul

HOST = "dockerhost01"
TTL = 20


@pytest.fixture(scope="module")
def consul() -> Iterator[Consul]:
    with consul_or_skip("127.0.0.32") as server:
        yield server


def answers(consul: Consul, service: str) -> list[tuple[str, int, int]]:
    """What DNS says of a service: address, port and weight, by SRV records and the addresses that come with them."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = [consul.address], consul.dns_port, 5
    try:
        answer = resolver.resolve(f"{service}.service.consul", "SRV")
    except dns.resolver.NXDOMAIN:
        return []
    addresses = {rrset.name: rrset[0].address for rrset in answer.response.additional if hasattr(rrset[0], "address")}
    return sorted((addresses[each.target], each.port, each.weight) for each in answer)


def services(consul: Consul) -> dict[str, Any]:
    return consul.call("GET", "agent/services").json()


def test_dns_tells_what_serves(clean_lab: Lab, consul: Consul, tmp_path: Path) -> None:
    more = [f"--catalog=http://{consul.host}"]
    source = f"consul://{consul.host}/swarm"
    registering = Registering(clean_lab.engine(HOST), source, tmp_path, ttl=TTL, advertised="192.0.2.11", more=more)
    try:
        options = ("--env", "SERVICE_NAME=api", "--env", "SERVICE_TAGS=a,b", "--env", "SERVICE_WEIGHT=7")
        registering.run("one", *options, "--label", "SERVICE_ROUTE_HOST=api.example.com")
        registering.run("two", *options)
        registering.start()
        wanted = sorted(("192.0.2.11", int(registering.port(name)), 7) for name in ("one", "two"))
        until(lambda: answers(consul, "api") == wanted)
        told = services(consul)[f"api:{HOST}:one:80"]
        assert (told["Tags"], told["Meta"]["route_host"]) == (["a", "b"], "api.example.com")
        assert (told["Meta"]["node"], told["Meta"]["container"]) == (HOST, "one")
        registering.engine.docker("pause", "two")
        until(lambda: answers(consul, "api") == [("192.0.2.11", int(registering.port("one")), 7)])
        registering.engine.docker("unpause", "two")
        until(lambda: len(answers(consul, "api")) == 2)
        assert len(registering.services()) == 2
        # An agent that has lost its memory gets everything again, and who took over finds what was there.
        consul.call("PUT", f"agent/service/deregister/api:{HOST}:one:80")
        registering.started[0].kill()
        registering.started[0].wait()
        registering.start()
        until(lambda: answers(consul, "api") == wanted)
    finally:
        registering.stop()
    assert services(consul) == {}


def owned(consul: Consul, owner: str = "host1", ttl: float = 1.0) -> ConsulServices:
    url = f"http://{consul.host}"
    return ConsulServices(ConsulClient(url, (parse_entry(url),), DiscoverySettings(url, timeout=2)), owner, ttl)


def test_a_service_that_nobody_keeps_is_no_answer_any_more(consul: Consul) -> None:
    mine, other = owned(consul), owned(consul, "host2", ttl=30)
    web = CatalogService("web:host1", "web", "192.0.2.1", 80)
    other.keep([CatalogService("web:host2", "web", "192.0.2.2", 80)])
    mine.keep([web])
    assert [address for address, _port, _weight in answers(consul, "web")] == ["192.0.2.1", "192.0.2.2"]
    until(lambda: [address for address, _port, _weight in answers(consul, "web")] == ["192.0.2.2"], 5)
    # Kept again it is there again, also where the agent has lost it; others' services are nobody's business here.
    mine.keep([web])
    assert len(answers(consul, "web")) == 2
    consul.call("PUT", "agent/service/deregister/web:host1")
    mine.keep([web])
    assert len(answers(consul, "web")) == 2
    mine.keep([])
    assert list(services(consul)) == ["web:host2"]
    owned(consul, "host2").release()
    assert services(consul) == {}


def test_names_and_values_that_an_agent_does_not_take_are_made_fit(consul: Consul) -> None:
    mine = owned(consul, ttl=30)
    many = tuple((f"n{number}", "v") for number in range(100))
    odd = CatalogService("a:b c/d", "web", "192.0.2.1", 80, weight=0, meta=(("a.b", "x" * 600), *many))
    mine.keep([odd])
    told = services(consul)["a:b c/d"]
    assert (told["Meta"]["a_b"], len(told["Meta"]), told["Weights"]["Passing"]) == ("x" * 512, 61, 1)
    mine.keep([odd])
    mine.release()
    assert services(consul) == {}


def test_an_agent_that_is_away(consul: Consul) -> None:
    url = "http://127.0.0.32:1"
    away = ConsulServices(ConsulClient(url, (parse_entry(url),), DiscoverySettings(url, timeout=1)), "host1", 30)
    with pytest.raises(DiscoveryError, match=r"127\.0\.0\.32:1"):
        away.keep([])
