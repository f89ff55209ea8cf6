# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The scheduler: removes the nodes where a request cannot run, ranks the rest, takes the best.

It is pure: the same state, request and settings give the same placement, whatever order the nodes come in.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..errors import InputError
from ..model.node import Node
from ..model.ports import HostPort
from ..model.request import Request
from ..settings import SchedulingSettings
from .choosing import in_order
from .explanation import Counts, Explanation, before_placing, refusal
from .joint import Ordered, order
from .later import Later
from .narrowing import narrow
from .placement import Placement, Verdict
from .rules import Rules
from .state.cluster import ClusterState
from .state.nodeset import holds


class Scheduler:
    """Places requests by the filters and the strategy of ``settings``.

    :raises InputError: the settings name an unknown filter or strategy, or the strategy misses a setting
    :raises MissingLibraryError: the strategy needs a library that is not installed
    """

    def __init__(self, settings: SchedulingSettings) -> None:
        self._rules = Rules(settings)

    @property
    def strategy_name(self) -> str:
        """The strategy's own name, also where the settings have an alias."""
        return self._rules.strategy.name

    @property
    def weighs_reservations(self) -> bool:
        """Whether the ranking hangs on what containers reserve, also for a request that reserves nothing."""
        return self._rules.strategy.weighs_reservations

    def place(self, state: ClusterState, request: Request, explain: bool = False) -> Placement:
        """Where ``request`` should go. Leaves ``state`` as it is.

        Only the best node is looked for. Ranking and verdicts are worked out when they are read, as of now: as long as
        the placement is kept unread, the state keeps its steps since then.

        :param explain: keep every filter's verdict on every node also where the request fits
        :raises InputError: no node could ever hold what the request asks for, or ``rank`` gives no number for a node
        """
        check_ports(request)
        cluster = before_placing(state, request)
        narrowed = narrow(cluster, self._rules.asked(request))
        node = None
        if narrowed.candidates:
            _soft, entry = next(in_order(cluster, request, narrowed, self._rules.strategy))
            node = cluster.nodes[entry[2]].node
        told = Explanation(state, state.moment, request, self._rules, everything=explain or node is None)
        return Placement(
            request,
            self.strategy_name,
            node,
            Later(Explanation.ranking, told, in_parts=True),
            Later(Explanation.verdicts, told, in_parts=True),
            len(state.nodes),
            Counts(narrowed),
            explain,
        )

    def explain(self, state: ClusterState, request: Request) -> Placement:
        """``place`` with everything told at once: a plain value that has nothing to do with ``state`` any more.

        :raises InputError: as ``place``
        """
        placement = self.place(state, request, explain=True)
        return replace(placement, ranking=tuple(placement.ranking), verdicts=tuple(placement.verdicts))

    def judge(self, state: ClusterState, request: Request, address: str) -> t.Tuple[Verdict, ...]:
        """Why the node at ``address`` cannot take ``request``; empty where it can. Leaves ``state`` as it is.

        :raises InputError: as ``place``
        """
        check_ports(request)
        cluster = before_placing(state, request)
        node = cluster.nodes[state.node_at(address).position]
        return tuple(
            refusal(rule, wish, node, wish.seen(cluster, node))
            for rule, wishes in self._rules.asked(request)
            for wish in wishes
            if not wish.soft and not holds(wish.met(cluster), node.position)
        )

    def place_batch(
        self, nodes: t.Iterable[Node], requests: t.Iterable[Request], explain: bool = False
    ) -> t.List[Placement]:
        """Place ``requests`` as if asked one after another: each sees what those before it took.

        One that fits nowhere takes nothing, and the others go on.

        :returns: one placement for each request, in their order
        :raises InputError: as ``place``
        """
        state = ClusterState.from_nodes(nodes)
        return [self._place_and_take(state, request, explain) for request in requests]

    def place_jointly(
        self, state: ClusterState, requests: t.Sequence[Request], explain: bool = False
    ) -> t.List[Placement]:
        """Place ``requests`` together: the scarce first, as ``joint.order`` says. ``state`` holds them afterwards.

        One that fits nowhere takes nothing, and the others go on.

        :returns: one placement for each request, in the order in which they were given
        :raises InputError: as ``place``
        """
        placements = {
            each.index: self._place_and_take(state, requests[each.index], explain)
            for each in order(self._rules, state, requests)
        }
        return [placements[index] for index in range(len(requests))]

    def order(self, state: ClusterState, requests: t.Sequence[Request]) -> t.List[Ordered]:
        """The order in which ``place_jointly`` would place ``requests``, each with its reason."""
        return order(self._rules, state, requests)

    def _place_and_take(self, state: ClusterState, request: Request, explain: bool) -> Placement:
        placement = self.place(state, request, explain)
        if placement.node is not None:
            if request.replaces:
                state.take_out(request.replaces)
            state.add_request(placement.node.address, request)
        return placement


def check_ports(request: Request) -> None:
    """Refuse host ports that no node could ever give.

    :raises InputError: two ports of the request collide
    """
    if len(request.ports) < 2:
        return
    # Only ports of one number can collide, and a request may have all numbers that there are.
    of_number: t.Dict[t.Tuple[int, str], t.List[HostPort]] = {}
    for port in (HostPort(wish.address, wish.first, wish.protocol) for wish in request.ports if wish.fixed):
        others = of_number.setdefault((port.number, port.protocol), [])
        for other in others:
            if port.collides_with(other):
                both = (
                    f"host port {port} is asked for twice"
                    if port == other
                    else f"host ports {other} and {port} collide"
                )
                raise InputError(f"{request.name}: {both}; one port of a host can be published once")
        others.append(port)
