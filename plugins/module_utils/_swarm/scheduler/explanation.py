# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Why a placement is as it is, worked out when somebody asks, and true for the moment of the placement."""

from __future__ import annotations

import functools
import itertools
import operator
import typing as t
from collections import Counter

from ..model.request import Request
from .choosing import in_order
from .filters.base import Filter, Wish
from .narrowing import Asked, Narrowed, failing, narrow, refused
from .placement import Candidate, Tally, Verdict
from .refusals import TOLD_REASONS, Gathering, Refusal, by_nodes
from .rules import Rules
from .spreading import spreading_of
from .state.cluster import ClusterState
from .state.journal import Moment
from .state.node import NodeState
from .state.nodeset import NodeSet, holds, size_of
from .state.ranking import weight_of
from .state.view import ClusterView


class Explanation:
    """What can be told of one request at one moment.

    Choosing a node needs neither the weight of the hundredth nor words about the refused ones, so the placement only
    remembers whom to ask, and when it was: the state is brought back to that moment to answer.

    :param everything: every filter's verdict on every node; else only the first refusal of each node
    """

    __slots__ = ("_cluster", "_everything", "_moment", "_request", "_rules")

    def __init__(self, cluster: ClusterState, moment: Moment, request: Request, rules: Rules, everything: bool) -> None:
        self._cluster = cluster
        self._moment = moment
        self._request = request
        self._rules = rules
        self._everything = everything

    def ranking(self, count: t.Optional[int] = None) -> t.Tuple[Candidate, ...]:
        """The nodes that fit, best first. :param count: so many of them; None for all"""
        return tuple(itertools.islice(rank(self._then(), self._request, self._rules), count))

    def verdicts(self, count: t.Optional[int] = None) -> t.Tuple[Verdict, ...]:
        """The verdicts of the filters, as many as were asked for. :param count: so many of them; None for all"""
        ask = ask_everything if self._everything else first_refusals
        return tuple(itertools.islice(ask(self._then(), self._rules.asked(self._request)), count))

    def refusals(self) -> t.Tuple[Refusal, ...]:
        """The refusals in ``verdicts``, put together by reason.

        Nodes are only looked at for the reasons of which more is told: many thousand ports cost little more than one.
        """
        cluster = self._then()
        failed: t.Dict[t.Tuple[str, str], t.List[t.Tuple[Wish, NodeSet]]] = {}
        for rule, wish, nodes in self._failed(cluster):
            failed.setdefault((rule.name, wish.reason), []).append((wish, nodes))
        counted = {
            key: size_of(functools.reduce(operator.or_, (nodes for _wish, nodes in failed[key]))) for key in failed
        }
        ordered = sorted(failed, key=lambda key: by_nodes(counted[key], *key))
        gathering = Gathering({state.node.address: state.node.name for state in cluster.nodes})
        for rule_name, reason in ordered[:TOLD_REASONS]:
            for wish, nodes in failed[rule_name, reason]:
                seen = wish.seen_in(cluster)
                for state in cluster.pick(nodes):
                    gathering.add(rule_name, reason, wish.wanted, state.node.address, seen(state))
        others = (Refusal(*key, failed[key][0][0].wanted, counted[key], ()) for key in ordered[TOLD_REASONS:])
        return (*gathering.refusals(), *others)

    def refused_only_by(self, rules: t.AbstractSet[str]) -> t.Set[str]:
        """Addresses of the nodes in whose refusals in ``verdicts`` no other filter than ``rules`` has a part."""
        cluster = self._then()
        by_them = by_others = 0
        for rule, _wish, nodes in self._failed(cluster):
            if rule.name in rules:
                by_them |= nodes
            else:
                by_others |= nodes
        return {state.node.address for state in cluster.pick(by_them & ~by_others)}

    def _failed(self, cluster: ClusterView) -> t.Iterator[t.Tuple[Filter[t.Any], Wish, NodeSet]]:
        find = failing if self._everything else refused
        return (each for each in find(cluster, self._rules.asked(self._request)) if each[2])

    def _then(self) -> ClusterView:
        return before_placing(self._cluster.as_of(self._moment), self._request)


class Counts:
    """How many nodes fit, and what removed the others: kept for each placement, so kept small."""

    __slots__ = ("_fitting", "_removed")

    def __init__(self, narrowed: Narrowed) -> None:
        self._fitting = size_of(narrowed.candidates)
        self._removed = narrowed.removed

    def __call__(self) -> Tally:
        """The counts by reason."""
        counts: t.Counter[str] = Counter()
        for reason, nodes in zip(self._removed[::2], self._removed[1::2]):
            counts[str(reason)] += int(nodes)
        return Tally(self._fitting, counts)


def before_placing(cluster: ClusterState, request: Request) -> ClusterView:
    """The cluster as ``request`` finds it: the container that it replaces is gone and counts against no node."""
    return cluster.without(request.replaces) if request.replaces else cluster


def refusal(rule: Filter[t.Any], wish: Wish, state: NodeState, seen: str) -> Verdict:
    """The verdict on a node that fails ``wish``. :param seen: what it has instead"""
    return Verdict(rule.name, state.node.name, state.node.address, False, wish.reason, wish.wanted, seen)


def rank(cluster: ClusterView, request: Request, rules: Rules) -> t.Iterator[Candidate]:
    """Every node that fits, best first; to be read before anything changes."""
    strategy = rules.strategy
    spreading = spreading_of(cluster, request)
    for soft, entry in in_order(cluster, request, narrow(cluster, rules.asked(request)), strategy):
        loads = () if spreading is None else spreading.loads(entry[2])
        yield Candidate(cluster.nodes[entry[2]].node, soft, weight_of(strategy, entry), loads)


def first_refusals(cluster: ClusterView, asked: Asked) -> t.Iterator[Verdict]:
    """For each node that does not fit the first verdict that removed it."""
    for rule, wish, nodes in refused(cluster, asked):
        if nodes:
            seen = wish.seen_in(cluster)
            yield from (refusal(rule, wish, state, seen(state)) for state in cluster.pick(nodes))


def ask_everything(cluster: ClusterView, asked: Asked) -> t.Iterator[Verdict]:
    """Every filter's verdict on every node, node by node."""
    hard = [
        (rule, [(wish, wish.met(cluster), wish.seen_in(cluster)) for wish in wishes if not wish.soft])
        for rule, wishes in asked
    ]
    for state in cluster.nodes:
        for rule, wishes in hard:
            failed = [(wish, seen) for wish, met, seen in wishes if not holds(met, state.position)]
            if failed:
                yield from (refusal(rule, wish, state, seen(state)) for wish, seen in failed)
            else:
                yield Verdict(rule.name, state.node.name, state.node.address, True)
