# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The scheduler's view of the live cluster, with what was given away to containers that are being created.

Everything here is synchronous: between a look and the reservation that follows it nothing else happens.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..._swarm.model.container import Container as Model
from ..._swarm.model.request import Request
from ..._swarm.scheduler.placement import Placement
from ..._swarm.scheduler.scheduler import Scheduler
from ..._swarm.scheduler.state.cluster import ClusterState
from ..._swarm.settings import SchedulingSettings
from .container import Container
from .node import Node


class Reservation:
    """What a container that is being created holds of its node. :ivar name: of the container; empty where it has none
    yet"""

    def __init__(self, node: Node, name: str, request: Request) -> None:
        self.node = node
        self.name = name
        self.request = request
        self.held: t.Optional[Model] = None


class Placing:
    """Places requests on nodes, and remembers what is reserved.

    :param nodes: gives the nodes of the cluster
    """

    def __init__(self, settings: SchedulingSettings, nodes: t.Callable[[], t.Sequence[Node]]) -> None:
        self.scheduler = Scheduler(settings)
        self.settings = settings
        self._nodes = nodes
        self._reserved: t.List[Reservation] = []
        self._kept: t.Optional[ClusterState] = None

    def place(self, request: Request) -> Placement:
        """Where it would go now. :raises InputError: it can never fit"""
        return self.scheduler.place(self._state(), request)

    def reserve(self, node: Node, request: Request) -> Reservation:
        """Hold for it what it asks for."""
        reservation = Reservation(node, request.name, request)
        self._hold(self._state(), reservation)
        self._reserved.append(reservation)
        return reservation

    def release(self, reservation: Reservation) -> None:
        """It needs nothing any more, or its container stands for it. Harmless if that was said before."""
        if reservation not in self._reserved:
            return
        self._reserved.remove(reservation)
        if self._kept is not None and reservation.held is not None:
            self._kept.remove(reservation.node.key, reservation.held)
        reservation.held = None

    def names(self) -> t.Set[str]:
        """The names of containers that are being created."""
        return {reservation.name for reservation in self._reserved if reservation.name}

    # what the cluster tells

    def came(self, node: Node, container: Container) -> None:
        """A container stands on a node; it takes the place of the reservation that was made for it."""
        if self._reserved:
            name = container.name
            for reservation in self._reserved:
                if reservation.name == name and reservation.node is node:
                    self.release(reservation)
                    break
        if self._kept is not None:
            self._kept.add(node.key, container.model)

    def went(self, node: Node, container: Container) -> None:
        """A container is gone."""
        if self._kept is not None:
            self._kept.remove(node.key, container.model)

    def changed(self, node: Node) -> None:
        """What a node says of itself, its images or its condition are others."""
        if self._kept is None:
            return
        try:
            known = self._kept.node_at(node.key)
        except KeyError:
            return  # it left while it was asked
        # under another name, too, it keeps what stands on it
        self._kept.put(replace(node.model(), containers=tuple(known.containers)))

    def joined(self, node: Node) -> None:
        """There is one more node."""
        if self._kept is not None:
            self._kept.put(node.model())

    def left(self, node: Node) -> None:
        """A node is not there any more."""
        for reservation in self._reserved:
            if reservation.node is node:
                reservation.held = None
        if self._kept is not None:
            self._kept.drop(node.key)

    def prepare(self) -> None:
        """Make the view ahead of the first request."""
        self._state()

    def _state(self) -> ClusterState:
        """Made when it is first needed, and kept true from then on."""
        if self._kept is None:
            self._kept = ClusterState(
                replace(node.model(), containers=tuple(each.model for each in node.containers.values()))
                for node in self._nodes()
            )
        return self._kept

    def _hold(self, state: ClusterState, reservation: Reservation) -> None:
        reservation.held = state.add_request(reservation.node.key, reservation.request)
