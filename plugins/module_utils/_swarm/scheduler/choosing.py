# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The order in which the nodes that fit are taken: soft wishes, then domains, then the strategy, then the name."""

from __future__ import annotations

import itertools
import typing as t

from ..model.request import Request
from .narrowing import Narrowed, by_soft_wishes
from .spreading import spreading_of
from .state.ranking import Entry
from .state.view import ClusterView
from .strategies.base import Strategy


def in_order(
    cluster: ClusterView, request: Request, narrowed: Narrowed, strategy: Strategy[t.Any]
) -> t.Iterator[t.Tuple[int, Entry]]:
    """Every candidate, best first, with the number of soft wishes that it meets; to be read before anything changes.

    :raises InputError: the strategy cannot weigh one of them
    """
    candidates = narrowed.candidates
    part = strategy.part(request)
    spreading = spreading_of(cluster, request)
    for soft, nodes in by_soft_wishes(cluster, narrowed.soft, candidates):
        groups = (nodes,) if spreading is None else spreading.groups(nodes)
        for group in groups:
            yield from zip(itertools.repeat(soft), cluster.in_order(strategy, part, candidates, group))
