# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The part of a cluster that a task works on."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..errors import InputError
from ..expression import Expression
from ..model.listing import Listing
from ..model.node import Node
from ..scheduler.state.node import NodeState, node_values


def check_partition(partition: t.Iterable[Expression]) -> None:
    """:raises InputError: an expression is soft; a node is in the partition or it is not"""
    for expression in partition:
        if expression.soft:
            raise InputError(
                f"partition: '{expression.text}' is soft; leave out the '~', as a node is in the partition or it is not"
            )


def may_be_in(listing: Listing, partition: t.Iterable[Expression]) -> bool:
    """Whether an engine need be asked at all: its listing alone may tell that its node is not in the partition."""
    known = {key.lower(): value for key, value in listing.labels.items()}
    return all(expression.matches((known[expression.key],)) for expression in partition if expression.key in known)


def in_partition(node: Node, partition: t.Iterable[Expression]) -> bool:
    """Whether ``node`` meets every expression, read as the constraints of a container are.

    One that is not healthy is always in: its own labels are not known, and it must be named where it is missed.
    """
    if not node.healthy:
        return True
    state = NodeState(replace(node, containers=()))
    return all(expression.matches(node_values(state, expression.key)) for expression in partition)
