# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One node while a batch is placed: what the engine says of itself, and what it has given away."""

from __future__ import annotations

import typing as t

from ...model.container import Container
from ...model.node import Node
from ...model.ports import HostPort, addresses_overlap

#: Cpus are summed in whole billionths, as the engine keeps them: floats would drift as containers come and go.
NANO = 10**9


class NodeState:
    """One node and what it has given away.

    :param containers: what stands on it; None for what ``node`` says
    :ivar node: as the engine was read last; its containers are those of that time
    :ivar labels: the node's labels by key in lower case
    :ivar containers: all that stand on it, of every state
    :ivar running: how many of them run
    :ivar memory: bytes reserved by them, running or not
    :ivar nanocpus: billionths of a cpu reserved by them
    :ivar position: its place among the nodes of the cluster, in sets of nodes
    """

    __slots__ = ("_ports", "containers", "labels", "memory", "nanocpus", "node", "position", "running")

    def __init__(self, node: Node, position: int = 0, containers: t.Optional[t.Iterable[Container]] = None) -> None:
        self.position = position
        self.set_node(node)
        self.containers: t.List[Container] = []
        self.running = 0
        self.memory = 0
        self.nanocpus = 0
        # Made when a port of this very node is first asked for; most nodes are never asked.
        self._ports: t.Optional[_Ports] = None
        for container in node.containers if containers is None else containers:
            self.add(container)

    def set_node(self, node: Node) -> None:
        """The engine says this of itself from now on; what stands on it stays."""
        self.node = node
        self.labels = {key.lower(): value for key, value in node.labels.items()}

    def without(self, container: Container) -> NodeState:
        """A copy on which ``container`` does not stand.

        :raises ValueError: it does not stand here either
        """
        others = list(self.containers)
        others.remove(container)
        return NodeState(self.node, self.position, others)

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

    def add(self, container: Container, place: t.Optional[int] = None) -> None:
        """``container`` stands here from now on. :param place: where among the others; None for behind them"""
        self.containers.insert(len(self.containers) if place is None else place, container)
        self._account(container, 1)
        if self._ports is not None:
            _hold_ports(self._ports, container)

    def remove(self, container: Container, place: t.Optional[int] = None) -> int:
        """``container`` is gone.

        :param place: where it is among the others; None for the first that is equal
        :returns: where it was
        :raises ValueError: it does not stand here
        """
        place = self.containers.index(container) if place is None else place
        del self.containers[place]
        self._account(container, -1)
        if self._ports is not None:
            for port in container.ports:
                self._ports[port.number, port.protocol].remove((port.address, container.name))
        return place

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


def node_values(state: NodeState, key: str) -> t.Tuple[str, ...]:
    """What a constraint on ``key`` is compared with: name and ID for ``node``, else the label, if there is one."""
    if key == "node":
        return state.node.name, state.node.id
    return (state.labels[key],) if key in state.labels else ()
