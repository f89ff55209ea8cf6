# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract of ``discovery/owned_keys.py``, the same tests over every backend that has them; over real servers."""

from __future__ import annotations

import dataclasses
import re
import threading
import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.owned_keys import KeyFolder, OwnedKeys
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.consul import Consul, ConsulUnavailable
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable
from ansible_collections.classic.swarm.tests.lab.zookeeper import ZooKeeper

WEB, API = "web/host1:web:80", "api/host1:api:8080"


@dataclasses.dataclass
class Store:
    """A real server. :ivar ttl: the shortest that it keeps, in seconds; :ivar names: makes a folder for each test"""

    scheme: str
    server: t.Any
    ttl: float
    names: int = 0

    @property
    def folder(self) -> str:
        return f"services-{self.names}"

    def keys(self, host: str = "host1", timeout: float = 5.0) -> OwnedKeys:
        backend = open_backend(DiscoverySettings(f"{self.scheme}://{self.server.host}/swarm", timeout=timeout))
        return backend.owned_keys(host, self.ttl, [self.folder], lambda path, _value: f"/{host}:" in path)

    def open_folder(self) -> KeyFolder:
        return open_backend(DiscoverySettings(f"{self.scheme}://{self.server.host}/swarm")).key_folder(self.folder)

    def named(self, **values: str) -> dict[str, str]:
        """Values by whole path, of paths ``web`` and ``api``."""
        paths = {"web": WEB, "api": API, "other": "web/host2:web:80"}
        return {f"{self.folder}/{paths[name]}": value for name, value in values.items()}

    def read(self) -> dict[str, str]:
        return self.open_folder().read()

    def remove(self, path: str) -> None:
        """By hand, as an operator does."""
        self.server.delete(self._key(path))

    def change(self, path: str, value: str) -> None:
        """By hand, as an operator does."""
        self.server.put(self._key(path), value)

    def sessions(self) -> int:
        """How many connections the server holds for clients, where it tells; those of sessions last."""
        found = re.search(rb"^Connections: (\d+)$", self.server.ask("srvr"), re.M) if self.scheme == "zk" else None
        return int(found[1]) if found else 0

    def _key(self, path: str) -> str:
        return path if self.scheme == "consul" else f"/{path}"


SERVERS = {"consul": (Consul, 20.0), "etcd": (Etcd, 4.0), "zk": (ZooKeeper, 4.0)}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> t.Iterator[Store]:
    make, ttl = SERVERS[request.param]
    try:
        running = make()
    except (ConsulUnavailable, ServiceUnavailable) as error:
        pytest.skip(f"no server for {request.param} on this machine: {error}")
    with running:
        yield Store(request.param, running, ttl)


@pytest.fixture
def store(server: Store) -> Store:
    server.names += 1
    return server


def test_keys_are_written_changed_and_removed_and_only_what_differs(store: Store) -> None:
    keys = store.keys()
    both = store.named(web="10.0.0.1:80", api="10.0.0.1:81")
    assert keys.keep(both) == sorted(both)
    assert store.read() == both
    assert keys.keep(both) == []
    moved = store.named(web="10.0.0.1:8080")
    assert sorted(keys.keep(moved)) == sorted(both)
    assert store.read() == moved
    keys.release()
    assert store.read() == {}


def test_a_successor_takes_over_and_no_key_is_away_for_a_moment(store: Store) -> None:
    first, second = store.keys(), store.keys()
    both = store.named(web="10.0.0.1:80", api="10.0.0.1:81")
    first.keep(both)
    folder, seen = store.open_folder(), []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(folder.read())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        time.sleep(0.1)
        assert second.keep(both) == sorted(both)
        first.release()
        time.sleep(0.1)
    finally:
        done.set()
        looking.join(10)
    assert len(seen) > 5
    assert all(each == both for each in seen)
    second.release()


def test_what_a_predecessor_left_is_removed_and_what_others_wrote_stays(store: Store) -> None:
    first, other, second = store.keys(), store.keys("host2"), store.keys()
    first.keep(store.named(web="10.0.0.1:80", api="10.0.0.1:81"))
    other.keep(store.named(other="10.0.0.2:80"))
    changed = second.keep(store.named(web="10.0.0.1:80"))
    assert sorted(changed) == sorted(store.named(web="", api=""))
    assert store.read() == store.named(web="10.0.0.1:80", other="10.0.0.2:80")
    for each in (first, second):
        each.release()
    assert store.read() == store.named(other="10.0.0.2:80")
    other.release()


def test_many_keys_are_written_in_parts(store: Store) -> None:
    keys = store.keys()
    many = {f"{store.folder}/web/host1:web-{number}:80": f"10.0.0.1:{number}" for number in range(1, 301)}
    assert keys.keep(many) == sorted(many)
    assert store.read() == many
    assert len(keys.keep({})) == len(many)
    assert store.read() == {}
    keys.release()


def test_a_change_ends_the_wait_and_silence_does_in_time(store: Store) -> None:
    keys, folder = store.keys(), store.open_folder()
    keys.keep(store.named(web="10.0.0.1:80"))
    assert folder.read() == store.named(web="10.0.0.1:80")
    noticed: list[float] = []
    began = time.monotonic()

    def wait() -> None:
        folder.await_change(store.ttl)
        noticed.append(time.monotonic() - began)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    keys.keep(store.named(web="10.0.0.1:81"))
    waiting.join(store.ttl + 1)
    assert noticed
    assert 0.3 <= noticed[0] < 2
    assert folder.read() == store.named(web="10.0.0.1:81")
    # A watch of before the change may end one wait more, never all of them.
    waits = []
    for _time in range(4):
        began = time.monotonic()
        folder.await_change(0.5)
        waits.append(time.monotonic() - began)
    assert 0.3 <= max(waits) < 2.5
    assert waits[-1] >= 0.3
    keys.release()


def test_keys_that_are_not_kept_are_gone_within_the_ttl(store: Store) -> None:
    if store.scheme == "zk":
        # The library keeps a session alive as long as the process lives, so the process ends.
        with store.server.writer() as client:
            client.ensure_path(f"/{store.folder}/web")
            client.create(f"/{store.folder}/{WEB}", b"10.0.0.1:80", ephemeral=True)
            assert store.read() == store.named(web="10.0.0.1:80")
    else:
        store.keys().keep(store.named(web="10.0.0.1:80"))
    end = time.monotonic() + store.ttl + 2
    while store.read() and time.monotonic() < end:
        time.sleep(0.1)
    assert store.read() == {}


def test_a_store_that_was_away_gets_what_it_missed(store: Store) -> None:
    keys = store.keys(timeout=1.0)
    keys.keep(store.named(web="10.0.0.1:80"))
    freeze(store.server.pid)
    try:
        with pytest.raises(DiscoveryError):
            keys.keep(store.named(web="10.0.0.1:80", api="10.0.0.1:81"))
    finally:
        thaw(store.server.pid)
    keys.keep(store.named(web="10.0.0.1:80", api="10.0.0.1:81"))
    assert store.read() == store.named(web="10.0.0.1:80", api="10.0.0.1:81")
    keys.release()


def test_a_session_that_somebody_ended_is_opened_anew_and_all_is_written_again(store: Store) -> None:
    first, second = store.keys(), store.keys()
    both = store.named(web="10.0.0.1:80", api="10.0.0.1:81")
    first.keep(both)
    # Takes the keys over, and them along.
    second.keep(both)
    second.release()
    assert store.read() == {}
    first.release()
    assert first.keep(both) == sorted(both)
    assert store.read() == both
    first.release()


def test_what_somebody_removed_or_changed_by_hand_is_written_again(store: Store) -> None:
    keys, other = store.keys(), store.keys("host2")
    both, of_other = store.named(web="10.0.0.1:80", api="10.0.0.1:81"), store.named(other="10.0.0.2:80")
    keys.keep(both)
    other.keep(of_other)
    assert keys.keep(both) == []
    gone, edited = sorted(both)
    store.remove(gone)
    assert keys.keep(both) == [gone]
    store.change(edited, "192.0.2.1:1")
    assert keys.keep(both) == [edited]
    assert store.read() == {**both, **of_other}
    keys.release()
    assert store.read() == of_other
    other.release()


def test_a_folder_that_is_closed_holds_nothing_and_can_be_read_again(store: Store) -> None:
    before = store.sessions()
    for _time in range(5):
        folder = store.open_folder()
        assert folder.read() == {}
        folder.close()
        assert folder.read() == {}
        folder.close()
    assert store.sessions() <= before


@pytest.mark.parametrize("source", ["nodes://10.0.0.1:2375", "dns+srv://_docker._tcp.example.org"])
def test_a_source_without_keys_says_so(source: str) -> None:
    for ask in (
        lambda backend: backend.owned_keys("host1", 20.0, ["services"], lambda _path, _value: True),
        lambda backend: backend.key_folder("services"),
    ):
        with pytest.raises(InputError) as raised:
            ask(open_backend(DiscoverySettings(source)))
        assert str(raised.value) == f"'{source}' keeps no services; a key/value store does"
