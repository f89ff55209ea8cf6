# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Where the container is that a user refers to."""

from __future__ import annotations

import typing as t

from ..expression import ExactPattern, Pattern
from ..model.reference import ID_LENGTH, is_id_prefix, require_one
from .state.nodeset import NodeSet
from .state.view import ClusterView

#: The nodes that have what is looked for.
Lookup = t.Callable[[ClusterView], NodeSet]


class IDPrefixPattern(Pattern):
    """A text that may be a name or the beginning of an ID. Both stand in one index; an ID is told by its length."""

    def test(self, value: str) -> bool:
        return value == self.source or (len(value) == ID_LENGTH and value.startswith(self.source))


def reference_pattern(reference: str) -> Pattern:
    """The pattern for names and IDs of containers: what fits is meant by ``reference``."""
    return IDPrefixPattern(reference) if is_id_prefix(reference) else ExactPattern(reference)


def container_pattern(pattern: Pattern) -> Pattern:
    """The pattern for names and IDs of containers where the user wrote ``pattern``."""
    return pattern if pattern.exact is None else reference_pattern(pattern.exact)


def container_lookup(reference: str) -> Lookup:
    """The nodes of the container that ``reference`` means: its name, its ID, or the beginning of its ID.

    :returns: a function that raises AmbiguousNameError where several IDs begin so and no container is called so
    """
    exact, prefix = ExactPattern(reference), reference_pattern(reference)

    def nodes(cluster: ClusterView) -> NodeSet:
        named = cluster.nodes_holding("container", exact)
        if named or prefix.exact is not None:
            return named
        alike = cluster.nodes_holding("container", prefix)
        require_one(
            reference, ((state.node, container) for state in cluster.pick(alike) for container in state.containers)
        )
        return alike

    return nodes
