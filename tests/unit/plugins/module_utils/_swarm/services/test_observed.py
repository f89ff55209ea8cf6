# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inspect reply says of a container, and which keys it has by that."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.checks import Check
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.naming import PublishedPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.observed import Observed, observe
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.registry import Place, Registered, register

PLACE = Place("host1", "dockerhost01", "192.0.2.11")
WEB = "services/web/host1:web.1:80"


def record(state: dict[str, t.Any] | None = None, **config: t.Any) -> dict[str, t.Any]:
    return {
        "Id": "4fa6",
        "Name": "/web.1",
        "State": {"Running": True, "Paused": False, "Restarting": False, **(state or {})},
        "Config": {"Image": "web:1", "Labels": {"SERVICE_ZONE": "z1"}, "Env": ["A=1"], **config},
        "NetworkSettings": {
            "Ports": {
                "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}],
                "443/tcp": None,
                "x/tcp": [{"HostIp": "", "HostPort": "1"}],
                "53/udp": [{"HostIp": "", "HostPort": "no"}],
            }
        },
    }


def registered(*records: dict[str, t.Any], leaving: t.Container[str] = (), passed: bool = False) -> Registered:
    return register(PLACE, [observe(each) for each in records], leaving, lambda _path: passed)


def test_what_a_reply_says() -> None:
    seen = observe(record())
    assert isinstance(seen, Observed)
    assert (seen.serves, seen.health, seen.stop_signal) == (True, None, "15")
    assert (seen.facts.identifier, seen.facts.name, seen.facts.image) == ("4fa6", "web.1", "web:1")
    assert (seen.facts.labels, list(seen.facts.environment)) == ({"SERVICE_ZONE": "z1"}, ["A=1"])
    assert seen.facts.ports == (PublishedPort(80, "tcp", "0.0.0.0", 8080), PublishedPort(80, "tcp", "::", 8080))


@pytest.mark.parametrize("reply", [{}, {"State": 5, "Config": [], "NetworkSettings": {"Ports": {"80/tcp": [7]}}}])
def test_a_reply_with_little_in_it(reply: dict[str, t.Any]) -> None:
    assert registered(reply) == Registered({}, {}, {}, ())


@pytest.mark.parametrize(
    ("written", "number"), [(None, "15"), ("SIGQUIT", "3"), ("term", "15"), ("9", "9"), ("RTMIN+3", "RTMIN+3")]
)
def test_the_signal_that_it_ends_by(written: str | None, number: str) -> None:
    assert observe(record(StopSignal=written)).stop_signal == number


@pytest.mark.parametrize(
    ("state", "there"),
    [
        ({}, True),
        ({"Running": False}, False),
        ({"Paused": True}, False),
        ({"Restarting": True}, False),
        ({"Health": {"Status": "healthy"}}, True),
        ({"Health": {"Status": "starting"}}, False),
        ({"Health": {"Status": "unhealthy"}}, False),
        ({"Health": {"Status": "none"}}, True),
    ],
)
def test_it_is_registered_while_it_serves(state: dict[str, t.Any], there: bool) -> None:
    assert (WEB in registered(record(state)).keys) is there


def test_both_keys() -> None:
    keys = registered(record()).keys
    assert sorted(keys) == ["services-facts/web/host1:web.1:80", WEB]
    assert keys[WEB] == "192.0.2.11:8080"


def test_who_was_asked_to_stop_is_gone() -> None:
    assert registered(record(), leaving={"4fa6"}).keys == {}


def test_a_check_must_have_passed_where_the_engine_makes_none() -> None:
    labels = {"SERVICE_CHECK_TCP": "true"}
    waiting, passed = registered(record(Labels=labels)), registered(record(Labels=labels), passed=True)
    assert (waiting.keys, waiting.checks) == ({}, {"web/host1:web.1:80": Check(None)})
    assert WEB in passed.keys
    own = registered(record({"Health": {"Status": "healthy"}}, Labels=labels))
    assert (WEB in own.keys, own.checks) == (True, {})


def test_two_with_one_identifier_are_told() -> None:
    labels = {"SERVICE_ID": "one"}
    two = {**record(Labels=labels), "Id": "5fa6", "Name": "/web.2"}
    assert registered(record(Labels=labels), two).problems == ("web.2: web/one is registered for web.1 already",)


@pytest.mark.parametrize(
    ("path", "value", "own"),
    [
        (WEB, "192.0.2.11:8080", True),
        ("services/web/host10:web.1:80", "192.0.2.11:8080", False),
        ("services/web/one", "192.0.2.11:8080", False),
        ("services-facts/web/one", '{"node": "dockerhost01"}', True),
        ("services-facts/web/one", '{"node": "dockerhost02"}', False),
        ("services-facts/web/one", "no JSON", False),
    ],
)
def test_which_keys_are_an_engine_s_own(path: str, value: str, own: bool) -> None:
    assert PLACE.is_own(path, value) is own
