# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Why a placement is as it is, worked out when somebody asks, and true for the moment of the placement."""

from __future__ import annotations

import contextlib
import typing as t
from collections import Counter

from ..model.request import Request
from .filters.base import Filter, Wish
from .narrowing import Asked, fitting, refused, soft_wishes
from .placement import Candidate, Tally, Verdict
from .rules import Rules
from .state.cluster import ClusterState, NodeState
from .state.nodeset import holds, positions_in, size_of


class Explanation:
    """What can be told of one request at one moment.

    Choosing a node needs neither the weight of the hundredth nor words about the refused ones, so the placement only
    remembers whom to ask, and when it was: the state is brought back to that moment to answer.

    :param moment: the number that ``cluster`` gave for it
    :param everything: every filter's verdict on every node; else only the first refusal of each node
    """

    __slots__ = ("_cluster", "_everything", "_moment", "_request", "_rules")

    def __init__(self, cluster: ClusterState, moment: int, request: Request, rules: Rules, everything: bool) -> None:
        self._cluster = cluster
        self._moment = moment
        self._request = request
        self._rules = rules
        self._everything = everything

    def ranking(self) -> t.Tuple[Candidate, ...]:
        """Every node that fits, best first."""
        with self._then() as cluster:
            return tuple(rank(cluster, self._request, self._rules))

    def verdicts(self) -> t.Tuple[Verdict, ...]:
        """The verdicts of the filters, as many as were asked for."""
        with self._then() as cluster:
            ask = ask_everything if self._everything else first_refusals
            return tuple(ask(cluster, self._rules.asked(self._request)))

    def tally(self) -> Tally:
        """The counts of both, without a word about any one node."""
        asked = self._rules.asked(self._request)
        with self._then() as cluster:
            counts: t.Counter[str] = Counter()
            for _rule, wish, nodes in refused(cluster, asked):
                counts[wish.reason] += size_of(nodes)
            return Tally(size_of(fitting(cluster, asked)), counts)

    def _then(self) -> t.ContextManager[ClusterState]:
        return replaced_taken_out(self._cluster.as_of(self._moment), self._request)


@contextlib.contextmanager
def replaced_taken_out(cluster: ClusterState, request: Request) -> t.Iterator[ClusterState]:
    """For the time of a question the container that ``request`` replaces is gone: it counts against no node."""
    replaced = cluster.take_out(request.replaces) if request.replaces else None
    try:
        yield cluster
    finally:
        if replaced:
            cluster.add(*replaced)


def refusal(rule: Filter[t.Any], wish: Wish, cluster: ClusterState, state: NodeState) -> Verdict:
    """The verdict on a node that fails ``wish``."""
    node = state.node
    return Verdict(rule.name, node.name, node.address, False, wish.reason, wish.wanted, wish.seen(cluster, state))


def rank(cluster: ClusterState, request: Request, rules: Rules) -> t.Iterator[Candidate]:
    """Every node that fits, best first."""
    asked, strategy = rules.asked(request), rules.strategy
    soft = [wish.met(cluster) for wish in soft_wishes(asked)]
    part = strategy.part(request)
    sign = -1 if strategy.more_is_better else 1
    keyed = []
    for position in positions_in(fitting(cluster, asked)):
        state = cluster.nodes[position]
        met = sum(holds(nodes, position) for nodes in soft)
        weight = strategy.weigh(part, state)
        keyed.append(((-met, sign * weight, strategy.tie(part, state), position), Candidate(state.node, met, weight)))
    return (candidate for _key, candidate in sorted(keyed, key=lambda pair: pair[0]))


def first_refusals(cluster: ClusterState, asked: Asked) -> t.Iterator[Verdict]:
    """For each node that does not fit the first verdict that removed it."""
    for rule, wish, nodes in refused(cluster, asked):
        for state in cluster.pick(nodes):
            yield refusal(rule, wish, cluster, state)


def ask_everything(cluster: ClusterState, asked: Asked) -> t.Iterator[Verdict]:
    """Every filter's verdict on every node, node by node."""
    hard = [(rule, [(wish, wish.met(cluster)) for wish in wishes if not wish.soft]) for rule, wishes in asked]
    for state in cluster.nodes:
        for rule, wishes in hard:
            failed = [wish for wish, met in wishes if not holds(met, state.position)]
            if failed:
                yield from (refusal(rule, wish, cluster, state) for wish in failed)
            else:
                yield Verdict(rule.name, state.node.name, state.node.address, True)
