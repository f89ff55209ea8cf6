# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From the wishes of a request to the nodes that meet them, all nodes at once."""

from __future__ import annotations

import typing as t

from .filters.base import Filter, Wish
from .state.cluster import ClusterState
from .state.nodeset import NodeSet

#: What each filter asks on behalf of a request, in the order of asking.
Asked = t.Sequence[t.Tuple[Filter[t.Any], t.Sequence[Wish]]]


def fitting(cluster: ClusterState, asked: Asked) -> NodeSet:
    """The nodes that meet every hard wish."""
    candidates = cluster.all
    for _rule, wishes in asked:
        for wish in wishes:
            if not wish.soft:
                candidates &= wish.met(cluster)
    return candidates


def refused(cluster: ClusterState, asked: Asked) -> t.Iterator[t.Tuple[Filter[t.Any], Wish, NodeSet]]:
    """Each hard wish with the nodes that it removes: those that meet every wish before it and fail this one."""
    candidates = cluster.all
    for rule, wishes in asked:
        for wish in wishes:
            if not wish.soft:
                remaining = candidates & wish.met(cluster)
                yield rule, wish, candidates ^ remaining
                candidates = remaining


def soft_wishes(asked: Asked) -> t.List[Wish]:
    """The wishes that may be dropped."""
    return [wish for _rule, wishes in asked for wish in wishes if wish.soft]


def preferred(cluster: ClusterState, asked: Asked, candidates: NodeSet) -> NodeSet:
    """Those of ``candidates`` that meet the most soft wishes."""
    #: At place n the candidates that meet at least n of the wishes counted so far.
    meeting = [candidates]
    for wish in soft_wishes(asked):
        met = wish.met(cluster)
        meeting.append(0)
        for number in range(len(meeting) - 1, 0, -1):
            meeting[number] |= meeting[number - 1] & met
    return next((nodes for nodes in reversed(meeting) if nodes), 0)
