# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster of engines in memory, as a task looks at it, and tasks that run on it."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.names import name_filter
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.reconcile import Reconciler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.result import Result
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import (
    Needs,
    Snapshot,
    require_healthy,
    tell_unhealthy,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import SwarmError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    SchedulingSettings,
)

from tests.unit.clock import TestClock
from tests.unit.memory_engine import MemoryEngine

SOURCE = "nodes://memory"


class MemoryView:
    """What ``cluster/view.py`` asks for, over engines in memory.

    reads: what was asked for, in order: the needs of a whole snapshot, or the addresses that were looked at again.
    failing: raised by the reading of that number, from 1.
    """

    def __init__(
        self, engines: t.Sequence[MemoryEngine], warn: t.Callable[[t.Iterable[str]], None] | None = None
    ) -> None:
        self.engines = {engine.address: engine for engine in engines}
        self.reads: list[Needs | tuple[frozenset[str], Needs]] = []
        self.failing: dict[int, SwarmError] = {}
        self._warn = warn or (lambda _warnings: None)
        self._told: set[str] = set()

    @property
    def clients(self) -> MemoryView:
        return self

    def get(self, address: str) -> MemoryEngine:
        return self.engines[address]

    def nodes(self, needs: Needs) -> Snapshot:
        self._note(needs)
        nodes = [engine.read(needs.reading(engine.address)) for engine in self.engines.values()]
        snapshot = Snapshot(tuple(sorted(nodes, key=lambda node: (node.name, node.address))), (), SOURCE)
        self._tell(snapshot)
        return snapshot

    def usable(self, needs: Needs) -> Snapshot:
        snapshot = self.nodes(needs)
        require_healthy(snapshot, ClusterSettings(DiscoverySettings(SOURCE)))
        return snapshot

    def closer(self, snapshot: Snapshot, addresses: t.AbstractSet[str], needs: Needs) -> Snapshot:
        self._note((frozenset(addresses), needs))
        nodes = tuple(
            self.get(node.address).read(needs.reading(node.address)) if node.address in addresses else node
            for node in snapshot.nodes
        )
        closer = replace(snapshot, nodes=nodes)
        self._tell(closer)
        return closer

    def look(self, place: Place) -> Node:
        self._note((frozenset({place.address}), Needs(exact=True)))
        return self.get(place.address).read(Needs(exact=True).reading(place.address))

    def find(self, name: str) -> t.Sequence[tuple[Node, Container]]:
        return self.nodes(Needs(lists=name_filter(name))).find(name)

    def _note(self, read: Needs | tuple[frozenset[str], Needs]) -> None:
        self.reads.append(read)
        if len(self.reads) in self.failing:
            raise self.failing[len(self.reads)]

    def _tell(self, snapshot: Snapshot) -> None:
        new = [node for node in snapshot.unhealthy if node.address not in self._told]
        self._warn(tell_unhealthy(new, len(snapshot.nodes)))
        self._told |= {node.address for node in snapshot.unhealthy}


class MemoryCluster:
    """Engines that share a clock, and what a task does to them.

    result: of the last task, also of one that failed. failing: for the view of the next task, see there. drains: where
    containers leave before they stop
    """

    def __init__(self, *engines: MemoryEngine) -> None:
        self.clock = TestClock()
        self.engines = engines
        for engine in engines:
            engine.clock = self.clock
        self.view = MemoryView(engines)
        self.result = Result()
        self.failing: dict[int, SwarmError] = {}
        self.drains: t.Any = None

    def __getitem__(self, name: str) -> MemoryEngine:
        return next(engine for engine in self.engines if engine.name == name)

    def run(self, task: Wanted | Batch, *, check: bool = False, explain: bool = False, **settings: t.Any) -> Result:
        """Bring the cluster to what the task wants; every second wait is half as long as it may be."""
        self.result = result = Result()
        self.view = MemoryView(self.engines, result.warn)
        self.view.failing, self.failing = self.failing, {}
        return Reconciler(
            Batch.of(task) if isinstance(task, Wanted) else task,
            self.view,
            Scheduler(SchedulingSettings(**settings)),
            chance=lambda: 0.5,
            clock=self.clock,
            check_mode=check,
            explain=explain,
            result=result,
            drains=self.drains,
        ).run()

    def error(self, task: Wanted | Batch, **more: t.Any) -> SwarmError:
        """What the task fails with."""
        try:
            self.run(task, **more)
        except SwarmError as error:
            return error
        raise AssertionError("the task did not fail")

    @property
    def lines(self) -> list[str]:
        """Every container of every engine: ``n1: web running``."""
        return [line for engine in self.engines for line in engine.lines()]

    @property
    def acts(self) -> list[str]:
        """The actions of the last task: ``create web on n1``; those that changed nothing end in ``(unchanged)``."""
        return [told(action) for action in self.result.actions]


def told(action: t.Mapping[str, t.Any]) -> str:
    words = f"{action['action']} {action['container']} on {action['node']}"
    return words if action.get("changed", True) else f"{words} (unchanged)"
