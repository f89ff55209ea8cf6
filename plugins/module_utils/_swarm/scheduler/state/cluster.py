# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster while a batch is placed: a working copy of the snapshot, with the sums and sets that filters ask for.

Building it walks every container once. After that a placement costs the same however many containers there are: what
a node has given away is a number, and what stands on which node is looked up. Whatever is kept (an index, the nodes
that pass a test, the order of a strategy) is made when a request first asks for it and kept up to date from then on.
"""

from __future__ import annotations

import functools
import typing as t

from ...expression import Expression, Operator, Pattern
from ...model.container import Container
from ...model.image import reference_names
from ...model.node import Node
from ...model.ports import HostPort, addresses_overlap
from ...model.request import Request
from ..references import reference_pattern
from .allocation import claim
from .index import Index
from .nodeset import NodeSet, positions_in
from .passing import Test, Watch
from .port_index import PortIndex
from .ranking import Ranking

if t.TYPE_CHECKING:
    from ..strategies.base import Strategy

#: Cpus are summed in whole billionths, as the engine keeps them: floats would drift as containers come and go.
NANO = 10**9

#: How many tests and how many orders are kept, the latest asked: a batch in which no two requests are alike must not
#: keep one for each.
_KEPT_WATCHES = 1024
_KEPT_RANKINGS = 64

#: A cluster runs many containers of few images.
_KEPT_IMAGES = 4096


class NodeState:
    """One node and what it has given away.

    :ivar node: as the snapshot has it
    :ivar labels: the node's labels by key in lower case
    :ivar containers: all that stand on it, of every state
    :ivar running: how many of them run
    :ivar memory: bytes reserved by them, running or not
    :ivar nanocpus: billionths of a cpu reserved by them
    :ivar position: its place among the nodes of the cluster, in sets of nodes
    """

    __slots__ = ("_ports", "containers", "labels", "memory", "nanocpus", "node", "position", "running")

    def __init__(self, node: Node, position: int = 0) -> None:
        self.node = node
        self.position = position
        self.labels = {key.lower(): value for key, value in node.labels.items()}
        self.containers: t.List[Container] = []
        self.running = 0
        self.memory = 0
        self.nanocpus = 0
        # Made when a port of this very node is first asked for; most nodes are never asked.
        self._ports: t.Optional[_Ports] = None
        for container in node.containers:
            self.add(container)

    @property
    def total(self) -> int:
        """How many containers stand on it, running or not."""
        return len(self.containers)

    def port_is_free(self, port: HostPort) -> bool:
        """Whether nothing on the node collides with ``port``."""
        return not self._colliding(port)

    def port_holders(self, port: HostPort) -> t.List[str]:
        """Names of the containers that collide with ``port``."""
        return sorted({name for _address, name in self._colliding(port)})

    def add(self, container: Container) -> None:
        """``container`` stands here from now on."""
        self.containers.append(container)
        self._account(container, 1)
        if self._ports is not None:
            _hold_ports(self._ports, container)

    def remove(self, container: Container) -> None:
        """``container`` is gone.

        :raises ValueError: it does not stand here
        """
        self.containers.remove(container)
        self._account(container, -1)
        if self._ports is not None:
            for port in container.ports:
                self._ports[port.number, port.protocol].remove((port.address, container.name))

    def _account(self, container: Container, sign: int) -> None:
        self.running += sign * container.running
        self.memory += sign * container.reservation.memory
        self.nanocpus += sign * round(container.reservation.cpus * NANO)

    def _colliding(self, port: HostPort) -> t.List[t.Tuple[str, str]]:
        if self._ports is None:
            self._ports = {}
            for container in self.containers:
                _hold_ports(self._ports, container)
        held = self._ports.get((port.number, port.protocol), ())
        return [(address, name) for address, name in held if addresses_overlap(port.address, address)]


#: By number and protocol: address, and name of the container.
_Ports = t.Dict[t.Tuple[int, str], t.List[t.Tuple[str, str]]]


def _hold_ports(ports: _Ports, container: Container) -> None:
    for port in container.ports:
        ports.setdefault((port.number, port.protocol), []).append((port.address, container.name))


class ClusterState:
    """All nodes of a snapshot. ``add`` and ``remove`` keep every sum, set and order right, and every step is known.

    :ivar nodes: every node, in order of name and address; a set of nodes counts them in this order
    :ivar all: the set of every node
    """

    def __init__(self, nodes: t.Iterable[Node]) -> None:
        by_address = {node.address: node for node in nodes}
        ordered = sorted(by_address.values(), key=lambda node: (node.name, node.address))
        self.nodes: t.Sequence[NodeState] = [NodeState(node, position) for position, node in enumerate(ordered)]
        self.all: NodeSet = (1 << len(self.nodes)) - 1
        self._by_address = {state.node.address: state for state in self.nodes}
        self._indexes: t.Dict[str, Index] = {}
        self._ports: t.Optional[PortIndex] = None
        self._facts: t.Dict[str, Index] = {}
        self._watch = functools.lru_cache(_KEPT_WATCHES)(Watch)
        self._ranking = functools.lru_cache(_KEPT_RANKINGS)(Ranking)
        self._steps: t.List[_Step] = []
        self._past: t.Optional[ClusterState] = None
        self._past_moment = 0

    @classmethod
    def from_nodes(cls, nodes: t.Iterable[Node]) -> ClusterState:
        """The state of a snapshot."""
        return cls(nodes)

    def node_at(self, address: str) -> NodeState:
        """The node at ``address``.

        :raises KeyError: there is none
        """
        return self._by_address[address]

    def pick(self, nodes: NodeSet) -> t.List[NodeState]:
        """The nodes in a set, in order."""
        return [self.nodes[position] for position in positions_in(nodes)]

    # what changes

    def add(self, address: str, container: Container) -> None:
        """``container`` stands on the node at ``address`` from now on."""
        state = self._by_address[address]
        state.add(container)
        self._steps.append((state, container, True))
        for key, index in self._indexes.items():
            for value in _values(key, container):
                index.add(value, state.position)
        if self._ports is not None:
            for port in container.ports:
                self._ports.add(port, state.position)

    def add_request(self, address: str, request: Request) -> Container:
        """``request`` was placed on the node at ``address``: it holds there what it asked for.

        :returns: the container that stands for it, without an ID, for ``remove``
        """
        container = Container(
            id="",
            name=request.name,
            image=request.image,
            labels=request.labels,
            state="running" if request.starts else "created",
            ports=claim(self._by_address[address], request.ports),
            reservation=request.reservation,
        )
        self.add(address, container)
        return container

    def remove(self, address: str, container: Container) -> None:
        """``container`` is gone from the node at ``address``."""
        state = self._by_address[address]
        state.remove(container)
        self._steps.append((state, container, False))
        for key, index in self._indexes.items():
            for value in _values(key, container):
                index.remove(value, state.position)
        if self._ports is not None:
            for port in container.ports:
                self._ports.remove(port, state.position)

    def take_out(self, container_id: str) -> t.Optional[t.Tuple[str, Container]]:
        """Remove the container with that ID.

        :returns: address and container, fit for ``add``; None where no node has it
        """
        for state in self.pick(self.nodes_holding("container", reference_pattern(container_id))):
            for container in state.containers:
                if container.id == container_id:
                    self.remove(state.node.address, container)
                    return state.node.address, container
        return None

    # what was

    @property
    def moment(self) -> int:
        """A number for the state as it is now: how many containers have come and gone."""
        return len(self._steps)

    def changed_since(self, moment: int) -> t.Set[int]:
        """The positions of the nodes where a container came or went since ``moment``."""
        return {state.position for state, _container, _came in self._steps[moment:]}

    def as_of(self, moment: int) -> ClusterState:
        """The state as it was at ``moment``; to be read only.

        It is a second copy that takes the same steps. Moments asked for in order cost one step after another; going
        back begins anew from the snapshot.
        """
        if moment == self.moment:
            return self
        if self._past is None or self._past_moment > moment:
            self._past, self._past_moment = ClusterState(state.node for state in self.nodes), 0
        for state, container, came in self._steps[self._past_moment : moment]:
            (self._past.add if came else self._past.remove)(state.node.address, container)
        self._past_moment = moment
        return self._past

    # what is asked

    def nodes_meeting(self, constraint: Expression) -> NodeSet:
        """The nodes whose own facts meet ``constraint``; those do not change while a batch is placed."""
        index = self._facts.get(constraint.key)
        if index is None:
            index = self._facts[constraint.key] = self._build_fact_index(constraint.key)
        fitting = index.nodes(constraint.pattern)
        return fitting if constraint.operator is Operator.EQUAL else self.all ^ fitting

    def nodes_holding(self, key: str, pattern: Pattern) -> NodeSet:
        """The nodes with a container, an image or a container label that fits.

        :param key: ``container``, ``image``, or the key of a label in lower case
        """
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = self._build_index(key)
        return index.nodes(pattern)

    def nodes_with_taken(self, port: HostPort) -> NodeSet:
        """The nodes where something collides with ``port``."""
        if self._ports is None:
            self._ports = self._build_port_index()
        return self._ports.nodes(port)

    def nodes_where(self, test: Test) -> NodeSet:
        """The nodes that pass ``test``.

        :param test: kept by its identity: hand in the same function for the same question
        """
        return self._watch(test).nodes(self)

    def best(self, strategy: Strategy[t.Any], part: t.Hashable, candidates: NodeSet, preferred: NodeSet) -> NodeState:
        """The node that ``strategy`` takes.

        :param part: what the strategy reads of the request
        :param candidates: the nodes to weigh
        :param preferred: those of them to choose from; not empty
        """
        return self.nodes[self._ranking(strategy, part).best(self, candidates, preferred)]

    def _build_fact_index(self, key: str) -> Index:
        index = Index()
        for state in self.nodes:
            for value in node_values(state, key):
                index.add(value, state.position)
        return index

    def _build_index(self, key: str) -> Index:
        index = Index()
        for state in self.nodes:
            for container in state.containers:
                for value in _values(key, container):
                    index.add(value, state.position)
            if key == "image":
                for value in _image_values(state.node):
                    index.add(value, state.position)
        return index

    def _build_port_index(self) -> PortIndex:
        index = PortIndex()
        for state in self.nodes:
            for container in state.containers:
                for port in container.ports:
                    index.add(port, state.position)
        return index


#: A container that came (true) or went (false), and where.
_Step = t.Tuple[NodeState, Container, bool]


def node_values(state: NodeState, key: str) -> t.Tuple[str, ...]:
    """What a constraint on ``key`` is compared with: name and ID for ``node``, else the label, if there is one."""
    if key == "node":
        return state.node.name, state.node.id
    return (state.labels[key],) if key in state.labels else ()


def _values(key: str, container: Container) -> t.Iterable[str]:
    if key == "container":
        return (container.name, container.id) if container.id else (container.name,)
    if key == "image":
        return _names_of_image(container.image, container.image_id)
    return {value for label, value in container.labels.items() if label.lower() == key}


@functools.lru_cache(_KEPT_IMAGES)
def _names_of_image(reference: str, image_id: str) -> t.FrozenSet[str]:
    return reference_names(reference) | reference_names(image_id)


def _image_values(node: Node) -> t.Iterator[str]:
    for image in node.images or ():
        yield from frozenset().union(*map(reference_names, (image.id, *image.tags, *image.digests)))
