# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract of ``discovery/backend.py``, the same tests over every backend; over real servers."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend, Registration
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.consul import Consul, ConsulUnavailable
from ansible_collections.classic.swarm.tests.lab.dnsmasq import ZONE, Dnsmasq
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable
from ansible_collections.classic.swarm.tests.lab.token_service import TokenService
from ansible_collections.classic.swarm.tests.lab.zookeeper import ZooKeeper

FIRST, SECOND, OTHER = Entry("10.0.0.1", 2375), Entry("10.0.0.2", 2375), Entry("fd00::5", 2376)


@dataclasses.dataclass(frozen=True)
class Subject:
    """A backend that holds two entries.

    :ivar source: its discovery text
    :ivar ttl: the shortest that it keeps, to be quick; None where it knows no time
    :ivar server: the server behind it, None for none
    :ivar put: writes an entry below the prefix, as people do
    :ivar entries: the two
    """

    source: str
    ttl: float | None
    server: t.Any = None
    put: t.Callable[[str], None] | None = None
    entries: tuple[Entry, ...] = (FIRST, SECOND)
    options: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def open(self, timeout: float = 10.0) -> Backend:
        return open_backend(DiscoverySettings(self.source, timeout=timeout, options=self.options))

    def register(self, backend: Backend, entry: Entry) -> Registration:
        return backend.register(entry, self.ttl or 20.0)


@contextlib.contextmanager
def nodes(_folder: Path) -> t.Iterator[Subject]:
    yield Subject(f"nodes://{FIRST},{SECOND}", ttl=None)


@contextlib.contextmanager
def file(folder: Path) -> t.Iterator[Subject]:
    path = folder / "cluster.conf"
    path.write_text(f"# two engines\n{FIRST}\n{SECOND}  # the second\n")
    yield Subject(f"file://{path}", ttl=None)


@contextlib.contextmanager
def consul(_folder: Path) -> t.Iterator[Subject]:
    try:
        server = Consul()
    except ConsulUnavailable as error:
        pytest.skip(f"no Consul on this machine: {error}")
    with server:
        for entry in (FIRST, SECOND):
            server.put(f"swarm/docker/swarm/nodes/{entry.address}", entry.address)
        yield Subject(f"consul://{server.host}/swarm", 20.0, server, lambda entry: server.put(f"swarm/{entry}"))


@contextlib.contextmanager
def etcd(_folder: Path) -> t.Iterator[Subject]:
    with Etcd() as server:
        for entry in (FIRST, SECOND):
            server.put(f"/swarm/docker/swarm/nodes/{entry.address}", entry.address)
        yield Subject(f"etcd://{server.host}/swarm", 4.0, server, lambda entry: server.put(f"/swarm/{entry}"))


@contextlib.contextmanager
def zookeeper(_folder: Path) -> t.Iterator[Subject]:
    with ZooKeeper() as server:
        for entry in (FIRST, SECOND):
            server.put(f"/swarm/docker/swarm/nodes/{entry.address}", entry.address)
        yield Subject(f"zk://{server.host}/swarm", 4.0, server, lambda entry: server.put(f"/swarm/{entry}"))


@contextlib.contextmanager
def token(_folder: Path) -> t.Iterator[Subject]:
    with TokenService() as server:
        backend = open_backend(DiscoverySettings(server.source))
        for entry in (FIRST, SECOND):
            backend.register(entry, 3600)
        yield Subject(server.source, 4.0, server, server.put)


@contextlib.contextmanager
def dns(_folder: Path) -> t.Iterator[Subject]:
    entries = (Entry("node-1.example.test", 2376), Entry("node-2.example.test", 2376))
    records = [("_docker._tcp", entry.host, entry.port) for entry in entries]
    with Dnsmasq(records) as server:
        yield Subject(f"dns+srv://{server.host}/_docker._tcp.{ZONE}", None, server, entries=entries)


@contextlib.contextmanager
def inventory(_folder: Path) -> t.Iterator[Subject]:
    """As Ansible hands it in; how Ansible finds the entries is tested with Ansible."""
    yield Subject(
        "inventory://docker_hosts", None, options={"entries": [{"address": each.address} for each in (FIRST, SECOND)]}
    )


SUBJECTS = {
    "nodes": nodes,
    "file": file,
    "consul": consul,
    "etcd": etcd,
    "zk": zookeeper,
    "token": token,
    "dns+srv": dns,
    "inventory": inventory,
}
READ_ONLY = {"nodes", "dns+srv", "inventory"}
SERVERS = {"consul", "etcd", "zk", "token"}
readers = pytest.mark.parametrize("subject", sorted(READ_ONLY), indirect=True)
writers = pytest.mark.parametrize("subject", sorted(set(SUBJECTS) - READ_ONLY), indirect=True)


servers = pytest.mark.parametrize("subject", sorted(SERVERS), indirect=True)


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Subject]:
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(SUBJECTS[request.param](tmp_path_factory.mktemp(request.param)))
        except ServiceUnavailable as error:
            pytest.skip(f"no server for {request.param} on this machine: {error}")
        yield opened


@pytest.fixture
def backend(subject: Subject) -> Backend:
    return subject.open()


def test_every_backend_of_the_registry_is_tested() -> None:
    assert set(SUBJECTS) == set(BACKENDS)


def test_list_gives_the_entries(backend: Backend, subject: Subject) -> None:
    assert backend.list() == subject.entries
    assert backend.list() == subject.entries


@pytest.mark.parametrize("subject", ["consul", "etcd", "zk"], indirect=True)
def test_a_key_that_is_no_entry_is_named_and_the_rest_is_used(subject: Subject) -> None:
    assert subject.put is not None
    subject.put("10.0.0.9:port")
    try:
        backend = subject.open()
        assert backend.list() == subject.entries
        (sentence,) = backend.odd
        assert sentence.endswith(("is not host:port: the key 'swarm/10.0.0.9:port'", "the key '/swarm/10.0.0.9:port'"))
    finally:
        slash = "" if subject.source.startswith("consul") else "/"
        subject.server.delete(f"{slash}swarm/10.0.0.9:port")


def test_watch_answers_at_once_where_the_caller_knows_something_else(backend: Backend, subject: Subject) -> None:
    begun = time.monotonic()
    assert backend.watch(subject.entries[:1], 30) == subject.entries
    assert time.monotonic() - begun < 5


def test_watch_ends_with_its_timeout_where_nothing_changes(backend: Backend) -> None:
    known = backend.list()
    begun = time.monotonic()
    assert backend.watch(known, 1.5) == known
    assert 1.4 <= time.monotonic() - begun < 5


@pytest.mark.parametrize("timeout", [0, -1])
def test_watch_without_time_only_looks(backend: Backend, timeout: float) -> None:
    known = backend.list()
    begun = time.monotonic()
    assert backend.watch(known, timeout) == known
    assert time.monotonic() - begun < 1


@readers
def test_a_read_only_backend_refuses_a_registration(subject: Subject) -> None:
    with pytest.raises(InputError) as caught:
        subject.register(subject.open(), OTHER)
    assert f"'{subject.source}' is " in str(caught.value)
    assert f" and takes no registration of {OTHER.address}" in str(caught.value)
    assert not BACKENDS[subject.source.partition(":")[0]].TAKES_REGISTRATIONS


@writers
def test_register_heartbeat_deregister(backend: Backend, subject: Subject) -> None:
    before = subject.open().list()
    registration = subject.register(backend, OTHER)
    try:
        assert (registration.entry, registration.ttl) == (OTHER, subject.ttl or 20.0)
        assert set(subject.open().list()) == {*before, OTHER}
        registration.heartbeat()
        assert set(subject.open().list()) == {*before, OTHER}
    finally:
        registration.deregister()
    assert subject.open().list() == before
    registration.deregister()
    assert subject.open().list() == before


@writers
def test_an_address_registered_twice_is_listed_once_and_the_last_one_keeps_it(
    backend: Backend, subject: Subject
) -> None:
    subject.register(backend, OTHER)
    successor = subject.register(subject.open(), OTHER)
    try:
        assert [entry.address for entry in backend.list()].count(OTHER.address) == 1
    finally:
        successor.deregister()
    assert OTHER not in backend.list()


@servers
def test_who_lost_an_entry_to_a_successor_does_not_remove_it(backend: Backend, subject: Subject) -> None:
    """A file has no place for whose a line is; there the successor's next heartbeat writes it again."""
    predecessor = subject.register(backend, OTHER)
    successor = subject.register(subject.open(), OTHER)
    try:
        predecessor.deregister()
        assert OTHER in backend.list()
    finally:
        successor.deregister()
    assert OTHER not in backend.list()


@writers
def test_a_heartbeat_brings_a_vanished_entry_back(backend: Backend, subject: Subject) -> None:
    registration = subject.register(backend, OTHER)
    try:
        subject.register(subject.open(), OTHER).deregister()
        assert OTHER not in backend.list()
        registration.heartbeat()
        assert OTHER in backend.list()
    finally:
        registration.deregister()


@writers
def test_watch_sees_who_comes_and_who_goes(backend: Backend, subject: Subject) -> None:
    known = backend.list()
    registrations = []
    coming = threading.Timer(0.5, lambda: registrations.append(subject.register(subject.open(), OTHER)))
    coming.start()
    begun = time.monotonic()
    try:
        seen = backend.watch(known, 20)
        assert set(seen) == {*known, OTHER}
        assert 0.4 <= time.monotonic() - begun < 10
    finally:
        coming.join(10)
        going = threading.Timer(0.5, registrations[0].deregister)
        going.start()
    assert backend.watch(seen, 20) == known
    going.join(10)


@writers
def test_without_a_heartbeat_the_entry_vanishes_or_stays_as_the_backend_says(
    backend: Backend, subject: Subject
) -> None:
    kept = subject.register(backend, OTHER)
    lost = subject.register(backend, dataclasses.replace(OTHER, port=2377))
    begun = time.monotonic()
    try:
        if subject.ttl is None:
            assert lost.entry in backend.list()
            return
        while lost.entry in backend.list() and time.monotonic() - begun < subject.ttl + 10:
            kept.heartbeat()
            time.sleep(0.5)
        lived = time.monotonic() - begun
        assert subject.ttl / 2 <= lived < subject.ttl + 5
        assert kept.entry in backend.list()
    finally:
        kept.deregister()
        lost.deregister()


@servers
def test_entries_right_below_the_prefix_are_listed_too(backend: Backend, subject: Subject) -> None:
    assert subject.put is not None
    before = set(backend.list())
    subject.put("10.0.0.3:2375")
    assert set(backend.list()) == {*before, Entry("10.0.0.3", 2375)}


@servers
def test_a_server_that_is_frozen_is_named_in_time_and_answers_again(subject: Subject) -> None:
    before = subject.open().list()
    freeze(subject.server.pid)
    begun = time.monotonic()
    try:
        with pytest.raises(DiscoveryError, match=subject.server.host):
            subject.open(timeout=1).list()
    finally:
        thaw(subject.server.pid)
    assert time.monotonic() - begun < 5
    assert subject.open().list() == before


@servers
def test_a_server_that_goes_is_named_and_a_registration_outlives_it(backend: Backend, subject: Subject) -> None:
    registration = subject.register(backend, OTHER)
    before = subject.open().list()
    subject.server.kill()
    try:
        with pytest.raises(DiscoveryError) as caught:
            subject.open(timeout=2).list()
        assert str(caught.value).endswith(f"{subject.server.host}: Connection refused")
    finally:
        subject.server.start()
    _eventually(registration.heartbeat)
    assert subject.open().list() == before
    registration.deregister()
    assert OTHER not in subject.open().list()


def _eventually(call: t.Callable[[], None]) -> None:
    """As the agent does: what fails is tried again."""
    end = time.monotonic() + 20
    while True:
        try:
            return call()
        except DiscoveryError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
