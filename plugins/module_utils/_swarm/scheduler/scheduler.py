# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The scheduler: removes the nodes where a request cannot run, ranks the rest, takes the best.

It is pure: the same state, request and settings give the same placement, whatever order the nodes come in.
"""

from __future__ import annotations

import contextlib
import typing as t

from ..errors import InputError
from ..model.node import Node
from ..model.ports import HostPort
from ..model.request import Request
from ..settings import SchedulingSettings
from .filters.base import Filter, Wish
from .placement import Candidate, Placement, Verdict
from .registry import make_filters, make_strategy
from .state import ClusterState, NodeState

#: What one filter asks on behalf of a request.
_Asked = t.Tuple[Filter, t.Sequence[Wish]]


class Scheduler:
    """Places requests by the filters and the strategy of ``settings``.

    :raises InputError: the settings name an unknown filter or strategy, or the strategy misses a setting
    :raises MissingLibraryError: the strategy needs a library that is not installed
    """

    def __init__(self, settings: SchedulingSettings) -> None:
        self._filters = make_filters(settings)
        self._strategy = make_strategy(settings)

    @property
    def strategy_name(self) -> str:
        """The strategy's own name, also where the settings have an alias."""
        return self._strategy.name

    @property
    def weighs_reservations(self) -> bool:
        """Whether the ranking hangs on what containers reserve, also for a request that reserves nothing."""
        return self._strategy.weighs_reservations

    def place(self, state: ClusterState, request: Request, explain: bool = False) -> Placement:
        """Where ``request`` should go. Leaves ``state`` as it is.

        :param explain: keep every filter's verdict on every node also where the request fits
        :raises InputError: no node could ever hold what the request asks for, or ``rank`` gives no number for a node
        """
        check_ports(request)
        with _replaced_taken_out(state, request):
            return self._place(state, request, explain)

    def judge(self, state: ClusterState, request: Request, address: str) -> t.Tuple[Verdict, ...]:
        """Why the node at ``address`` cannot take ``request``; empty where it can. Leaves ``state`` as it is.

        :raises InputError: as ``place``
        """
        check_ports(request)
        with _replaced_taken_out(state, request):
            node = state.node_at(address)
            return tuple(
                _refusal(rule, wish, node)
                for rule in self._filters
                for wish in rule.wishes(request, state)
                if not wish.soft and not wish.met(node)
            )

    def place_batch(
        self, nodes: t.Sequence[Node], requests: t.Sequence[Request], explain: bool = False
    ) -> t.List[Placement]:
        """Place ``requests`` as if asked one after another: each sees what those before it took.

        One that fits nowhere takes nothing, and the others go on.

        :returns: one placement for each request, in their order
        :raises InputError: as ``place``
        """
        state = ClusterState.from_nodes(nodes)
        placements = []
        for request in requests:
            placement = self.place(state, request, explain)
            if placement.node is not None:
                if request.replaces:
                    state.take_out(request.replaces)
                state.add_request(placement.node.address, request)
            placements.append(placement)
        return placements

    def _place(self, state: ClusterState, request: Request, explain: bool) -> Placement:
        asked = [(rule, rule.wishes(request, state)) for rule in self._filters]
        remaining, verdicts = _narrow(state, asked)
        ranking = self._rank(request, remaining, asked)
        if explain or not ranking:
            verdicts = _ask_everything(state, asked)
        chosen = ranking[0].node if ranking else None
        return Placement(request, self._strategy.name, chosen, tuple(ranking), tuple(verdicts), len(state.nodes))

    def _rank(self, request: Request, remaining: t.Sequence[NodeState], asked: t.Sequence[_Asked]) -> t.List[Candidate]:
        soft = [wish for _rule, wishes in asked for wish in wishes if wish.soft]
        strategy = self._strategy
        sign = -1 if strategy.more_is_better else 1
        keyed = []
        for state in remaining:
            met = sum(1 for wish in soft if wish.met(state))
            weight = strategy.weigh(request, state)
            key = (-met, sign * weight, strategy.tie(request, state), state.node.name, state.node.address)
            keyed.append((key, Candidate(state.node, met, weight)))
        keyed.sort(key=lambda pair: pair[0])
        return [candidate for _key, candidate in keyed]


@contextlib.contextmanager
def _replaced_taken_out(state: ClusterState, request: Request) -> t.Iterator[None]:
    """For the time of a question the container that ``request`` replaces is gone: it counts against no node."""
    replaced = state.take_out(request.replaces) if request.replaces else None
    try:
        yield
    finally:
        if replaced:
            state.add(*replaced)


def check_ports(request: Request) -> None:
    """Refuse host ports that no node could ever give.

    :raises InputError: two ports of the request collide
    """
    fixed = [HostPort(wish.address, wish.first, wish.protocol) for wish in request.ports if wish.fixed]
    for position, port in enumerate(fixed):
        for other in fixed[:position]:
            if port.collides_with(other):
                both = (
                    f"host port {port} is asked for twice"
                    if port == other
                    else f"host ports {other} and {port} collide"
                )
                raise InputError(f"{request.name}: {both}; one port of a host can be published once")


def _narrow(state: ClusterState, asked: t.Sequence[_Asked]) -> t.Tuple[t.List[NodeState], t.List[Verdict]]:
    """The nodes that meet every hard wish, and for each of the others the first that refused it."""
    remaining = list(state.nodes)
    refusals = []
    for rule, wishes in asked:
        for wish in wishes:
            if wish.soft:
                continue
            kept = []
            for node in remaining:
                if wish.met(node):
                    kept.append(node)
                else:
                    refusals.append(_refusal(rule, wish, node))
            remaining = kept
    return remaining, refusals


def _ask_everything(state: ClusterState, asked: t.Sequence[_Asked]) -> t.List[Verdict]:
    """Every filter's verdict on every node, node by node."""
    verdicts = []
    for node in state.nodes:
        for rule, wishes in asked:
            refusals = [_refusal(rule, wish, node) for wish in wishes if not wish.soft and not wish.met(node)]
            verdicts += refusals or [Verdict(rule.name, node.node.name, node.node.address, True)]
    return verdicts


def _refusal(rule: Filter, wish: Wish, state: NodeState) -> Verdict:
    node = state.node
    return Verdict(rule.name, node.name, node.address, False, wish.reason, wish.wanted, wish.seen(state))
