# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster as a task looks at it. What is behind the view is not the task's business: engines that are asked each
time, or a state that a daemon keeps."""

from __future__ import annotations

import typing as t

from ..model.container import Container
from ..model.node import Node
from .operations.base import Clients, Place
from .snapshot import Needs, Snapshot


class View(t.Protocol):
    """A cluster at any moment."""

    @property
    def clients(self) -> Clients:
        """Gives the clients to act through."""

    def nodes(self, needs: Needs) -> Snapshot:
        """The cluster as it is now.

        :raises SwarmError: it cannot be read
        """

    def usable(self, needs: Needs) -> Snapshot:
        """The cluster as it is now, with an engine at least that something can be placed on.

        :raises ClusterError: there is none
        """

    def closer(self, snapshot: Snapshot, addresses: t.AbstractSet[str], needs: Needs) -> Snapshot:
        """The same snapshot, with the nodes at ``addresses`` looked at again."""

    def look(self, place: Place) -> Node:
        """One node to the byte, as it is now; unhealthy if it does not answer."""

    def find(self, name: str) -> t.Sequence[t.Tuple[Node, Container]]:
        """Where containers of that name or ID are now."""
