# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Questions about a cluster. Nothing is changed by any of them."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..engine.api import containers
from ..engine.pool import EnginePool
from ..errors import EngineError
from ..model.container import Container
from ..model.node import Node
from ..model.reference import refers_to
from ..model.request import Request
from ..scheduler.placement import Placement
from ..scheduler.scheduler import Scheduler
from ..settings import ClusterSettings
from ..wire.limits import WORKERS
from .snapshot import Needs, Snapshot, require_healthy, take_snapshot

Place = t.Tuple[Node, Container]
Inspection = t.Union[t.Dict[str, t.Any], EngineError]


@dataclass(frozen=True)
class ContainerQuery:
    """Which containers are asked for; what is empty asks for nothing.

    :ivar names: names or IDs, the latter whole or eight characters and more
    :ivar labels: ``key=value``, or ``key`` for any value; all must be there
    :ivar nodes: names, IDs or addresses of nodes
    :ivar states: the engine's words
    """

    names: t.Tuple[str, ...] = ()
    labels: t.Tuple[str, ...] = ()
    nodes: t.Tuple[str, ...] = ()
    states: t.Tuple[str, ...] = ()

    def select(self, nodes: t.Iterable[Node]) -> t.List[Place]:
        """The containers, by name and then by node."""
        places = [
            (node, container)
            for node in nodes
            if not self.nodes or is_called(node, self.nodes)
            for container in node.containers
            if self._asks_for(container)
        ]
        return sorted(places, key=lambda place: (place[1].name, place[0].name, place[0].address))

    def _asks_for(self, container: Container) -> bool:
        return (
            (not self.names or any(refers_to(name, container) for name in self.names))
            and (not self.states or container.state in self.states)
            and all(_has_label(container, label) for label in self.labels)
        )


def is_called(node: Node, names: t.Collection[str]) -> bool:
    """Whether one of ``names`` is the name, the ID or the address of ``node``."""
    return node.name in names or node.address in names or bool(node.id and node.id in names)


def inspect_containers(settings: ClusterSettings, places: t.Sequence[Place]) -> t.List[Inspection]:
    """The engine's inspect reply for each place, in their order, or in its stead what kept it from being inspected."""
    with EnginePool(settings.engine, [node for node, _container in places]) as pool:

        def inspect(place: Place) -> Inspection:
            node, container = place
            try:
                return pool.get(node.address).send(containers.inspect(container.id))
            except EngineError as error:
                return error

        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            return list(executor.map(inspect, places))


def ask_placement(
    settings: ClusterSettings, scheduler: Scheduler, requests: t.Sequence[Request], explain: bool
) -> t.Tuple[Snapshot, t.List[Placement]]:
    """Where ``requests`` would go now, as if asked one after another.

    :param explain: keep every filter's verdict on every node also where a request fits
    :raises ClusterError: no engine can be used
    """
    images = any(affinity.key == "image" for request in requests for affinity in request.affinities)
    room = scheduler.weighs_reservations or any(
        request.ports or request.reservation.memory or request.reservation.cpus for request in requests
    )
    # What the lists of containers do not tell is asked for only where the answer hangs on it.
    snapshot, placements = _ask(settings, Needs(images=images, foreign=room), scheduler, requests, explain)
    if room and any(placement.node is None for placement in placements):
        return _ask(settings, Needs(images=images, foreign=True, exact=True), scheduler, requests, explain)
    return snapshot, placements


def _ask(
    settings: ClusterSettings, needs: Needs, scheduler: Scheduler, requests: t.Sequence[Request], explain: bool
) -> t.Tuple[Snapshot, t.List[Placement]]:
    snapshot = take_snapshot(settings, needs)
    require_healthy(snapshot, settings)
    return snapshot, scheduler.place_batch(snapshot.nodes, requests, explain)


def _has_label(container: Container, label: str) -> bool:
    key, equals, value = label.partition("=")
    return container.labels.get(key) == value if equals else key in container.labels
