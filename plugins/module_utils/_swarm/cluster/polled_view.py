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
from ..model.node import Node
from ..settings import ClusterSettings
from .snapshot import Needs, Snapshot, read_nodes, require_healthy, take_snapshot, tell_unhealthy


class ClusterReader:
    """Reads as often as the task needs; a context manager that closes the connections.

    :param warn: takes sentences about engines that cannot be used, each time they are found
    """

    def __init__(self, settings: ClusterSettings, warn: t.Callable[[t.Iterable[str]], None]) -> None:
        self._settings = settings
        self._warn = warn
        self._silent: t.FrozenSet[str] = frozenset()
        self.pool = EnginePool(settings.engine)

    def __enter__(self) -> ClusterReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.pool.close()

    def take(self, needs: Needs) -> Snapshot:
        """A snapshot, whatever can be used of it.

        :raises SwarmError: as ``take_snapshot``
        """
        snapshot = take_snapshot(self._settings, needs, self._silent, self.pool)
        self._warn(warning for warning in snapshot.warnings if warning not in self._told(snapshot))
        self._notice(snapshot)
        return snapshot

    def read(self, needs: Needs) -> Snapshot:
        """A snapshot that something can be placed on.

        :raises ClusterError: no engine can be used
        """
        snapshot = self.take(needs)
        require_healthy(snapshot, self._settings)
        return snapshot

    def read_again(self, snapshot: Snapshot, addresses: t.AbstractSet[str], needs: Needs) -> Snapshot:
        """The same snapshot, with the nodes at ``addresses`` read again."""
        before = [node for node in snapshot.nodes if node.address in addresses]
        after = {node.address: node for node in read_nodes(before, self._settings, needs, self.pool)}
        closer = replace(snapshot, nodes=tuple(after.get(node.address, node) for node in snapshot.nodes))
        self._warn(tell_unhealthy(node) for node in closer.unhealthy if node.address not in self._silent)
        self._notice(closer)
        return closer

    def look_closely(self, node: Node) -> Node:
        """One node read again to the byte; unhealthy if it does not answer."""
        return read_nodes([node], self._settings, Needs(exact=True), self.pool)[0]

    def _told(self, snapshot: Snapshot) -> t.Set[str]:
        return {tell_unhealthy(node) for node in snapshot.unhealthy if node.address in self._silent}

    def _notice(self, snapshot: Snapshot) -> None:
        self._silent |= {node.address for node in snapshot.unhealthy}
