# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery through SRV records, asked of a real DNS server."""

from __future__ import annotations

import socket
import sys
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import discover, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
    MissingLibraryError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.dnsmasq import ZONE, Dnsmasq
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable

RECORDS = [
    ("_docker._tcp", "node-2.example.test", 2376),
    ("_docker._tcp", "node-1.example.test", 2376),
    ("_docker._tcp", "node-1.example.test", 2375),
    *(("_many._tcp", f"node-{number}.a-domain-with-a-long-name.example.test", 2376) for number in range(300)),
    ("_bad._tcp", "_node.example.test", 2376),
]


@pytest.fixture(scope="module")
def server() -> t.Iterator[Dnsmasq]:
    try:
        running = Dnsmasq(RECORDS)
    except ServiceUnavailable as error:
        pytest.skip(f"no DNS server on this machine: {error}")
    with running:
        yield running


def settings(server: Dnsmasq, name: str, **others: t.Any) -> DiscoverySettings:
    return DiscoverySettings(f"dns+srv://{server.host}/{name}.{ZONE}", **others)


def test_each_record_is_an_entry_in_an_order_that_does_not_change(server: Dnsmasq) -> None:
    wanted = (
        Entry("node-1.example.test", 2375),
        Entry("node-1.example.test", 2376),
        Entry("node-2.example.test", 2376),
    )
    for _time in range(5):
        assert discover(settings(server, "_docker._tcp")) == wanted
    assert discover(DiscoverySettings(f"DNS+SRV://{server.host}/_docker._tcp.{ZONE}.")) == wanted


def test_an_answer_that_is_too_long_for_udp(server: Dnsmasq) -> None:
    assert len(discover(settings(server, "_many._tcp"))) == 300


def test_a_name_that_is_not_there_is_told_from_one_without_records(server: Dnsmasq) -> None:
    with pytest.raises(DiscoveryRefusedError) as caught:
        open_backend(settings(server, "_dokcer._tcp")).list()
    assert str(caught.value) == (
        "there is no name _dokcer._tcp.example.test in the DNS, says the name server 127.0.0.1; write dns+srv://NAME, "
        "such as dns+srv://_docker._tcp.example.org with the name of your records"
    )
    assert open_backend(settings(server, "only-an-address")).list() == ()


def test_a_zone_that_the_server_does_not_know(server: Dnsmasq) -> None:
    with pytest.raises(DiscoveryError) as caught:
        discover(DiscoverySettings(f"dns+srv://{server.host}/_docker._tcp.example.org"))
    assert str(caught.value) == (
        f"no name server gave the SRV records of _docker._tcp.example.org: {server.host}: it answered REFUSED"
    )


def test_the_next_server_is_asked_and_all_are_named(server: Dnsmasq) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        mute = f"127.0.0.1:{silent.getsockname()[1]}"
        source = f"dns+srv://{mute},{server.host}/_docker._tcp.{ZONE}"
        assert len(discover(DiscoverySettings(source, timeout=0.5))) == 3
        freeze(server.pid)
        try:
            with pytest.raises(DiscoveryError) as caught:
                discover(DiscoverySettings(source, timeout=0.5))
        finally:
            thaw(server.pid)
    assert str(caught.value) == (
        f"no name server gave the SRV records of _docker._tcp.{ZONE}: {mute}: no answer within 0.5 s; "
        f"{server.host}: no answer within 0.5 s"
    )


def test_a_name_server_that_nobody_knows() -> None:
    with pytest.raises(DiscoveryError, match=r"^the name server nowhere\.invalid is not known: "):
        discover(DiscoverySettings(f"dns+srv://nowhere.invalid/_docker._tcp.{ZONE}"))


def test_a_target_that_is_no_host_name(server: Dnsmasq) -> None:
    with pytest.raises(DiscoveryRefusedError, match=r"^a SRV record of _bad\._tcp\.example\.test cannot be used: "):
        discover(DiscoverySettings(f"dns+srv://{server.host}/_bad._tcp.{ZONE}"))


@pytest.mark.parametrize("name", ["", "_docker..tcp", "a b", "x" * 254, "_docker._tcp.example.org?x=1", "ü.example"])
def test_a_name_that_cannot_be_right(name: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(f"dns+srv://{name}"))
    assert str(caught.value) == (
        f"'dns+srv://{name}' names no SRV records; write dns+srv://NAME, such as dns+srv://_docker._tcp.example.org"
    )


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "dns"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dns", None)
    with pytest.raises(MissingLibraryError, match=r"discovery through dns\+srv:// needs .* pip install dnspython"):
        discover(DiscoverySettings(f"dns+srv://_docker._tcp.{ZONE}"))
