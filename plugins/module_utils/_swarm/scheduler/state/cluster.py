# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster as it is: a working copy of a snapshot, with the sums and sets that filters ask for, and what changes it.

Building it walks every container once. After that a placement costs the same however many containers there are: what
a node has given away is a number, and what stands on which node is looked up. Whatever is kept (an index, the nodes
that pass a test, the order of a strategy) is made when a request first asks for it and kept up to date from then on,
while a batch is placed and while the cluster itself changes.
"""

from __future__ import annotations

import functools
import typing as t
from dataclasses import replace

from ...expression import Expression, Operator, Pattern
from ...model.container import Container
from ...model.labels import NAME
from ...model.node import Health, Node
from ...model.ports import HostPort
from ...model.request import Request
from ..references import reference_pattern
from .allocation import claim
from .difference import containers_that_differ
from .domains import Domains
from .indexes import Indexes
from .journal import ContainerStep, Journal, Moment, NodeStep, Step
from .node import NodeState
from .nodeset import NodeSet
from .passing import Passing, Test
from .ranking import Entry, Order, Ranking
from .view import ClusterView
from .without import ClusterWithout

#: How many tests and how many orders are kept, the latest asked: a batch in which no two requests are alike must not
#: keep one for each.
_KEPT_TESTS = 1024
_KEPT_RANKINGS = 64


class ClusterState(ClusterView):
    """All nodes of a cluster. Whatever changes it keeps every sum, set and order right.

    Containers with one ID, or without any, are told apart by what else they are.
    """

    def __init__(self, nodes: t.Iterable[Node]) -> None:
        self._by_address = {node.address: NodeState(node) for node in nodes}
        self._journal = Journal()
        self._past: t.Optional[_Past] = None
        self._stand_in_order()

    @classmethod
    def from_nodes(cls, nodes: t.Iterable[Node]) -> ClusterState:
        """The state of a snapshot."""
        return cls(nodes)

    def node_at(self, address: str) -> NodeState:
        """The node at ``address``.

        :raises KeyError: there is none
        """
        return self._by_address[address]

    # what changes

    def add(self, address: str, container: Container) -> None:
        """``container`` stands on the node at ``address`` from now on.

        :raises KeyError: there is no such node
        """
        self._add(address, container, None)

    def add_request(self, address: str, request: Request) -> Container:
        """``request`` was placed on the node at ``address``: it holds there what it asked for.

        :returns: the container that stands for it, without an ID, for ``remove``
        """
        container = Container(
            id="",
            name=request.name,
            image=request.image,
            labels={**request.labels, NAME: request.family} if request.family else request.labels,
            state="running" if request.starts else "created",
            ports=claim(self._by_address[address], request.ports),
            reservation=request.reservation,
        )
        self.add(address, container)
        return container

    def remove(self, address: str, container: Container) -> None:
        """``container`` is gone from the node at ``address``.

        :raises KeyError: there is no such node
        :raises ValueError: it does not stand there
        """
        self._remove(address, container, None)

    def take_out(self, container_id: str) -> t.Optional[t.Tuple[str, Container]]:
        """Remove the container with that ID.

        :returns: address and container, fit for ``add``; None where no node has it
        """
        found = self._find(container_id)
        if found is None:
            return None
        state, container = found
        self.remove(state.node.address, container)
        return state.node.address, container

    def put(self, node: Node) -> None:
        """The engine at the node's address is as ``node`` says: it joins, or what differs from before is changed.

        Containers that were placed there and that ``node`` does not have are gone.
        """
        state = self._by_address.get(node.address)
        if state is None:
            self._join(node, node.containers)
        elif state.node.name != node.name:
            self.drop(node.address)
            self._join(node, node.containers)
        else:
            self._set_node(state, node)
            gone, come = containers_that_differ(state.containers, node.containers)
            for container in gone:
                self.remove(node.address, container)
            for container in come:
                self.add(node.address, container)

    def drop(self, address: str) -> None:
        """The node at ``address`` left.

        :raises KeyError: there is none
        """
        state = self._by_address.pop(address)
        self._stand_in_order()
        self._record_new_positions(NodeStep(state.node, None, tuple(state.containers)))

    def set_health(self, address: str, health: Health, reason: str = "") -> None:
        """The node at ``address`` is in that condition from now on. :param reason: why it is not healthy, in words

        :raises KeyError: there is no such node
        """
        state = self._by_address[address]
        self._set_node(state, replace(state.node, health=health, reason=reason))

    def set_labels(self, address: str, labels: t.Mapping[str, str]) -> None:
        """The node at ``address`` has these labels from now on, and no others.

        :raises KeyError: there is no such node
        """
        state = self._by_address[address]
        self._set_node(state, replace(state.node, labels=labels))

    def _add(self, address: str, container: Container, place: t.Optional[int]) -> None:
        state = self._by_address[address]
        place = state.total if place is None else place
        state.add(container, place)
        self._indexes.add(container, state.position)
        self._record(ContainerStep(address, container, True, place), state)

    def _remove(self, address: str, container: Container, place: t.Optional[int]) -> None:
        state = self._by_address[address]
        place = state.remove(container, place)
        self._indexes.remove(container, state.position)
        self._record(ContainerStep(address, container, False, place), state)

    def _join(self, node: Node, containers: t.Sequence[Container]) -> None:
        self._by_address[node.address] = NodeState(node, containers=containers)
        self._stand_in_order()
        self._record_new_positions(NodeStep(None, node, tuple(containers)))

    def _set_node(self, state: NodeState, node: Node) -> None:
        before = state.node
        self._indexes.set_node(state, node)
        if replace(before, containers=()) != replace(node, containers=()):
            self._record(NodeStep(before, node), state)

    def _stand_in_order(self) -> None:
        """Give every node its place, and begin anew with all that is kept by places.

        Nodes join and leave seldom. What is kept is made again when it is next asked for.
        """
        ordered = sorted(self._by_address.values(), key=lambda state: (state.node.name, state.node.address))
        for position, state in enumerate(ordered):
            state.position = position
        self.nodes = ordered
        self.all = (1 << len(ordered)) - 1
        self._indexes = Indexes(ordered)
        self._passing = functools.lru_cache(_KEPT_TESTS)(Passing)
        self._ranking = functools.lru_cache(_KEPT_RANKINGS)(Ranking)

    def _record(self, step: Step, state: NodeState) -> None:
        self._past = None
        self._journal.record(step, state.position)

    def _record_new_positions(self, step: Step) -> None:
        self._past = None
        self._journal.record_new_positions(step)

    # what was

    @property
    def moment(self) -> Moment:
        """The state as it is now, for ``as_of``. As long as somebody holds it, the steps after it are kept."""
        return self._journal.now

    def as_of(self, moment: Moment) -> ClusterState:
        """The state as it was at ``moment``; to be read before anything changes.

        It is a second copy that takes the same steps. Moments asked for in order cost one step after another.
        """
        if moment.number == self.moment.number:
            return self
        if self._past is None:
            self._past = _Past(self._copy(), self.moment)
        return self._past.at(moment)

    def _copy(self) -> ClusterState:
        copy = ClusterState(())
        copy._by_address = {
            state.node.address: NodeState(state.node, containers=state.containers) for state in self.nodes
        }
        copy._stand_in_order()
        return copy

    def _take(self, step: Step) -> None:
        """Take a step of another copy. A node keeps what it is: nothing else is equal to it."""
        if isinstance(step, ContainerStep):
            (self._add if step.came else self._remove)(step.address, step.container, step.place)
        elif step.after is None:
            self.drop(step.before.address if step.before else "")
        elif step.before is None:
            self._join(step.after, step.containers)
        else:
            self._set_node(self._by_address[step.after.address], step.after)

    # what is asked

    def without(self, container_id: str) -> ClusterView:
        """The cluster as if the container with that ID were gone; as it is where no node has it."""
        found = self._find(container_id)
        return self if found is None else ClusterWithout(self, *found)

    def nodes_meeting(self, constraint: Expression) -> NodeSet:
        fitting = self._indexes.facts(constraint.key).nodes(constraint.pattern)
        return fitting if constraint.operator is Operator.EQUAL else self.all ^ fitting

    def nodes_holding(self, key: str, pattern: Pattern) -> NodeSet:
        return self._indexes.holdings(key).nodes(pattern)

    def times_held(self, key: str, value: str) -> t.Dict[int, int]:
        return self._indexes.holdings(key).times(value)

    def nodes_with_taken(self, port: HostPort) -> NodeSet:
        return self._indexes.nodes_with_taken(port)

    def nodes_where(self, test: Test) -> NodeSet:
        return self._passing(test).among(self.nodes, self._journal)

    def domains(self, key: str) -> Domains:
        return self._indexes.domains(key)

    def in_order(self, order: Order, part: t.Hashable, candidates: NodeSet, chosen: NodeSet) -> t.Iterator[Entry]:
        return self._ranking(order, part).in_order(self.nodes, self._journal, candidates, chosen)

    def _find(self, container_id: str) -> t.Optional[t.Tuple[NodeState, Container]]:
        for state in self.pick(self.nodes_holding("container", reference_pattern(container_id))):
            for container in state.containers:
                if container.id == container_id:
                    return state, container
        return None


class _Past:
    """A copy of a state that goes back and forth along its steps.

    :param copy: the state as it is at ``moment``
    """

    def __init__(self, copy: ClusterState, moment: Moment) -> None:
        self._copy = copy
        self._moment = moment

    def at(self, moment: Moment) -> ClusterState:
        """The copy, brought to ``moment``."""
        if moment.number < self._moment.number:
            for step in reversed(list(moment.until(self._moment))):
                self._copy._take(step.reversed())
        else:
            for step in self._moment.until(moment):
                self._copy._take(step)
        self._moment = moment
        return self._copy
