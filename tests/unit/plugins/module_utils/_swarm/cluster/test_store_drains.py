# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks in a store, over one in memory whose registrator does as it is told."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.draining import open_drains
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import store_drains
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Drained
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.store_drains import StoreDrains
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.unit.clock import TestClock

SOURCE = DiscoverySettings("consul://c/a/services/")
MARK = "a/services-drain/n1/c1"


class Store:
    """facts: what is registered. answers: what the registrator does at each wait for a change, in order."""

    def __init__(self, *answers: t.Callable[[Store], None]) -> None:
        self.clock = TestClock()
        self.facts: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.answers = list(answers)
        self.away = self.writes_fail = False
        self.kept = 0
        self.open = 0

    def register(self, container: str = "c1", name: str = "web", node: str = "n1") -> None:
        facts = {"container_id": container, "node": node, "container": name}
        self.facts[f"a/services-facts/{name}/{node}:{name}:80"] = json.dumps(facts)

    # as a backend, a folder and keys

    def key_folder(self, folder: str) -> Store:
        assert folder == "a/services-facts"
        self.open += 1
        return self

    def close(self) -> None:
        self.open -= 1

    def owned_keys(self, owner: str, ttl: float, folders: t.Any, is_own: t.Any) -> Store:
        assert (ttl, folders, is_own(MARK, "")) == (30, ("a/services-drain",), False)
        return self

    def read(self) -> dict[str, str]:
        if self.away:
            raise DiscoveryError("the store is away")
        return dict(self.facts)

    def await_change(self, seconds: float) -> None:
        self.clock.sleep(seconds if not self.answers else 0.25)
        if self.answers:
            self.answers.pop(0)(self)

    def keep(self, wanted: t.Mapping[str, str]) -> list[str]:
        if self.away or self.writes_fail:
            raise DiscoveryError("the store is away")
        self.marks = dict(wanted)
        self.kept += 1
        return []

    def release(self) -> None:
        self.keep({})


def obey(store: Store) -> None:
    """Take out of the services what is marked."""
    marked = {path.rpartition("/")[2] for path in store.marks}
    store.facts = {path: text for path, text in store.facts.items() if json.loads(text)["container_id"] not in marked}


def nothing(_store: Store) -> None:
    """Do something else."""


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[t.Callable[[Store], StoreDrains]]:
    used: list[Store] = []

    def use(store: Store) -> StoreDrains:
        used.append(store)
        monkeypatch.setattr(store_drains, "open_backend", lambda settings: store)
        return StoreDrains(SOURCE, store.clock)

    yield use
    assert [store.open for store in used] == [0] * len(used), "a folder was left open"


def test_what_is_not_registered_is_not_waited_for(using: t.Any) -> None:
    store = Store()
    store.register("c2")
    drains = using(store)
    assert drains.drain("c1", "web", 10) == Drained()
    assert (drains.end("c1"), drains.close(), store.marks, store.kept, store.clock.now()) == ("", "", {}, 0, 0)


def test_it_is_marked_until_it_has_left_and_routers_had_their_time(using: t.Any) -> None:
    store = Store(nothing, obey)
    store.register()
    store.register("c2", "db")
    drains = using(store)
    assert drains.drain("c1", "web", 10) == Drained(("web/n1:web:80",))
    # Others may not begin with the ID that another one's ends with.
    assert list(store.facts) == ["a/services-facts/db/n1:db:80"]
    assert store.clock.now() == pytest.approx(0.25 + 0.25 + 2)
    assert store.marks == {MARK: "web"}
    assert (drains.end("c1"), store.marks) == ("", {})


def test_the_wait_is_bounded(using: t.Any) -> None:
    store = Store()
    store.register()
    drained = using(store).drain("c1", "web", 5)
    assert drained == Drained(("web/n1:web:80",), "is still registered after 5 s; is its registrator running?")
    assert store.clock.now() == pytest.approx(5)
    # Kept all the time, or the mark would be gone before the registrator is back.
    assert store.kept >= 3


def test_routers_get_no_more_time_than_there_is(using: t.Any) -> None:
    store = Store(obey)
    store.register()
    assert using(store).drain("c1", "web", 1) == Drained(("web/n1:web:80",))
    assert store.clock.now() == pytest.approx(1)


def test_a_store_that_is_away(using: t.Any) -> None:
    store = Store()
    store.register()
    drains = using(store)
    store.away = True
    told = "could not be taken out of the services: the store is away"
    assert drains.drain("c1", "web", 5) == Drained((), told)
    store.away, store.writes_fail = False, True
    assert drains.drain("c1", "web", 5) == Drained(("web/n1:web:80",), told)
    assert store.clock.now() == 0


def test_a_mark_that_cannot_be_removed_is_told(using: t.Any) -> None:
    store = Store(obey)
    store.register()
    drains = using(store)
    drains.drain("c1", "web", 5)
    store.away = True
    assert drains.end("c1") == (
        "its mark in the store could not be removed, and vanishes within 30 s: the store is away"
    )
    assert drains.close() == "marks of stopped containers in the store vanish within 30 s only: the store is away"


def test_a_successor_is_registered_and_known_first(using: t.Any) -> None:
    store = Store(nothing, lambda store: store.register("c2", "web2"))
    store.register()
    using(store).await_registered("c2", 10)
    assert store.clock.now() == pytest.approx(0.5 + 2)


def test_a_successor_that_is_never_registered(using: t.Any) -> None:
    store = Store()
    using(store).await_registered("c2", 3)
    assert store.clock.now() == pytest.approx(3)


def test_marks_go_with_their_task(using: t.Any) -> None:
    store = Store(obey)
    store.register()
    using(store)
    said: list[str] = []
    with open_drains(SOURCE, store.clock, said.extend) as drains:
        assert drains is not None
        drains.drain("c1", "web", 5)
        assert store.marks == {MARK: "web"}
        store.writes_fail = True
    assert (len(said), store.marks) == (1, {MARK: "web"})
    with open_drains(None, store.clock, said.extend) as none:
        assert none is None
