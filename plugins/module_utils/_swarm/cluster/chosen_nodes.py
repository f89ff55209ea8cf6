# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which nodes of a cluster a task is about: those that it names, or that meet its constraints, or that have given
containers, or all."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ..errors import ClusterError, InputError
from ..expression import Expression
from ..model.labels import GROUP
from ..model.node import Node
from ..scheduler.state.node import NodeState, node_values
from .queries import is_called
from .several import Pattern
from .snapshot import Snapshot, tell_unhealthy


@dataclass(frozen=True)
class ChosenNodes:
    """The nodes of one task.

    :ivar nodes: healthy ones, in the order of the snapshot
    :ivar missing: ones that are not healthy, and are meant, or may be: of an engine that does not answer, neither the
        name nor the labels are known
    """

    nodes: t.Tuple[Node, ...]
    missing: t.Tuple[Node, ...] = ()

    @property
    def warnings(self) -> t.List[str]:
        """What is to be said about the missing ones."""
        return tell_unhealthy(self.missing, len(self.nodes) + len(self.missing))

    @property
    def told_missing(self) -> str:
        """The same as the end of a message, empty where none is missing."""
        return "; ".join(self.warnings)


@dataclass(frozen=True)
class Placed:
    """Containers whose nodes are meant, whether they run or not.

    :ivar patterns: containers and families
    :ivar groups: names of groups of containers
    """

    patterns: t.Tuple[Pattern, ...] = ()
    groups: t.Tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.patterns or self.groups)

    def is_on(self, node: Node) -> bool:
        """Whether ``node`` has one of them."""
        return any(self._is_pattern_on(each, node) for each in self.patterns) or any(
            self._is_group_on(each, node) for each in self.groups
        )

    def nowhere_on(self, nodes: t.Sequence[Node]) -> t.List[str]:
        """Those that none of ``nodes`` has, in words."""
        patterns = [each.text for each in self.patterns if not any(self._is_pattern_on(each, node) for node in nodes)]
        groups = [each for each in self.groups if not any(self._is_group_on(each, node) for node in nodes)]
        return [
            *([f"on_containers: no container is meant by {', '.join(patterns)}"] if patterns else []),
            *([f"on_groups: no container is of the group {', '.join(groups)}"] if groups else []),
        ]

    @staticmethod
    def _is_pattern_on(pattern: Pattern, node: Node) -> bool:
        return any(pattern.matches(node, container) for container in node.containers)

    @staticmethod
    def _is_group_on(group: str, node: Node) -> bool:
        return any(container.labels.get(GROUP) == group for container in node.containers)


@dataclass(frozen=True)
class NodeChoice:
    """What a task says about its nodes; what is empty says nothing.

    :ivar names: names, IDs or addresses
    :ivar constraints: all must be met; read as those of a container are
    :ivar placed: one of these containers must be there; needs a snapshot with all containers
    :raises InputError: a constraint is soft
    """

    names: t.Tuple[str, ...] = ()
    constraints: t.Tuple[Expression, ...] = ()
    placed: Placed = field(default_factory=Placed)

    def __post_init__(self) -> None:
        for expression in self.constraints:
            if expression.soft:
                raise InputError(
                    f"constraints: '{expression.text}' is soft; leave out the '~', as it only chooses nodes here, and "
                    "a node is chosen or it is not"
                )

    def choose(self, snapshot: Snapshot) -> ChosenNodes:
        """The nodes of ``snapshot`` that are meant.

        :raises ClusterError: a name is that of no node, and every engine has answered; or no node meets the
            constraints; or a container that says which nodes are meant is on none of them
        """
        healthy = [node for node in snapshot.healthy if self._allows(node)]
        missing = self._missing(snapshot)
        if not healthy and not missing:
            raise ClusterError(self._nothing(snapshot))
        if not self.placed:
            return ChosenNodes(tuple(healthy), missing)
        nowhere = self.placed.nowhere_on(healthy)
        if nowhere:
            lost = ChosenNodes((), missing).told_missing
            raise ClusterError("; ".join([*nowhere, *([f"it may be where nobody answers: {lost}"] if lost else [])]))
        return ChosenNodes(tuple(node for node in healthy if self.placed.is_on(node)), missing)

    def _allows(self, node: Node) -> bool:
        state = NodeState(replace(node, containers=()))
        return (not self.names or is_called(node, self.names)) and all(
            expression.matches(node_values(state, expression.key)) for expression in self.constraints
        )

    def _missing(self, snapshot: Snapshot) -> t.Tuple[Node, ...]:
        """
        :raises ClusterError: a name is that of no node
        """
        unhealthy = snapshot.unhealthy
        if not self.names:
            return unhealthy
        unknown = [name for name in self.names if not any(is_called(node, (name,)) for node in snapshot.nodes)]
        if unknown and not unhealthy:
            known = ", ".join(node.name for node in snapshot.nodes)
            raise ClusterError(f"nodes: no node has the name, ID or address '{unknown[0]}'; there are {known}")
        # behind a name that nobody has may be any of those that do not answer
        return unhealthy if unknown else tuple(node for node in unhealthy if is_called(node, self.names))

    def _nothing(self, snapshot: Snapshot) -> str:
        wanted = " and ".join(expression.text for expression in self.constraints)
        among = f" of {', '.join(self.names)}" if self.names else ""
        return f"constraints: none{among or f' of the {len(snapshot.nodes)} nodes'} meets {wanted}"


def require_all(chosen: ChosenNodes) -> None:
    """:raises ClusterError: one of the nodes cannot be asked"""
    if chosen.missing:
        raise ClusterError(f"nothing was done, as require_all is set: {chosen.told_missing}")


def require_any(chosen: ChosenNodes) -> None:
    """:raises ClusterError: none of the nodes can be asked"""
    if not chosen.nodes:
        raise ClusterError(f"none of the nodes can be used: {chosen.told_missing}")
