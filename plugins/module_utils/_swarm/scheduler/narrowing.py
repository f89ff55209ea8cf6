# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From the wishes of a request to the nodes that meet them, all nodes at once."""

from __future__ import annotations

import typing as t

from .filters.base import Filter, Wish
from .state.nodeset import NodeSet, size_of
from .state.view import ClusterView

#: What each filter asks on behalf of a request, in the order of asking.
Asked = t.Sequence[t.Tuple[Filter[t.Any], t.Sequence[Wish]]]


class Narrowed(t.NamedTuple):
    """What the wishes of a request leave.

    :ivar candidates: the nodes that meet every hard wish
    :ivar removed: for each hard wish that removed nodes its reason and how many, one behind the other: those that meet
        every wish before it and fail it
    :ivar soft: the wishes that may be dropped
    """

    candidates: NodeSet
    removed: t.Tuple[t.Union[str, int], ...]
    soft: t.Sequence[Wish]


def narrow(cluster: ClusterView, asked: Asked) -> Narrowed:
    """Ask every wish about every node."""
    removed: t.List[t.Union[str, int]] = []
    soft = []
    candidates = cluster.all
    for _rule, wishes in asked:
        for wish in wishes:
            if wish.soft:
                soft.append(wish)
                continue
            remaining = candidates & wish.met(cluster)
            if remaining != candidates:
                removed += (wish.reason, size_of(candidates ^ remaining))
                candidates = remaining
    return Narrowed(candidates, tuple(removed), soft)


def fitting(cluster: ClusterView, asked: Asked) -> NodeSet:
    """The nodes that meet every hard wish."""
    return narrow(cluster, asked).candidates


def refused(cluster: ClusterView, asked: Asked) -> t.Iterator[t.Tuple[Filter[t.Any], Wish, NodeSet]]:
    """Each hard wish with the nodes that it removes: those that meet every wish before it and fail this one."""
    candidates = cluster.all
    for rule, wishes in asked:
        for wish in wishes:
            if not wish.soft:
                remaining = candidates & wish.met(cluster)
                yield rule, wish, candidates ^ remaining
                candidates = remaining


def failing(cluster: ClusterView, asked: Asked) -> t.Iterator[t.Tuple[Filter[t.Any], Wish, NodeSet]]:
    """Each hard wish with all nodes that fail it."""
    for rule, wishes in asked:
        for wish in wishes:
            if not wish.soft:
                yield rule, wish, cluster.all ^ wish.met(cluster)


def by_soft_wishes(cluster: ClusterView, soft: t.Sequence[Wish], candidates: NodeSet) -> t.List[t.Tuple[int, NodeSet]]:
    """``candidates`` by the number of wishes of ``soft`` that they meet, the greatest number first."""
    if not soft:
        return [(0, candidates)]
    #: At place n the candidates that meet at least n of the wishes counted so far.
    meeting = [candidates]
    for wish in soft:
        met = wish.met(cluster)
        meeting.append(0)
        for number in range(len(meeting) - 1, 0, -1):
            meeting[number] |= meeting[number - 1] & met
    more, groups = 0, []
    for number in range(len(meeting) - 1, -1, -1):
        if meeting[number] != more:
            groups.append((number, meeting[number] ^ more))
            more = meeting[number]
    return groups
