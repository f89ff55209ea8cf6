# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Every filter and every strategy, by name."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..settings import SchedulingSettings
from .filters.affinity import AffinityFilter
from .filters.attempt import AttemptFilter
from .filters.base import Filter
from .filters.constraint import ConstraintFilter
from .filters.containerslots import ContainerSlotsFilter
from .filters.dependency import DependencyFilter
from .filters.health import HealthFilter
from .filters.port import PortFilter
from .filters.resources import ResourcesFilter
from .filters.spread_over import SpreadOverFilter
from .filters.whitelist import WhitelistFilter
from .strategies.balanced import BalancedStrategy
from .strategies.base import Strategy
from .strategies.binpack import BinpackStrategy
from .strategies.expression import ExpressionStrategy
from .strategies.random import RandomStrategy
from .strategies.spread import SpreadStrategy

#: Asked whatever the user chooses: without them a node that is down would win, as it runs the fewest containers.
ALWAYS: t.Tuple[t.Type[Filter[t.Any]], ...] = (HealthFilter, AttemptFilter)

#: What ``filters`` chooses from, in the order in which they are asked: what removes most for the least work first.
FILTERS: t.Tuple[t.Type[Filter[t.Any]], ...] = (
    HealthFilter,
    PortFilter,
    ContainerSlotsFilter,
    DependencyFilter,
    AffinityFilter,
    ConstraintFilter,
    WhitelistFilter,
    SpreadOverFilter,
    ResourcesFilter,
)

STRATEGIES: t.Tuple[t.Type[Strategy[t.Any]], ...] = (
    SpreadStrategy,
    BinpackStrategy,
    BalancedStrategy,
    RandomStrategy,
    ExpressionStrategy,
)

#: Classic Swarm's second name for a strategy.
STRATEGY_ALIASES = {"binpacking": "binpack"}


def make_filters(settings: SchedulingSettings) -> t.Tuple[Filter[t.Any], ...]:
    """The filters to ask, in order: those that are always asked, then the chosen ones.

    :raises InputError: a name is unknown
    """
    chosen = settings.filters if settings.filters is not None else tuple(kind.name for kind in FILTERS)
    for name in chosen:
        if name not in {kind.name for kind in FILTERS}:
            raise InputError(
                f"filters: unknown filter '{name}'; known filters are {', '.join(kind.name for kind in FILTERS)}"
            )
    kinds = ALWAYS + tuple(kind for kind in FILTERS if kind.name in chosen and kind not in ALWAYS)
    return tuple(kind(settings) for kind in kinds)


def make_strategy(settings: SchedulingSettings) -> Strategy[t.Any]:
    """The strategy to rank with.

    :raises InputError: the name is unknown, or a setting is missing that it needs, or ``rank`` is set for another one
    """
    by_name = {kind.name: kind for kind in STRATEGIES}
    kind = by_name.get(STRATEGY_ALIASES.get(settings.strategy, settings.strategy))
    if kind is None:
        raise InputError(f"unknown strategy '{settings.strategy}'; known strategies are {', '.join(by_name)}")
    if settings.rank and kind is not ExpressionStrategy:
        raise InputError(f"rank only applies to strategy 'expression' (strategy is '{settings.strategy}')")
    return kind(settings)
