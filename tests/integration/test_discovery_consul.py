# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery against real Consul servers, healthy and not."""

from __future__ import annotations

import base64
import dataclasses
import socket
import threading
import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import discover, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, TLSSettings
from ansible_collections.classic.swarm.tests.lab.consul import Consul, ConsulUnavailable, fetch
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw

ENTRY = Entry("10.0.0.5", 2375)
ORIGINAL_KEY = f"swarm/docker/swarm/nodes/{ENTRY.address}"
READ = 'key_prefix "swarm/" { policy = "read" }'
WRITE = 'key_prefix "swarm/" { policy = "write" } session_prefix "" { policy = "write" }'


@pytest.fixture(scope="module", autouse=True)
def program() -> None:
    try:
        fetch()
    except ConsulUnavailable as error:
        pytest.skip(f"no Consul on this machine: {error}")


@pytest.fixture(scope="module")
def server() -> t.Iterator[Consul]:
    with Consul() as consul:
        yield consul


@pytest.fixture
def consul(server: Consul) -> Consul:
    server.delete("")
    return server


@pytest.fixture(scope="module")
def guarded() -> t.Iterator[Consul]:
    """With access control lists; one engine registered."""
    with Consul(acl=True) as consul:
        consul.put(ORIGINAL_KEY, ENTRY.address)
        yield consul


@pytest.fixture(scope="module")
def secured() -> t.Iterator[Consul]:
    """Over TLS, to clients with a certificate only; one engine registered."""
    with Consul(tls=True) as consul:
        consul.put(ORIGINAL_KEY, ENTRY.address)
        yield consul


@pytest.fixture
def closed() -> t.Iterator[str]:
    """A host where nobody listens: the port is taken, so that nobody else gets it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def settings(*hosts: str, prefix: str = "swarm", **others: t.Any) -> DiscoverySettings:
    return DiscoverySettings(f"consul://{','.join(hosts)}/{prefix}", **others)


# -- which keys are entries -------------------------------------------------------------------------------------------


def test_both_layouts_are_listed_and_an_address_once(consul: Consul) -> None:
    consul.put("swarm/10.0.0.7:2375", "10.0.0.7:2375")
    consul.put("swarm/docker/swarm/nodes/10.0.0.6:2375", "10.0.0.6:2375")
    consul.put("swarm/docker/swarm/nodes/10.0.0.7:2375", "10.0.0.7:2375")
    consul.put("swarm/docker/swarm/leader", "10.0.0.9:4000")
    consul.put("swarm2/10.0.0.8:2375", "10.0.0.8:2375")

    assert {entry.address for entry in discover(settings(consul.host))} == {"10.0.0.6:2375", "10.0.0.7:2375"}
    assert len(discover(settings(consul.host))) == 2


def test_a_prefix_that_is_not_there_is_an_empty_cluster(consul: Consul) -> None:
    assert open_backend(settings(consul.host)).list() == ()
    with pytest.raises(DiscoveryError, match=f"the discovery source 'consul://{consul.host}/swarm' holds no engines"):
        discover(settings(consul.host))


def test_a_thousand_engines(consul: Consul) -> None:
    addresses = [f"10.1.{number // 250}.{number % 250}:2375" for number in range(1000)]
    for start in range(0, len(addresses), 50):
        steps = [
            {"KV": {"Verb": "set", "Key": f"swarm/{address}", "Value": ""}} for address in addresses[start : start + 50]
        ]
        consul.call("PUT", "txn", json=steps)
    assert sorted(entry.address for entry in discover(settings(consul.host))) == sorted(addresses)


# -- datacenter and namespace -----------------------------------------------------------------------------------------


def test_the_datacenter_is_asked_for(consul: Consul) -> None:
    consul.put(ORIGINAL_KEY, ENTRY.address)
    assert discover(settings(consul.host, options={"datacenter": "dc1"})) == (ENTRY,)
    with pytest.raises(DiscoveryRefusedError, match="No path to datacenter"):
        discover(settings(consul.host, options={"datacenter": "elsewhere"}))


def test_a_namespace_is_refused_by_a_consul_without_them(consul: Consul) -> None:
    with pytest.raises(DiscoveryRefusedError, match=r"answered 400: .*Namespaces are a Consul Enterprise feature"):
        discover(settings(consul.host, options={"namespace": "team"}))


# -- access control lists ---------------------------------------------------------------------------------------------


def test_a_token_that_may_read_gives_the_entries(guarded: Consul) -> None:
    assert discover(settings(guarded.host, options={"token": guarded.create_token(READ)})) == (ENTRY,)


def test_no_token(guarded: Consul) -> None:
    with pytest.raises(DiscoveryRefusedError) as caught:
        discover(settings(guarded.host))
    assert str(caught.value) == (
        f"Consul at {guarded.host} refused to list the keys below 'swarm/' (403: Permission denied); "
        f"that needs an ACL token, given as the discovery token"
    )


@pytest.mark.parametrize("rules", [None, 'key_prefix "other/" { policy = "read" }'])
def test_a_token_that_is_unknown_or_may_not_read(guarded: Consul, rules: t.Optional[str]) -> None:
    token = "3f1c0e5e-0000-0000-0000-000000000000" if rules is None else guarded.create_token(rules)
    with pytest.raises(DiscoveryRefusedError, match="needs another ACL token than this one") as caught:
        discover(settings(guarded.host, options={"token": token}))
    assert token not in str(caught.value)
    assert token not in repr(settings(guarded.host, options={"token": token}))


def test_a_token_that_may_only_read_cannot_register(guarded: Consul) -> None:
    backend = open_backend(settings(guarded.host, options={"token": guarded.create_token(READ)}))
    with pytest.raises(
        DiscoveryRefusedError, match=r"refused to open a session for 10\.0\.0\.6:2375 \(403: Permission denied"
    ):
        backend.register(Entry("10.0.0.6", 2375), 20)


def test_a_token_that_may_write_registers(guarded: Consul) -> None:
    backend = open_backend(settings(guarded.host, options={"token": guarded.create_token(WRITE)}))
    registration = backend.register(Entry("10.0.0.6", 2375), 20)
    assert Entry("10.0.0.6", 2375) in backend.list()
    registration.deregister()
    assert Entry("10.0.0.6", 2375) not in backend.list()


# -- TLS --------------------------------------------------------------------------------------------------------------


def tls(consul: Consul, **others: t.Any) -> TLSSettings:
    files = consul.certificates
    assert files is not None
    right = TLSSettings(
        True, ca_path=str(files.ca), client_cert=str(files.client_cert), client_key=str(files.client_key)
    )
    return dataclasses.replace(right, **others)


def test_tls_with_a_client_certificate(secured: Consul) -> None:
    assert discover(settings(secured.host, tls=tls(secured))) == (ENTRY,)


def test_tls_without_a_client_certificate(secured: Consul) -> None:
    with pytest.raises(DiscoveryError, match=f"{secured.host}: it wants a client certificate, and the right one"):
        discover(settings(secured.host, tls=tls(secured, client_cert=None, client_key=None)))


def test_tls_with_an_authority_that_did_not_sign_the_server(secured: Consul) -> None:
    with pytest.raises(
        DiscoveryError, match=f"{secured.host}: its certificate is not accepted: unable to get local issuer"
    ):
        discover(settings(secured.host, tls=tls(secured, ca_path=None)))


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_tls_unverified(secured: Consul) -> None:
    assert discover(settings(secured.host, tls=tls(secured, ca_path=None, verify=False))) == (ENTRY,)


def test_tls_with_a_key_that_belongs_to_another_certificate(secured: Consul) -> None:
    files = secured.certificates
    assert files is not None
    with pytest.raises(InputError, match="cannot be used: key values mismatch"):
        discover(settings(secured.host, tls=tls(secured, client_key=str(files.server_key))))


@pytest.mark.parametrize(("name", "accepted"), [("server.dc1.consul", True), ("other.example.com", False)])
def test_tls_expects_the_name_that_the_settings_give(secured: Consul, name: str, accepted: bool) -> None:
    wanted = settings(secured.host, tls=tls(secured, hostname=name))
    if accepted:
        assert discover(wanted) == (ENTRY,)
        return
    with pytest.raises(DiscoveryError, match=r"other\.example\.com"):
        discover(wanted)


def test_plain_http_to_a_server_that_speaks_tls(secured: Consul) -> None:
    with pytest.raises(DiscoveryRefusedError, match="answered 400: Client sent an HTTP request to an HTTPS server"):
        discover(settings(secured.host))


# -- hosts that are down ----------------------------------------------------------------------------------------------


def test_the_next_host_is_asked_when_the_first_is_down(consul: Consul, closed: str) -> None:
    consul.put(ORIGINAL_KEY, ENTRY.address)
    assert discover(settings(closed, consul.host)) == (ENTRY,)


def test_the_next_host_is_asked_when_the_first_is_frozen(consul: Consul) -> None:
    consul.put(ORIGINAL_KEY, ENTRY.address)
    with Consul() as frozen:
        freeze(frozen.pid)
        try:
            begun = time.monotonic()
            assert discover(settings(frozen.host, consul.host, timeout=1.0)) == (ENTRY,)
            assert 1 <= time.monotonic() - begun < 5
        finally:
            thaw(frozen.pid)


def test_without_a_leader_the_next_host_is_asked_and_without_a_next_one_it_is_said(consul: Consul) -> None:
    consul.put(ORIGINAL_KEY, ENTRY.address)
    with Consul(servers=3) as leaderless:
        assert discover(settings(leaderless.host, consul.host)) == (ENTRY,)
        with pytest.raises(DiscoveryRefusedError) as caught:
            discover(settings(leaderless.host))
        assert str(caught.value) == (
            f"Consul (consul://{leaderless.host}/swarm) cannot list the keys below 'swarm/' at the moment: "
            f"{leaderless.host}: No cluster leader"
        )


def test_consul_stopped_and_back() -> None:
    with Consul() as consul:
        consul.put("swarm/10.0.0.7:2375")
        backend = open_backend(settings(consul.host, timeout=3.0))
        registration = backend.register(ENTRY, 20)
        assert len(backend.list()) == 2

        consul.stop()
        for attempt in (backend.list, registration.heartbeat, registration.deregister, lambda: backend.watch((), 60)):
            with pytest.raises(DiscoveryError, match=f"{consul.host}: Connection refused"):
                attempt()

        consul.start()
        assert Entry("10.0.0.7", 2375) in backend.list()
        registration.heartbeat()
        assert ENTRY in backend.list()
        registration.deregister()
        assert backend.list() == (Entry("10.0.0.7", 2375),)


def test_a_watch_that_waits_ends_with_the_server() -> None:
    with Consul() as consul:
        consul.put(ORIGINAL_KEY)
        backend = open_backend(settings(consul.host, timeout=3.0))
        known = backend.list()
        stopping = threading.Timer(1.0, consul.stop)
        stopping.start()
        begun = time.monotonic()
        with pytest.raises(DiscoveryError, match=consul.host):
            backend.watch(known, 60)
        assert time.monotonic() - begun < 30
        stopping.join(30)


# -- registrations ----------------------------------------------------------------------------------------------------


def session_of(consul: Consul, key: str) -> t.Optional[str]:
    record = consul.get(key)
    return None if record is None else record.get("Session")


def test_a_registration_looks_like_one_of_the_original(consul: Consul) -> None:
    registration = open_backend(settings(consul.host)).register(ENTRY, 180)
    record = consul.get(ORIGINAL_KEY)
    assert record is not None
    assert base64.b64decode(record["Value"]).decode() == ENTRY.address
    session = consul.call("GET", f"session/info/{record['Session']}").json()[0]
    assert (session["TTL"], session["Behavior"], session["LockDelay"]) == ("90000ms", "delete", 0)
    assert not session["NodeChecks"]
    registration.deregister()
    assert consul.get(ORIGINAL_KEY) is None


def test_a_prefix_that_is_the_whole_path_of_the_original_is_not_doubled(consul: Consul) -> None:
    backend = open_backend(settings(consul.host, prefix="swarm/docker/swarm/nodes"))
    registration = backend.register(ENTRY, 20)
    assert consul.get(ORIGINAL_KEY) is not None
    assert backend.list() == (ENTRY,)
    registration.deregister()


def test_a_successor_takes_over_without_a_gap(consul: Consul) -> None:
    backend = open_backend(settings(consul.host))
    backend.register(ENTRY, 20)
    before = consul.get(ORIGINAL_KEY)
    successor = backend.register(ENTRY, 20)
    after = consul.get(ORIGINAL_KEY)
    assert before is not None
    assert after is not None
    assert before["Session"] != after["Session"]
    # A key that had been gone for a moment would have been created anew.
    assert before["CreateIndex"] == after["CreateIndex"]
    successor.deregister()


def test_a_key_that_somebody_wrote_by_hand_is_taken(consul: Consul) -> None:
    consul.put(ORIGINAL_KEY, ENTRY.address)
    registration = open_backend(settings(consul.host)).register(ENTRY, 20)
    assert session_of(consul, ORIGINAL_KEY) is not None
    registration.deregister()


def test_a_heartbeat_writes_nothing_while_all_is_well(consul: Consul) -> None:
    registration = open_backend(settings(consul.host)).register(ENTRY, 20)
    before = consul.get(ORIGINAL_KEY)
    registration.heartbeat()
    assert consul.get(ORIGINAL_KEY) == before
    registration.deregister()


def test_a_heartbeat_registers_again_when_the_session_is_gone(consul: Consul) -> None:
    registration = open_backend(settings(consul.host)).register(ENTRY, 20)
    session = session_of(consul, ORIGINAL_KEY)
    consul.call("PUT", f"session/destroy/{session}")
    assert consul.get(ORIGINAL_KEY) is None
    registration.heartbeat()
    assert session_of(consul, ORIGINAL_KEY) not in (None, session)
    registration.deregister()


def test_a_key_in_lock_delay_is_waited_for_and_then_named(consul: Consul) -> None:
    # An entry of its own: Consul remembers the delay of a key that has long been deleted.
    delayed = Entry("10.0.0.99", 2375)
    key = f"swarm/docker/swarm/nodes/{delayed.address}"
    session = consul.call("PUT", "session/create", json={"Behavior": "delete", "LockDelay": "60s"}).json()["ID"]
    consul.call("PUT", f"kv/{key}", params={"acquire": session})
    consul.call("PUT", f"session/destroy/{session}")
    slept: list[float] = []
    backend = open_backend(settings(consul.host), sleep=slept.append)
    with pytest.raises(DiscoveryError, match=f"the key '{key}' is held by another session, or was until a moment ago"):
        backend.register(delayed, 20)
    assert 1 <= sum(slept) <= 10


def test_two_who_register_one_address_never_make_it_vanish(consul: Consul) -> None:
    backends = [open_backend(settings(consul.host)) for _index in range(2)]
    registrations = [backend.register(ENTRY, 20) for backend in backends]
    for _round in range(3):
        for registration in registrations:
            registration.heartbeat()
            assert backends[0].list() == (ENTRY,)
    for registration in registrations:
        registration.deregister()
    assert backends[0].list() == ()


def test_watch_is_not_woken_by_its_neighbours_for_good(consul: Consul) -> None:
    backend = open_backend(settings(consul.host))
    consul.put("other/key", "1")
    timer = threading.Timer(0.3, consul.put, ("other/key", "2"))
    timer.start()
    begun = time.monotonic()
    assert backend.watch((), 1.5) == ()
    assert 1.4 <= time.monotonic() - begun < 5
    timer.join(10)
