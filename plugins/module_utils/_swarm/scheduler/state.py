# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The cluster while a batch is placed: a working copy of the snapshot, with the sums and indexes that filters ask for.

Building it walks every container once. After that a placement costs the same however many containers there are: what
a node has given away is a number, and what stands on which node is looked up. An index is built when a request first
asks for its key, so that a task without affinities pays for none.
"""

from __future__ import annotations

import typing as t

from ..expression import Expression, Pattern
from ..model.container import Container
from ..model.image import reference_names
from ..model.node import Node
from ..model.ports import HostPort, addresses_overlap
from ..model.request import Request
from .index import Index
from .ports import allocate
from .references import reference_pattern

#: Cpus are summed in whole billionths, as the engine keeps them: floats would drift as containers come and go.
NANO = 10**9


class NodeState:
    """One node and what it has given away.

    :ivar node: as the snapshot has it
    :ivar labels: the node's labels by key in lower case
    :ivar containers: all that stand on it, of every state
    :ivar running: how many of them run
    :ivar memory: bytes reserved by them, running or not
    :ivar nanocpus: billionths of a cpu reserved by them
    """

    __slots__ = ("_ports", "containers", "labels", "memory", "nanocpus", "node", "running")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.labels = {key.lower(): value for key, value in node.labels.items()}
        self.containers: t.List[Container] = []
        self.running = 0
        self.memory = 0
        self.nanocpus = 0
        self._ports: t.Dict[t.Tuple[int, str], t.List[t.Tuple[str, str]]] = {}
        for container in node.containers:
            self.add(container)

    @property
    def total(self) -> int:
        """How many containers stand on it, running or not."""
        return len(self.containers)

    def port_is_free(self, port: HostPort) -> bool:
        """Whether nothing on the node collides with ``port``."""
        held = self._ports.get((port.number, port.protocol))
        return not held or not any(addresses_overlap(port.address, address) for address, _name in held)

    def port_holders(self, port: HostPort) -> t.List[str]:
        """Names of the containers that collide with ``port``."""
        held = self._ports.get((port.number, port.protocol), ())
        return sorted({name for address, name in held if addresses_overlap(port.address, address)})

    def add(self, container: Container) -> None:
        """``container`` stands here from now on."""
        self.containers.append(container)
        self._account(container, 1)
        for port in container.ports:
            self._ports.setdefault((port.number, port.protocol), []).append((port.address, container.name))

    def remove(self, container: Container) -> None:
        """``container`` is gone.

        :raises ValueError: it does not stand here
        """
        self.containers.remove(container)
        self._account(container, -1)
        for port in container.ports:
            self._ports[port.number, port.protocol].remove((port.address, container.name))

    def _account(self, container: Container, sign: int) -> None:
        self.running += sign * container.running
        self.memory += sign * container.reservation.memory
        self.nanocpus += sign * round(container.reservation.cpus * NANO)


class ClusterState:
    """All nodes of a snapshot. ``add`` and ``remove`` keep every sum and index right."""

    def __init__(self, nodes: t.Iterable[NodeState]) -> None:
        self._nodes = {state.node.address: state for state in nodes}
        self._indexes: t.Dict[str, Index] = {}
        self._meeting: t.Dict[Expression, t.FrozenSet[NodeState]] = {}

    @classmethod
    def from_nodes(cls, nodes: t.Iterable[Node]) -> ClusterState:
        """The state of a snapshot."""
        return cls(map(NodeState, nodes))

    @property
    def nodes(self) -> t.Collection[NodeState]:
        """Every node, in the order given."""
        return self._nodes.values()

    def node_at(self, address: str) -> NodeState:
        """The node at ``address``.

        :raises KeyError: there is none
        """
        return self._nodes[address]

    def add(self, address: str, container: Container) -> None:
        """``container`` stands on the node at ``address`` from now on."""
        state = self._nodes[address]
        state.add(container)
        for key, index in self._indexes.items():
            for value in _values(key, container):
                index.add(value, state)

    def add_request(self, address: str, request: Request) -> Container:
        """``request`` was placed on the node at ``address``: it holds there what it asked for.

        :returns: the container that stands for it, without an ID, for ``remove``
        """
        allocated = allocate(self._nodes[address], request.ports)
        container = Container(
            id="",
            name=request.name,
            image=request.image,
            labels=request.labels,
            state="running" if request.starts else "created",
            ports=tuple(
                port or HostPort(wish.address, wish.first, wish.protocol)
                for wish, port in zip(request.ports, allocated)
            ),
            reservation=request.reservation,
        )
        self.add(address, container)
        return container

    def remove(self, address: str, container: Container) -> None:
        """``container`` is gone from the node at ``address``."""
        state = self._nodes[address]
        state.remove(container)
        for key, index in self._indexes.items():
            for value in _values(key, container):
                index.remove(value, state)

    def take_out(self, container_id: str) -> t.Optional[t.Tuple[str, Container]]:
        """Remove the container with that ID.

        :returns: address and container, fit for ``add``; None where no node has it
        """
        for state in self.nodes_holding("container", reference_pattern(container_id)):
            for container in state.containers:
                if container.id == container_id:
                    self.remove(state.node.address, container)
                    return state.node.address, container
        return None

    def nodes_meeting(self, constraint: Expression) -> t.FrozenSet[NodeState]:
        """The nodes whose own facts meet ``constraint``; they do not change while a batch is placed, so asked once."""
        meeting = self._meeting.get(constraint)
        if meeting is None:
            meeting = frozenset(state for state in self.nodes if constraint.matches(node_values(state, constraint.key)))
            self._meeting[constraint] = meeting
        return meeting

    def nodes_holding(self, key: str, pattern: Pattern) -> t.Mapping[NodeState, int]:
        """The nodes with a container, an image or a container label that fits.

        :param key: ``container``, ``image``, or the key of a label in lower case
        """
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = self._build_index(key)
        return index.holders(pattern)

    def _build_index(self, key: str) -> Index:
        index = Index()
        for state in self.nodes:
            for container in state.containers:
                for value in _values(key, container):
                    index.add(value, state)
            if key == "image":
                for value in _image_values(state.node):
                    index.add(value, state)
        return index


def node_values(state: NodeState, key: str) -> t.Tuple[str, ...]:
    """What a constraint on ``key`` is compared with: name and ID for ``node``, else the label, if there is one."""
    if key == "node":
        return state.node.name, state.node.id
    return (state.labels[key],) if key in state.labels else ()


def _values(key: str, container: Container) -> t.Iterable[str]:
    if key == "container":
        return (container.name, container.id) if container.id else (container.name,)
    if key == "image":
        return reference_names(container.image) | reference_names(container.image_id)
    return {value for label, value in container.labels.items() if label.lower() == key}


def _image_values(node: Node) -> t.Iterator[str]:
    for image in node.images or ():
        yield from frozenset().union(*map(reference_names, (image.id, *image.tags, *image.digests)))
