# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery against real etcd servers: what its JSON gateway does that one would not expect, users, TLS, failures."""

from __future__ import annotations

import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry, parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.etcd_client import EtcdClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import discover, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, TLSSettings
from ansible_collections.classic.swarm.tests.integration.loopback import closed_port
from ansible_collections.classic.swarm.tests.lab.certificates import Authority, CertificateSet
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd, encode, fetch
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable

ENTRY = Entry("10.0.0.5", 2375)
KEY = f"/swarm/docker/swarm/nodes/{ENTRY.address}"


@pytest.fixture(scope="module", autouse=True)
def program() -> None:
    try:
        fetch()
    except ServiceUnavailable as error:
        pytest.skip(f"no etcd on this machine: {error}")


@pytest.fixture(scope="module")
def server() -> t.Iterator[Etcd]:
    with Etcd() as running:
        yield running


@pytest.fixture
def etcd(server: Etcd) -> Etcd:
    server.delete("/")
    return server


@pytest.fixture(scope="module")
def guarded() -> t.Iterator[Etcd]:
    """With users, whose tokens live for two seconds; one engine registered."""
    with Etcd(options={"auth-token-ttl": 2}) as running:
        running.put(KEY)
        running.enable_users()
        running.add_user("reader", "r3ad", "/swarm/", "READ")
        running.add_user("writer", "wr1te", "/swarm/")
        running.add_user("other", "0ther", "/elsewhere/")
        yield running


@pytest.fixture(scope="module")
def secured() -> t.Iterator[Etcd]:
    """Over TLS, to clients with a certificate only; one engine registered."""
    with Etcd(tls=True) as running:
        running.put(KEY)
        yield running


def settings(*hosts: str, prefix: str = "swarm", **others: t.Any) -> DiscoverySettings:
    return DiscoverySettings(f"etcd://{','.join(hosts)}/{prefix}", **others)


def login(user: str, password: str) -> dict[str, str]:
    return {"user": user, "password": password}


# -- which keys are entries -------------------------------------------------------------------------------------------


def test_both_layouts_are_listed_and_an_address_once(etcd: Etcd) -> None:
    etcd.put("/swarm/10.0.0.7:2375", "whatever")
    etcd.put("/swarm/docker/swarm/nodes/10.0.0.6:2375", "10.0.0.6:2375")
    etcd.put("/swarm/docker/swarm/nodes/10.0.0.7:2375", "10.0.0.7:2375")
    etcd.put("/swarm/docker/swarm/leader", "10.0.0.9:4000")
    etcd.put("/swarm2/10.0.0.8:2375")
    etcd.put("swarm/10.0.0.9:2375")
    assert [entry.address for entry in discover(settings(etcd.host))] == ["10.0.0.7:2375", "10.0.0.6:2375"]


def test_a_prefix_that_is_not_there_is_an_empty_cluster(etcd: Etcd) -> None:
    assert open_backend(settings(etcd.host)).list() == ()
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(etcd.host))
    assert str(caught.value) == f"the discovery source 'etcd://{etcd.host}/swarm' holds no engines"


def test_a_prefix_that_is_the_folder_of_the_original_itself(etcd: Etcd) -> None:
    backend = open_backend(settings(etcd.host, prefix="swarm/docker/swarm/nodes"))
    registration = backend.register(ENTRY, 20)
    assert backend.list() == (ENTRY,)
    assert etcd.get(KEY) is not None
    registration.deregister()


# -- leases -----------------------------------------------------------------------------------------------------------


def test_a_registration_is_a_key_with_a_lease_and_a_heartbeat_writes_nothing(etcd: Etcd) -> None:
    registration = open_backend(settings(etcd.host)).register(ENTRY, 20)
    written = etcd.get(KEY)
    assert written is not None
    assert written["value"] == encode(ENTRY.address)
    assert etcd.call("lease/timetolive", {"ID": written["lease"]})["grantedTTL"] == "20"
    registration.heartbeat()
    assert etcd.get(KEY) == written
    registration.deregister()
    assert etcd.get(KEY) is None
    assert etcd.call("lease/leases", {}).get("leases", []) == []


def test_a_lease_that_ended_is_replaced(etcd: Etcd) -> None:
    registration = open_backend(settings(etcd.host)).register(ENTRY, 20)
    lease = (etcd.get(KEY) or {})["lease"]
    etcd.call("lease/revoke", {"ID": lease})
    assert etcd.get(KEY) is None
    registration.heartbeat()
    assert (etcd.get(KEY) or {})["lease"] != lease
    registration.deregister()


def test_a_key_that_somebody_removed_or_wrote_is_taken_back(etcd: Etcd) -> None:
    registration = open_backend(settings(etcd.host)).register(ENTRY, 20)
    lease = (etcd.get(KEY) or {})["lease"]
    etcd.delete(KEY)
    registration.heartbeat()
    assert (etcd.get(KEY) or {})["lease"] == lease
    etcd.put(KEY, "by hand")
    registration.heartbeat()
    assert (etcd.get(KEY) or {})["lease"] == lease
    registration.deregister()


def test_a_predecessor_that_ends_takes_nothing_with_it(etcd: Etcd) -> None:
    predecessor = open_backend(settings(etcd.host)).register(ENTRY, 20)
    successor = open_backend(settings(etcd.host)).register(ENTRY, 20)
    predecessor.deregister()
    assert open_backend(settings(etcd.host)).list() == (ENTRY,)
    successor.deregister()


def test_a_put_with_a_dead_lease_is_told_from_a_gateway_that_is_not_there(etcd: Etcd) -> None:
    client = EtcdClient(f"etcd://{etcd.host}/swarm", [parse_entry(etcd.host)], settings(etcd.host))
    body = {"key": encode(KEY), "lease": "12345"}
    assert client.call("kv/put", body, "write it", missing_ok=True) is None
    with pytest.raises(DiscoveryRefusedError) as caught:
        client.call("kv/put", body, "write it")
    assert str(caught.value) == (
        f"etcd at {etcd.host} was asked to write it and answered 404: etcdserver: requested lease not found"
    )


def test_a_ttl_that_is_not_granted_is_refused_with_both_numbers() -> None:
    with Etcd(options={"election-timeout": 6000, "heartbeat-interval": 500}) as slow:
        with pytest.raises(InputError) as caught:
            open_backend(settings(slow.host)).register(ENTRY, 5)
        assert str(caught.value) == "a TTL of 5 s cannot be kept by this etcd; the least that it grants is 9 s"
        assert slow.call("lease/leases", {}).get("leases", []) == []


# -- watching ---------------------------------------------------------------------------------------------------------


def test_changes_between_two_watches_are_seen(etcd: Etcd) -> None:
    backend = open_backend(settings(etcd.host))
    known = backend.list()
    for number in range(20):
        etcd.put(f"/swarm/10.0.1.{number}:2375")
        known = backend.watch(known, 10)
        assert len(known) == number + 1


def test_what_is_no_entry_ends_no_watch(etcd: Etcd) -> None:
    backend = open_backend(settings(etcd.host))
    writing = threading.Timer(0.3, etcd.put, ("/swarm/docker/swarm/leader", "x"))
    writing.start()
    begun = time.monotonic()
    assert backend.watch((), 1.5) == ()
    assert time.monotonic() - begun >= 1.4
    writing.join(10)


def test_a_watch_from_before_a_compaction_lists_anew(etcd: Etcd) -> None:
    etcd.put("/swarm/10.0.0.7:2375")
    revision = int((etcd.get("/swarm/10.0.0.7:2375") or {})["mod_revision"])
    etcd.put("/swarm/10.0.0.8:2375")
    etcd.call("kv/compaction", {"revision": str(revision + 1)})
    client = EtcdClient(f"etcd://{etcd.host}/swarm", [parse_entry(etcd.host)], settings(etcd.host))
    begun = time.monotonic()
    assert client.await_change("/swarm/", revision, 10, "watch")
    assert time.monotonic() - begun < 5


def test_a_server_that_is_killed_and_comes_back_during_a_watch() -> None:
    with Etcd() as mortal:
        mortal.put("/swarm/10.0.0.7:2375")
        backend = open_backend(settings(mortal.host, timeout=2))
        known = backend.list()
        killing = threading.Timer(0.5, mortal.kill)
        killing.start()
        with pytest.raises(DiscoveryError) as caught:
            backend.watch(known, 30)
        assert str(caught.value) == (
            f"no etcd host of etcd://{mortal.host}/swarm was reached to list the keys below '/swarm/': "
            f"{mortal.host}: Connection refused"
        )
        killing.join(10)
        mortal.start()
        mortal.put("/swarm/10.0.0.8:2375")
        assert [entry.host for entry in backend.watch(known, 10)] == ["10.0.0.7", "10.0.0.8"]


# -- servers ----------------------------------------------------------------------------------------------------------


def test_the_next_server_is_asked_and_all_are_named(etcd: Etcd) -> None:
    etcd.put(KEY)
    with closed_port() as closed, closed_port() as other:
        assert discover(settings(closed, etcd.host)) == (ENTRY,)
        with pytest.raises(DiscoveryError) as caught:
            discover(settings(closed, other))
    assert str(caught.value) == (
        f"no etcd host of etcd://{closed},{other}/swarm was reached to list the keys below '/swarm/': "
        f"{closed}: Connection refused; {other}: Connection refused"
    )


def test_a_gateway_that_is_switched_off() -> None:
    with Etcd(config_file=True) as silent, pytest.raises(DiscoveryRefusedError) as caught:
        discover(settings(silent.host))
    assert str(caught.value) == (
        f"etcd at {silent.host} answers 404 to everything: its JSON gateway is switched off, as it is in an etcd 3.4 "
        f"that is started with a configuration file; write 'enable-grpc-gateway: true' into that file and restart it"
    )


def test_the_advice_for_a_gateway_that_is_switched_off_is_right() -> None:
    with Etcd(config_file=True, options={"enable-grpc-gateway": True}) as speaking:
        speaking.put(KEY)
        assert discover(settings(speaking.host)) == (ENTRY,)


# -- users ------------------------------------------------------------------------------------------------------------


def test_a_user_who_may_read_gives_the_entries(guarded: Etcd) -> None:
    assert discover(settings(guarded.host, options=login("reader", "r3ad"))) == (ENTRY,)
    assert discover(settings(guarded.host, options={"user": "reader:r3ad"})) == (ENTRY,)


def test_no_user(guarded: Etcd) -> None:
    with pytest.raises(DiscoveryRefusedError) as caught:
        discover(settings(guarded.host))
    assert str(caught.value) == (
        f"etcd at {guarded.host} refused to list the keys below '/swarm/' (400: etcdserver: user name is empty); give "
        f"the discovery options user and password, for the JSON gateway takes no user from a client certificate"
    )


@pytest.mark.parametrize("user", ["reader", "nobody"])
def test_a_wrong_password_or_user_is_refused_and_not_shown(guarded: Etcd, user: str) -> None:
    wrong = settings(guarded.host, options=login(user, "hunter2"))
    with pytest.raises(DiscoveryRefusedError) as caught:
        discover(wrong)
    assert str(caught.value) == (
        f"etcd at {guarded.host} refused to list the keys below '/swarm/' (400: etcdserver: authentication failed, "
        f"invalid user ID or password); correct the discovery options user and password"
    )
    assert "hunter2" not in repr(wrong)


def test_a_user_who_may_not_read(guarded: Etcd) -> None:
    with pytest.raises(DiscoveryRefusedError) as caught:
        discover(settings(guarded.host, options=login("other", "0ther")))
    assert str(caught.value) == (
        f"etcd at {guarded.host} refused to list the keys below '/swarm/' (403: etcdserver: permission denied); "
        f"the user needs a role that permits it"
    )


def test_a_user_who_may_only_read_cannot_register_and_one_who_may_write_can(guarded: Etcd) -> None:
    other = Entry("10.0.0.6", 2375)
    with pytest.raises(DiscoveryRefusedError, match=r"refused to write the key of 10\.0\.0\.6:2375 \(403"):
        open_backend(settings(guarded.host, options=login("reader", "r3ad"))).register(other, 20)
    backend = open_backend(settings(guarded.host, options=login("writer", "wr1te")))
    registration = backend.register(other, 20)
    assert backend.list() == (ENTRY, other)
    registration.deregister()
    assert backend.list() == (ENTRY,)


def test_a_token_that_ended_is_renewed(guarded: Etcd) -> None:
    backend = open_backend(settings(guarded.host, options=login("reader", "r3ad")))
    assert backend.list() == (ENTRY,)
    # The server drops tokens that nobody used for two seconds, and looks once a second.
    time.sleep(4)
    assert backend.list() == (ENTRY,)


def test_a_user_where_there_are_none_yet(etcd: Etcd) -> None:
    etcd.put(KEY)
    assert discover(settings(etcd.host, options=login("reader", "r3ad"))) == (ENTRY,)


# -- TLS --------------------------------------------------------------------------------------------------------------


def mutual(etcd: Etcd, client: t.Optional[CertificateSet] = None, **changes: t.Any) -> TLSSettings:
    client = client or etcd.client
    assert client is not None
    files = {"ca_path": str(client.ca), "client_cert": str(client.cert), "client_key": str(client.key)}
    return TLSSettings(enabled=True, **{**files, **changes})


def test_authority_and_client_certificate(secured: Etcd) -> None:
    assert discover(settings(secured.host, tls=mutual(secured))) == (ENTRY,)


def test_another_authority(secured: Etcd, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "somebody else").certificate
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(secured.host, tls=mutual(secured, ca_path=str(stranger))))
    assert str(caught.value) == (
        f"no etcd host of etcd://{secured.host}/swarm was reached to list the keys below '/swarm/': "
        f"{secured.host}: its certificate is not accepted: unable to get local issuer certificate"
    )


def test_no_client_certificate(secured: Etcd) -> None:
    """The server closes the connection with a word about it or, more often, before that is read."""
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(secured.host, tls=mutual(secured, client_cert=None, client_key=None)))
    begin = (
        f"no etcd host of etcd://{secured.host}/swarm was reached to list the keys below '/swarm/': {secured.host}: "
    )
    assert str(caught.value) in (
        f"{begin}it closed the connection, as a server does that wants a client certificate, or another one",
        f"{begin}it wants a client certificate, and the right one (sslv3 alert bad certificate)",
    )


def test_http_to_a_server_that_speaks_https(secured: Etcd) -> None:
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(secured.host))
    assert str(caught.value) == (
        f"no etcd host of etcd://{secured.host}/swarm was reached to list the keys below '/swarm/': "
        f"{secured.host}: Remote end closed connection without response"
    )


def test_the_gateway_takes_no_user_from_a_client_certificate() -> None:
    with Etcd(tls=True) as both:
        both.put(KEY)
        both.enable_users()
        root = login("root", "secret")
        assert discover(settings(both.host, tls=mutual(both), options=root)) == (ENTRY,)
        with pytest.raises(DiscoveryRefusedError, match="the JSON gateway takes no user from a client certificate"):
            discover(settings(both.host, tls=mutual(both)))
        for options in ({}, root):
            with pytest.raises(DiscoveryRefusedError) as caught:
                discover(settings(both.host, tls=mutual(both, both.named_client), options=options))
            assert str(caught.value) == (
                f"etcd at {both.host} refused to list the keys below '/swarm/' (400: CommonName of client sending a "
                f"request against gateway will be ignored and not used as expected); where it has users, its JSON "
                f"gateway takes no client certificate with a common name (CN): show one without, and give the "
                f"discovery options user and password"
            )
