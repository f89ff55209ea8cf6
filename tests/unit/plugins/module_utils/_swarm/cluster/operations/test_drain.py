# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans drain a container before they ask its engine to stop it, in every kind of plan that stops one."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Drained
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import OperationError

from tests.unit.memory_view import MemoryCluster
from tests.unit.plugins.module_utils._swarm.cluster.failing import two_engines, with_web
from tests.unit.tasks import wanted

WAIT = 7.0


class Noted:
    """Notes what is asked, with how many containers run on each engine at that moment."""

    def __init__(self, cluster: MemoryCluster, trouble: str = "", kept: str = "") -> None:
        self.cluster, self.trouble, self.kept = cluster, trouble, kept
        self.asked: list[str] = []
        self.marked: set[str] = set()
        cluster.drains = self

    def _note(self, what: str) -> None:
        self.asked.append(f"{what}, {' and '.join(self.cluster.lines)}")

    def await_registered(self, container: str, timeout: float) -> None:
        assert timeout == WAIT
        self._note("await")

    def drain(self, container: str, name: str, timeout: float) -> Drained:
        assert timeout == WAIT
        self._note(f"drain {name}")
        self.marked.add(container)
        return Drained((f"web/n1:{name}:80",), self.trouble)

    def end(self, container: str) -> str:
        if container not in self.marked:
            return ""
        self._note("end")
        self.marked.remove(container)
        return self.kept


def task(**more: t.Any) -> t.Any:
    return wanted(deregister_wait=WAIT, **more)


@pytest.mark.parametrize(
    ("wish", "asked", "acts"),
    [
        (
            {"state": "stopped"},
            ["drain web, n1: web running", "end, n1: web exited"],
            ["drain web on n1", "stop web on n1"],
        ),
        (
            {"state": "absent"},
            ["drain web, n1: web running", "end, n1: web exited"],
            ["drain web on n1", "stop web on n1", "remove web on n1"],
        ),
        (
            {"state": "absent", "force_kill": True},
            ["drain web, n1: web running", "end, n1: web exited"],
            ["drain web on n1", "kill web on n1", "remove web on n1"],
        ),
        (
            {"restart": True},
            ["drain web, n1: web running", "end, n1: web running"],
            ["drain web on n1", "restart web on n1"],
        ),
        (
            {"recreate": True},
            [
                "drain web, n1: web running and n1: web.new created",
                "end, n1: web created and n1: web.old exited",
            ],
            [
                "create web.new on n1",
                "drain web on n1",
                "rename web on n1",
                "rename web.new on n1",
                "stop web.old on n1",
                "start web on n1",
                "remove web.old on n1",
            ],
        ),
        (
            {"constraints": ["zone==b"], "relocate": "when_needed"},
            [
                "await, n1: web running and n2: web.moving running",
                "drain web, n1: web running and n2: web.moving running",
                "end, n1: web exited and n2: web.moving running",
            ],
            [
                "create web.moving on n2",
                "start web.moving on n2",
                "drain web on n1",
                "stop web on n1",
                "remove web on n1",
                "rename web.moving on n2",
            ],
        ),
    ],
)
def test_it_leaves_before_it_is_asked_to_stop(wish: t.Any, asked: t.Any, acts: t.Any) -> None:
    cluster = with_web()
    noted = Noted(cluster)
    cluster.run(task(**wish), check=True)
    assert (cluster.acts, noted.asked) == (acts, [])
    cluster.run(task(**wish))
    assert (cluster.acts, noted.asked, noted.marked) == (acts, asked, set())
    drained = next(action for action in cluster.result.actions if action["action"] == "drain")
    assert (drained["deregister_wait"], drained["services"]) == (WAIT, ["web/n1:web:80"])
    assert [each for each in cluster.result.warnings if "deregister_wait" in each] == []


def test_what_does_not_run_is_not_drained() -> None:
    cluster = with_web()
    cluster["n1"].stop_container("web")
    noted = Noted(cluster)
    cluster.run(task(state="absent"))
    assert (noted.asked, cluster.acts) == ([], ["remove web on n1"])


def test_nothing_is_drained_without_a_wait() -> None:
    cluster = with_web()
    noted = Noted(cluster)
    cluster.run(wanted(state="absent"))
    assert (noted.asked, cluster.acts) == ([], ["stop web on n1", "remove web on n1"])


def test_an_orphan_is_drained_as_long_as_the_longest_of_the_batch() -> None:
    cluster = two_engines()
    cluster.run(wanted("old", group="shop"))
    noted = Noted(cluster)
    entries = (Entry(task(name="web", group="shop")), Entry(wanted("db", group="shop")))
    cluster.run(Batch(entries, group="shop", remove_orphans=True))
    assert [each.split(",")[0] for each in noted.asked] == ["drain old", "end"]


def test_it_is_stopped_whatever_came_of_it_and_that_is_told() -> None:
    cluster = with_web()
    Noted(cluster, "could not be taken out of the services: the store is away", "its mark could not be removed")
    cluster.run(task(state="stopped"))
    assert cluster.lines == ["n1: web exited"]
    assert cluster.result.warnings == [
        "web on n1 could not be taken out of the services: the store is away (deregister_wait)",
        "web on n1: its mark could not be removed",
    ]


@pytest.mark.parametrize("wish", [{"state": "stopped"}, {"state": "absent"}, {"recreate": True}])
def test_what_is_not_stopped_after_all_is_not_marked_any_more(wish: t.Any) -> None:
    cluster = with_web()
    noted = Noted(cluster)
    cluster["n1"].refuse("stop", 500)
    assert isinstance(cluster.error(task(**wish)), OperationError)
    assert cluster.lines == ["n1: web running"]
    assert noted.asked[-1].startswith("end, ")
    assert noted.marked == set()
