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
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.consul import Consul, ConsulUnavailable
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable

TTL = 20.0
FIRST, SECOND, OTHER = Entry("10.0.0.1", 2375), Entry("10.0.0.2", 2375), Entry("fd00::5", 2376)


@dataclasses.dataclass(frozen=True)
class Subject:
    """A backend that holds FIRST and SECOND.

    :ivar source: its discovery text
    :ivar has_ttl: it forgets an entry without a heartbeat
    """

    source: str
    has_ttl: bool

    def open(self) -> Backend:
        return open_backend(DiscoverySettings(self.source))


@contextlib.contextmanager
def nodes(_folder: Path) -> t.Iterator[Subject]:
    yield Subject(f"nodes://{FIRST},{SECOND}", has_ttl=False)


@contextlib.contextmanager
def file(folder: Path) -> t.Iterator[Subject]:
    path = folder / "cluster.conf"
    path.write_text(f"# two engines\n{FIRST}\n{SECOND}  # the second\n")
    yield Subject(f"file://{path}", has_ttl=False)


@contextlib.contextmanager
def consul(_folder: Path) -> t.Iterator[Subject]:
    try:
        server = Consul()
    except ConsulUnavailable as error:
        pytest.skip(f"no Consul on this machine: {error}")
    with server:
        for entry in (FIRST, SECOND):
            server.put(f"swarm/docker/swarm/nodes/{entry.address}", entry.address)
        yield Subject(f"consul://{server.host}/swarm", has_ttl=True)


@contextlib.contextmanager
def etcd(_folder: Path) -> t.Iterator[Subject]:
    with Etcd() as server:
        for entry in (FIRST, SECOND):
            server.put(f"/swarm/docker/swarm/nodes/{entry.address}", entry.address)
        yield Subject(f"etcd://{server.host}/swarm", has_ttl=True)


SUBJECTS = {"nodes": nodes, "file": file, "consul": consul, "etcd": etcd}
READ_ONLY = {"nodes"}
readers = pytest.mark.parametrize("subject", sorted(READ_ONLY), indirect=True)
writers = pytest.mark.parametrize("subject", sorted(set(SUBJECTS) - READ_ONLY), indirect=True)


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


def test_list_gives_the_entries(backend: Backend) -> None:
    assert backend.list() == (FIRST, SECOND)
    assert backend.list() == (FIRST, SECOND)


def test_watch_answers_at_once_where_the_caller_knows_something_else(backend: Backend) -> None:
    begun = time.monotonic()
    assert backend.watch((FIRST,), 30) == (FIRST, SECOND)
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
        subject.open().register(OTHER, TTL)
    assert str(caught.value) == f"'{subject.source}' is a fixed list and takes no registration of {OTHER.address}"


@writers
def test_register_heartbeat_deregister(backend: Backend, subject: Subject) -> None:
    before = subject.open().list()
    registration = backend.register(OTHER, TTL)
    try:
        assert (registration.entry, registration.ttl) == (OTHER, TTL)
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
    backend.register(OTHER, TTL)
    successor = subject.open().register(OTHER, TTL)
    try:
        assert [entry.address for entry in backend.list()].count(OTHER.address) == 1
    finally:
        successor.deregister()
    assert OTHER not in backend.list()


@writers
def test_a_heartbeat_brings_a_vanished_entry_back(backend: Backend, subject: Subject) -> None:
    registration = backend.register(OTHER, TTL)
    try:
        subject.open().register(OTHER, TTL).deregister()
        assert OTHER not in backend.list()
        registration.heartbeat()
        assert OTHER in backend.list()
    finally:
        registration.deregister()


@writers
def test_watch_sees_who_comes_and_who_goes(backend: Backend, subject: Subject) -> None:
    known = backend.list()
    registrations = []
    coming = threading.Timer(0.5, lambda: registrations.append(subject.open().register(OTHER, TTL)))
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
    kept = backend.register(OTHER, TTL)
    lost = backend.register(dataclasses.replace(OTHER, port=2377), TTL)
    begun = time.monotonic()
    try:
        if not subject.has_ttl:
            assert lost.entry in backend.list()
            return
        while lost.entry in backend.list() and time.monotonic() - begun < TTL + 10:
            kept.heartbeat()
            time.sleep(1)
        lived = time.monotonic() - begun
        assert TTL / 2 <= lived < TTL + 5
        assert kept.entry in backend.list()
    finally:
        kept.deregister()
        lost.deregister()
