# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The order in which the requests of a batch are placed together: the scarce first."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..expression import Operator
from ..model.image import reference_names
from ..model.request import Request
from .narrowing import fitting
from .references import container_pattern, reference_pattern
from .rules import Rules
from .state.cluster import ClusterState
from .state.nodeset import size_of


@dataclass(frozen=True)
class Ordered:
    """The place of one request in the order.

    :ivar index: its place among the requests as they were given
    :ivar candidates: how many nodes take it as the cluster is before any of them is placed
    :ivar nodes: how many nodes there are
    :ivar share: the largest part of all memory, or of all cpus, that it reserves: 0 to 1
    :ivar after: names of requests of the batch that it hangs on, and that are therefore placed before it
    """

    index: int
    candidates: int
    nodes: int
    share: float
    after: t.Tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it stands there: ``3 of 40 nodes take it, reserves 1.5% of the cluster, after db``."""
        words = f"{self.candidates} of {self.nodes} nodes take it"
        if self.share:
            words += f", reserves {self.share * 100:.2g}% of the cluster"
        return words + (f", after {', '.join(self.after)}" if self.after else "")


def order(rules: Rules, state: ClusterState, requests: t.Sequence[Request]) -> t.List[Ordered]:
    """The order in which to place ``requests``. Leaves ``state`` as it is.

    The fewest candidates come first, then the largest share of the cluster, then the order as given. Only a request
    that asks for a container, an image or a label which nothing but the batch brings is placed behind what brings it.
    Requests that wait for one another are taken in the order of the others.
    """
    waiting = sorted(_kinds(rules, state, requests), key=lambda kind: kind.key)
    placed: t.Set[_Kind] = set()
    ordered: t.List[Ordered] = []
    while waiting:
        first = next((kind for kind in waiting if kind.hangs_on <= placed), waiting[0])
        taken = [first] + [
            kind for kind in waiting if kind is not first and kind.key == first.key and kind.hangs_on <= placed
        ]
        placed.update(taken)
        waiting = [kind for kind in waiting if kind not in placed]
        ordered += sorted((each for kind in taken for each in kind.ordered(state)), key=lambda each: each.index)
    return ordered


class _Kind:
    """Requests that ask for the same. Compared by identity."""

    def __init__(self, candidates: int, share: float) -> None:
        self.candidates = candidates
        self.share = share
        self.indexes: t.List[int] = []
        self.hangs_on: t.Set[_Kind] = set()
        self.after: t.Tuple[str, ...] = ()

    @property
    def key(self) -> t.Tuple[int, float]:
        """What is less comes first."""
        return self.candidates, -self.share

    def ordered(self, state: ClusterState) -> t.Iterator[Ordered]:
        """Its requests."""
        for index in self.indexes:
            yield Ordered(index, self.candidates, len(state.nodes), self.share, self.after)


def _kinds(rules: Rules, state: ClusterState, requests: t.Sequence[Request]) -> t.List[_Kind]:
    memory = sum(each.node.memory for each in state.nodes)
    cpus = sum(each.node.cpus for each in state.nodes)
    kinds: t.Dict[t.Hashable, _Kind] = {}
    for index, request in enumerate(requests):
        parts = (rules.parts(request), request.reservation, request.replaces)
        kind = kinds.get(parts)
        if kind is None:
            reserved = request.reservation
            share = max(reserved.memory / memory if memory else 0.0, reserved.cpus / cpus if cpus else 0.0)
            cluster = state.without(request.replaces) if request.replaces else state
            kind = kinds[parts] = _Kind(size_of(fitting(cluster, rules.asked(request))), share)
        kind.indexes.append(index)
    _connect(state, requests, list(kinds.values()))
    return list(kinds.values())


def _connect(state: ClusterState, requests: t.Sequence[Request], kinds: t.Sequence[_Kind]) -> None:
    """Tell each kind which others bring what it asks for."""
    kind_of = {index: kind for kind in kinds for index in kind.indexes}
    for kind in kinds:
        brought = _brought_by(state, requests[kind.indexes[0]], requests)
        others = [index for index in brought if kind_of[index] is not kind]
        kind.hangs_on = {kind_of[index] for index in others}
        kind.after = tuple(dict.fromkeys(requests[index].family_name for index in others))


def _brought_by(state: ClusterState, request: Request, requests: t.Sequence[Request]) -> t.List[int]:
    """The requests that bring what ``request`` must find on its node and what no node has yet."""
    asked = [("container", reference_pattern(dependency.container)) for dependency in request.dependencies]
    for affinity in request.affinities:
        if affinity.operator is Operator.EQUAL and not affinity.soft:
            pattern = container_pattern(affinity.pattern) if affinity.key == "container" else affinity.pattern
            asked.append((affinity.key, pattern))
    missing = [(key, pattern) for key, pattern in asked if not state.nodes_holding(key, pattern)]
    return [
        index
        for index, other in enumerate(requests)
        if any(pattern.test(value) for key, pattern in missing for value in _values(other, key))
    ]


def _values(request: Request, key: str) -> t.Iterable[str]:
    """What an affinity on ``key`` is compared with once ``request`` is placed."""
    if key == "container":
        return (request.name,)
    if key == "image":
        return reference_names(request.image)
    return [value for label, value in request.labels.items() if label.lower() == key]
