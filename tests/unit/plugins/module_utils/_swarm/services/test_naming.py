# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of Registrator, with the situations that its documentation describes, and what is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.checks import Check
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.instance import Instance
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.naming import (
    ContainerFacts,
    Named,
    PublishedPort,
    name_container,
)

HTTP = PublishedPort(80, "tcp", "0.0.0.0", 32768)
HTTPS = PublishedPort(443, "tcp", "0.0.0.0", 32769)
DNS = PublishedPort(53, "udp", "0.0.0.0", 5353)


def name(*ports: PublishedPort, image: str = "progrium/redis:latest", called: str = "redis.0", **said: str) -> Named:
    """What a container is registered as. :param said: environment"""
    environment = [f"{key}={value}" for key, value in said.items()]
    facts = ContainerFacts("4fa6e0f0c678", called, image, {}, ["PATH=/bin", "EMPTY", *environment], ports)
    return name_container(facts, "host1", "dockerhost01", "192.0.2.11")


def instances(named: Named) -> list[Instance]:
    return [instance for instance, _check in named.instances]


def keys(named: Named) -> dict[str, str]:
    return {instance.path: instance.endpoint for instance in instances(named)}


@pytest.mark.parametrize(
    ("image", "service"),
    [
        ("redis", "redis"),
        ("progrium/redis:latest", "redis"),
        ("registry.example.org:5000/team/web:1.2", "web"),
        ("registry.example.org:5000/team/web", "web"),
        ("team/web@sha256:4fa6e0f0c678", "web"),
    ],
)
def test_a_service_is_called_as_its_image(image: str, service: str) -> None:
    assert keys(name(HTTP, image=image)) == {f"{service}/host1:redis.0:80": "192.0.2.11:32768"}


def test_one_port_with_a_name_tags_and_an_attribute() -> None:
    named = name(HTTP, SERVICE_NAME="db", SERVICE_TAGS="master, backups,,", SERVICE_REGION="us2")
    assert instances(named) == [
        Instance(
            service="db",
            identifier="host1:redis.0:80",
            address="192.0.2.11",
            port=32768,
            protocol="tcp",
            container="redis.0",
            container_id="4fa6e0f0c678",
            node="dockerhost01",
            tags=("master", "backups"),
            attributes={"region": "us2"},
            weight=100,
        )
    ]
    assert named.problems == ()


def test_several_ports_have_the_port_in_their_names() -> None:
    assert keys(name(HTTP, HTTPS, image="nginx", called="web")) == {
        "nginx-80/host1:web:80": "192.0.2.11:32768",
        "nginx-443/host1:web:443": "192.0.2.11:32769",
    }


def test_a_common_name_gets_the_port_and_a_port_s_own_name_does_not() -> None:
    named = name(HTTP, HTTPS, SERVICE_NAME="front", SERVICE_443_NAME="secure")
    assert keys(named) == {
        "front-80/host1:redis.0:80": "192.0.2.11:32768",
        "secure/host1:redis.0:443": "192.0.2.11:32769",
    }


def test_what_is_said_for_one_port_wins_there_and_is_nowhere_else() -> None:
    named = name(
        HTTP,
        HTTPS,
        SERVICE_443_NAME="https",
        SERVICE_443_ID="https.12345",
        SERVICE_443_SNI="enabled",
        SERVICE_80_NAME="http",
        SERVICE_TAGS="www",
        SERVICE_443_TAGS="tls",
        SERVICE_SNI="no",
    )
    http, https = instances(named)
    assert (http.path, http.tags, http.attributes) == ("http/host1:redis.0:80", ("www",), {"sni": "no"})
    assert (https.path, https.tags, https.attributes) == ("https/https.12345", ("tls",), {"sni": "enabled"})


def test_ports_that_are_ignored_count_for_the_names() -> None:
    assert keys(name(HTTP, HTTPS, SERVICE_80_IGNORE="true")) == {"redis-443/host1:redis.0:443": "192.0.2.11:32769"}


@pytest.mark.parametrize(
    ("value", "ignored"), [("true", True), ("1", True), ("Yes", True), ("false", False), ("", False)]
)
def test_a_container_is_ignored_where_it_says_so(value: str, ignored: bool) -> None:
    assert (keys(name(HTTP, SERVICE_IGNORE=value)) == {}) is ignored


def test_udp_is_in_the_identifier_and_in_the_tags() -> None:
    (instance,) = instances(name(DNS, image="bind", called="ns"))
    assert (instance.path, instance.tags, instance.protocol) == ("bind/host1:ns:53:udp", ("udp",), "udp")


def test_tcp_and_udp_of_one_number_are_two_ports() -> None:
    tcp = PublishedPort(53, "tcp", "0.0.0.0", 5353)
    assert set(keys(name(DNS, tcp, image="bind", called="ns"))) == {"bind-53/host1:ns:53", "bind-53/host1:ns:53:udp"}


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        ("0.0.0.0", "192.0.2.11:8080"),
        ("::", "192.0.2.11:8080"),
        ("", "192.0.2.11:8080"),
        ("10.1.2.3", "10.1.2.3:8080"),
        ("fd00::5", "[fd00::5]:8080"),
    ],
)
def test_an_address_that_stands_for_all_becomes_the_advertised_one(address: str, endpoint: str) -> None:
    assert list(keys(name(PublishedPort(80, "tcp", address, 8080))).values()) == [endpoint]


def test_a_port_on_ipv4_and_ipv6_is_one_service() -> None:
    both = (PublishedPort(80, "tcp", "0.0.0.0", 8080), PublishedPort(80, "tcp", "::", 8080))
    assert keys(name(*both)) == {"redis/host1:redis.0:80": "192.0.2.11:8080"}


def test_labels_win_over_the_environment() -> None:
    facts = ContainerFacts(
        "4fa6", "web", "web:1", {"SERVICE_NAME": "label", "tier": "x"}, ["SERVICE_NAME=environment"], [HTTP]
    )
    assert list(keys(name_container(facts, "host1", "n1", "192.0.2.11"))) == ["label/host1:web:80"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            {"SERVICE_NAME": "a/b"},
            "'a/b' cannot be the name of a service, which has letters, digits, '_', '.' and '-' only; set SERVICE_NAME",
        ),
        (
            {"SERVICE_NAME": ".."},
            "'..' cannot be the name of a service, which has letters, digits, '_', '.' and '-' only; set SERVICE_NAME",
        ),
        (
            {"SERVICE_ID": "a b"},
            "'a b' cannot be the SERVICE_ID, which has letters, digits and '_.:-' only",
        ),
        ({"SERVICE_WEIGHT": "-1"}, "SERVICE_WEIGHT is '-1', and it must be a whole number from 0 to 256"),
        ({"SERVICE_WEIGHT": "257"}, "SERVICE_WEIGHT is '257', and it must be a whole number from 0 to 256"),
        ({"SERVICE_CHECK_HTTP": "health"}, "SERVICE_CHECK_HTTP is 'health', and it must be a path such as /health"),
        (
            {"SERVICE_CHECK_TCP": "true", "SERVICE_CHECK_INTERVAL": "10"},
            "SERVICE_CHECK_INTERVAL: '10' is not a duration; write numbers with a unit of us, ms, s, m or h each, such "
            "as 1m30s",
        ),
        (
            {"SERVICE_CHECK_TCP": "true", "SERVICE_CHECK_TIMEOUT": "1ms"},
            "SERVICE_CHECK_TIMEOUT is '1ms', and it must be 0.1 s at least",
        ),
    ],
)
def test_what_cannot_be_registered_is_told_and_not_registered(said: dict[str, str], problem: str) -> None:
    named = name(HTTP, **said)
    assert (named.instances, named.problems) == ((), (problem,))


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"SERVICE_": "x"}, "SERVICE_ is not SERVICE_<NAME> or SERVICE_<port>_<NAME>"),
        ({"SERVICE_80": "x"}, "SERVICE_80 is not SERVICE_<NAME> or SERVICE_<port>_<NAME>"),
        ({"SERVICE_99_NAME": "x"}, "SERVICE_99_NAME is about port 99, which is not published"),
        (
            {"SERVICE_CHECK_SCRIPT": "curl"},
            "SERVICE_CHECK_SCRIPT is not a check that is made; SERVICE_CHECK_HTTP, SERVICE_CHECK_INTERVAL, "
            "SERVICE_CHECK_TCP, SERVICE_CHECK_TIMEOUT are",
        ),
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_registered(said: dict[str, str], problem: str) -> None:
    named = name(HTTP, **said)
    assert keys(named) == {"redis/host1:redis.0:80": "192.0.2.11:32768"}
    assert named.problems == (problem,)


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ({}, None),
        ({"SERVICE_CHECK_TCP": "true"}, Check(None, 10.0, 2.0)),
        ({"SERVICE_CHECK_TCP": "false"}, None),
        (
            {"SERVICE_80_CHECK_HTTP": "/health", "SERVICE_CHECK_INTERVAL": "15s", "SERVICE_CHECK_TIMEOUT": "500ms"},
            Check("/health", 15.0, 0.5),
        ),
    ],
)
def test_the_check_that_must_pass_first(said: dict[str, str], check: Check | None) -> None:
    ((instance, found),) = name(HTTP, **said).instances
    assert (found, instance.attributes) == (check, {})


def test_without_published_ports_there_is_nothing() -> None:
    assert name() == Named()


def test_the_order_of_ports_and_names_does_not_matter() -> None:
    said: dict[str, t.Any] = {"SERVICE_B": "2", "SERVICE_A": "1"}
    turned = dict(reversed(said.items()))
    assert name(HTTP, HTTPS, **said) == name(HTTPS, HTTP, **turned)
