# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one task reads of its cluster, at the least cost: connections are opened once, an engine that does not answer
costs its time-out once, and where names are enough no whole list is asked for.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..engine.pool import EnginePool
from ..model.container import Container
from ..model.node import Node
from ..settings import ClusterSettings
from .names import name_filter
from .operations.base import Place
from .snapshot import Needs, Snapshot, read_nodes, require_healthy, take_snapshot, tell_unhealthy


class PolledView:
    """A view that asks the engines each time; a context manager that closes the connections.

    :param warn: takes sentences about engines that cannot be used, each time they are found
    """

    def __init__(self, settings: ClusterSettings, warn: t.Callable[[t.Iterable[str]], None]) -> None:
        self._settings = settings
        self._warn = warn
        self._silent: t.FrozenSet[str] = frozenset()
        self._pool = EnginePool(settings.engine)

    @property
    def clients(self) -> EnginePool:
        """The clients of all engines, which share connections with the reading."""
        return self._pool

    def __enter__(self) -> PolledView:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.close()

    def nodes(self, needs: Needs) -> Snapshot:
        """A snapshot, whatever can be used of it.

        :raises SwarmError: as ``take_snapshot``
        """
        snapshot = take_snapshot(self._settings, needs, self._silent, self._pool)
        self._warn((*self._newly_silent(snapshot), *snapshot.odd))
        self._notice(snapshot)
        return snapshot

    def usable(self, needs: Needs) -> Snapshot:
        """A snapshot that something can be placed on.

        :raises ClusterError: no engine can be used
        """
        snapshot = self.nodes(needs)
        require_healthy(snapshot, self._settings)
        return snapshot

    def closer(self, snapshot: Snapshot, addresses: t.AbstractSet[str], needs: Needs) -> Snapshot:
        """The same snapshot, with the nodes at ``addresses`` read again."""
        before = [node for node in snapshot.nodes if node.address in addresses]
        after = {node.address: node for node in read_nodes(before, self._settings, needs, self._pool)}
        closer = replace(snapshot, nodes=tuple(after.get(node.address, node) for node in snapshot.nodes))
        self._warn(self._newly_silent(closer))
        self._notice(closer)
        return closer

    def look(self, place: Place) -> Node:
        """One node read again to the byte; unhealthy if it does not answer."""
        before = Node(address=place.address, name=place.name, listing=self._pool.get(place.address).listing)
        return read_nodes([before], self._settings, Needs(exact=True), self._pool)[0]

    def find(self, name: str) -> t.Sequence[t.Tuple[Node, Container]]:
        """Where containers of that name or ID are now; only lists of that name are asked for, where it is no ID."""
        return self.nodes(Needs(lists=name_filter(name))).find(name)

    def _newly_silent(self, snapshot: Snapshot) -> t.List[str]:
        new = [node for node in snapshot.unhealthy if node.address not in self._silent]
        return tell_unhealthy(new, len(snapshot.nodes))

    def _notice(self, snapshot: Snapshot) -> None:
        # one that answers again was only slow for once, and gets its whole time again
        answering = {node.address for node in snapshot.healthy}
        self._silent = (self._silent - answering) | {node.address for node in snapshot.unhealthy}
