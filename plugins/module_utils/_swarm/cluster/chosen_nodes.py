# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which nodes of a cluster a task is about: those that it names, or that meet its constraints, or all."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..errors import ClusterError, InputError
from ..expression import Expression
from ..model.node import Node
from ..scheduler.state.node import NodeState, node_values
from .queries import is_called
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
class NodeChoice:
    """What a task says about its nodes; what is empty says nothing.

    :ivar names: names, IDs or addresses
    :ivar constraints: all must be met; read as those of a container are
    :raises InputError: a constraint is soft
    """

    names: t.Tuple[str, ...] = ()
    constraints: t.Tuple[Expression, ...] = ()

    def __post_init__(self) -> None:
        for expression in self.constraints:
            if expression.soft:
                raise InputError(
                    f"constraints: '{expression.text}' is soft; leave out the '~', as it only chooses nodes here, and "
                    "a node is chosen or it is not"
                )

    def choose(self, snapshot: Snapshot) -> ChosenNodes:
        """The nodes of ``snapshot`` that are meant.

        :raises ClusterError: a name is that of no node, and every engine has answered; or no node meets the constraints
        """
        healthy = [node for node in snapshot.healthy if self._allows(node)]
        missing = self._missing(snapshot)
        if not healthy and not missing:
            raise ClusterError(self._nothing(snapshot))
        return ChosenNodes(tuple(healthy), missing)

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
