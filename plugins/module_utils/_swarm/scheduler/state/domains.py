# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The nodes by what they have in common: a label, or nothing at all."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

from .node import NodeState
from .nodeset import NodeSet

#: The key for which each node is a domain of its own.
NODE = "node"


@dataclass(frozen=True)
class Domains:
    """The domains of one key.

    :ivar names: for each node, by its position, the domain that it is in: the value of its label, or for ``node`` its
        name (with the address where several nodes have that name); None where it has no such label
    :ivar nodes: the nodes of each domain
    """

    names: t.Sequence[t.Optional[str]]
    nodes: t.Mapping[t.Optional[str], NodeSet]


def domains_of(nodes: t.Sequence[NodeState], key: str) -> Domains:
    """The domains of ``nodes``. :param key: a label in lower case, or ``node``"""
    names = _node_names(nodes) if key == NODE else [state.labels.get(key) for state in nodes]
    sets: t.Dict[t.Optional[str], NodeSet] = {}
    for position, name in enumerate(names):
        sets[name] = sets.get(name, 0) | 1 << position
    return Domains(names, sets)


def _node_names(nodes: t.Sequence[NodeState]) -> t.List[t.Optional[str]]:
    bearers = Counter(state.node.name for state in nodes)
    return [
        state.node.name if bearers[state.node.name] == 1 else f"{state.node.name} ({state.node.address})"
        for state in nodes
    ]
