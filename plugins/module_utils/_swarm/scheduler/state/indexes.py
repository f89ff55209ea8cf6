# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who holds what, over the whole cluster: every index, made when it is first asked for and kept right from then on."""

from __future__ import annotations

import typing as t

from ...expression import Pattern
from ...model.container import Container
from ...model.node import Node
from ...model.ports import HostPort
from .domains import Domains, domains_of
from .index import Index
from .node import NodeState, node_values
from .nodeset import NodeSet
from .port_index import PortIndex
from .values import image_values, values_of, values_on


class Indexes:
    """The indexes over ``nodes``, whose positions must stay as they are."""

    def __init__(self, nodes: t.Sequence[NodeState]) -> None:
        self._nodes = nodes
        self._facts: t.Dict[str, Index] = {}
        self._holdings: t.Dict[str, Index] = {}
        self._ports: t.Optional[PortIndex] = None
        self._domains: t.Dict[str, Domains] = {}

    # what is asked

    def facts(self, key: str) -> Index:
        """The nodes by what they are: by name and ID for ``node``, else by that label."""
        index = self._facts.get(key)
        if index is None:
            index = self._facts[key] = Index()
            for state in self._nodes:
                for value in node_values(state, key):
                    index.add(value, state.position)
        return index

    def holdings(self, key: str) -> Index:
        """The nodes by what stands on them. :param key: as ``values_of`` takes it"""
        index = self._holdings.get(key)
        if index is None:
            index = self._holdings[key] = Index()
            for state in self._nodes:
                for value in values_on(key, state):
                    index.add(value, state.position)
        return index

    def nodes_with_taken(self, port: HostPort) -> NodeSet:
        """The nodes where something collides with ``port``."""
        if self._ports is None:
            self._ports = PortIndex()
            for state in self._nodes:
                for container in state.containers:
                    for held in container.ports:
                        self._ports.add(held, state.position)
        return self._ports.nodes(port)

    def domains(self, key: str) -> Domains:
        """The nodes by what they have in common. :param key: as ``domains_of`` takes it"""
        domains = self._domains.get(key)
        if domains is None:
            domains = self._domains[key] = domains_of(self._nodes, key)
        return domains

    # what changes

    def add(self, container: Container, position: int) -> None:
        """``container`` stands on the node at ``position`` from now on."""
        for key, index in self._holdings.items():
            for value in values_of(key, container):
                index.add(value, position)
        if self._ports is not None:
            for port in container.ports:
                self._ports.add(port, position)

    def remove(self, container: Container, position: int) -> None:
        """``container`` is gone from the node at ``position``."""
        for key, index in self._holdings.items():
            for value in values_of(key, container):
                index.remove(value, position)
        if self._ports is not None:
            for port in container.ports:
                self._ports.remove(port, position)

    def set_node(self, state: NodeState, node: Node) -> None:
        """``node`` is what the engine says of itself from now on; ``state`` is brought there, too."""
        former_facts = {key: node_values(state, key) for key in self._facts}
        former_images = image_values(state.node)
        former_labels = state.labels
        state.set_node(node)
        for key, index in self._facts.items():
            _exchange(index, state.position, former_facts[key], node_values(state, key))
        if "image" in self._holdings:
            _exchange(self._holdings["image"], state.position, former_images, image_values(node))
        if state.labels != former_labels:
            self._domains.clear()


def matches(pattern: Pattern, key: str, state: NodeState) -> bool:
    """Whether anything on one node fits, without an index."""
    return any(map(pattern.test, values_on(key, state)))


def _exchange(index: Index, position: int, former: t.Iterable[str], now: t.Iterable[str]) -> None:
    for value in former:
        index.remove(value, position)
    for value in now:
        index.add(value, position)
