# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract of ``discovery/leader_lock.py``, the same tests over every backend that has one; over real servers."""

from __future__ import annotations

import dataclasses
import itertools
import os
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.leader_lock import LeaderLock
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.consul import Consul, ConsulUnavailable
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable
from ansible_collections.classic.swarm.tests.lab.zookeeper import ZooKeeper

COLLECTIONS = Path(__file__).resolve().parents[2] / ".cache" / "collections"
FIRST, SECOND = "10.0.0.1:3376", "10.0.0.2:3376"


@dataclasses.dataclass
class Store:
    """A real server. :ivar ttl: the shortest that it keeps, in seconds; :ivar names: makes a prefix for each test"""

    scheme: str
    server: t.Any
    ttl: float
    names: int = 0

    @property
    def source(self) -> str:
        return f"{self.scheme}://{self.server.host}/swarm-{self.names}"

    def locks(self, *holders: str, timeout: float = 5.0) -> list[LeaderLock]:
        """Locks of managers of one cluster, which no test before has used."""
        self.names += 1
        settings = DiscoverySettings(self.source, timeout=timeout)
        return [open_backend(settings).leader_lock(holder, self.ttl) for holder in holders]


SERVERS = {"consul": (Consul, 20.0), "etcd": (Etcd, 4.0), "zk": (ZooKeeper, 4.0)}


@pytest.fixture(scope="module", params=SERVERS)
def store(request: pytest.FixtureRequest) -> t.Iterator[Store]:
    make, ttl = SERVERS[request.param]
    try:
        server = make()
    except (ConsulUnavailable, ServiceUnavailable) as error:
        pytest.skip(f"no server for {request.param} on this machine: {error}")
    with server:
        yield Store(request.param, server, ttl)


def test_one_holds_the_lock_and_the_other_reads_who(store: Store) -> None:
    first, second = store.locks(FIRST, SECOND)
    assert first.current_holder() is None
    epoch = first.hold()
    assert epoch is not None
    assert epoch > 0
    assert second.hold() is None
    assert (first.current_holder(), second.current_holder()) == (FIRST, FIRST)
    assert first.hold() == epoch
    first.release()
    second.release()


def test_a_lock_that_is_given_back_goes_to_the_next_at_once_with_a_larger_epoch(store: Store) -> None:
    first, second = store.locks(FIRST, SECOND)
    epoch = first.hold()
    assert second.hold() is None
    noticed: list[float] = []
    began = time.monotonic()

    def wait() -> None:
        second.await_change(store.ttl)
        noticed.append(time.monotonic() - began)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    first.release()
    waiting.join(store.ttl)
    assert noticed
    assert 0.3 <= noticed[0] < 2.0
    later = second.hold()
    assert later is not None
    assert epoch is not None
    assert later > epoch
    assert first.current_holder() == SECOND
    assert first.hold() is None
    first.release()
    second.release()


def test_waiting_ends_in_time_where_nothing_changes(store: Store) -> None:
    first, second = store.locks(FIRST, SECOND)
    first.hold()
    second.hold()
    began = time.monotonic()
    second.await_change(1.0)
    assert 0.3 <= time.monotonic() - began < 3.0
    first.release()
    second.release()


#: Holds a lock and says its epoch, as long as it is let.
HOLDER = """
import sys, time
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
lock = open_backend(DiscoverySettings(sys.argv[1])).leader_lock(sys.argv[2], float(sys.argv[3]))
for _time in range(60):
    try:
        print(lock.hold(), flush=True)
    except DiscoveryError as error:
        print(error, flush=True)
    time.sleep(1)
"""


def test_a_frozen_holder_keeps_the_lock_for_its_lease_and_loses_it_within_the_ttl(store: Store) -> None:
    (second,) = store.locks(SECOND)
    arguments = [sys.executable, "-c", HOLDER, store.source, FIRST, str(store.ttl)]
    environment = {**os.environ, "PYTHONPATH": str(COLLECTIONS)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as first:
        try:
            assert first.stdout is not None
            epoch = int(first.stdout.readline())
            freeze(first.pid)
            frozen = time.monotonic()
            later = second.hold()
            while later is None and time.monotonic() < frozen + store.ttl + 5:
                second.await_change(1.0)
                later = second.hold()
            taken = time.monotonic()
            thaw(first.pid)
            # What it said before it was frozen may still be in the pipe.
            before = list(itertools.takewhile(lambda line: line != "None\n", iter(first.stdout.readline, "")))
            assert len(before) < 20
            assert [first.stdout.readline() for _time in range(2)] == ["None\n"] * 2
        finally:
            thaw(first.pid)
            first.kill()
    assert later is not None
    assert later > epoch
    # The last hold was a moment, or a second, before it was frozen.
    assert second.lease - 1.5 <= taken - frozen <= store.ttl + 2
    second.release()


def test_no_answer_is_an_error_and_never_a_lock(store: Store) -> None:
    first, second = store.locks(FIRST, SECOND, timeout=1.0)
    epoch = first.hold()
    freeze(store.server.pid)
    try:
        with pytest.raises(DiscoveryError):
            first.hold()
        with pytest.raises(DiscoveryError):
            second.hold()
    finally:
        thaw(store.server.pid)
    assert first.hold() == epoch
    first.release()


@pytest.mark.parametrize("source", ["nodes://10.0.0.1:2375", "file:///etc/hosts", "dns+srv://_docker._tcp.example.org"])
def test_a_source_without_locks_says_so(source: str) -> None:
    with pytest.raises(InputError) as raised:
        open_backend(DiscoverySettings(source)).leader_lock(FIRST, 20.0)
    assert str(raised.value) == f"'{source}' cannot keep the lock that several managers need; a key/value store can"


def test_a_ttl_that_consul_cannot_keep_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        open_backend(DiscoverySettings("consul://127.0.0.1:1/swarm")).leader_lock(FIRST, 19.0)
    assert str(raised.value) == "a TTL of 19 s cannot be kept by Consul; it must be 20 to 172800 seconds"
