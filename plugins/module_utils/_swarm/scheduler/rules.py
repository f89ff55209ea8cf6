# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The filters and the strategy that the settings choose, and what they ask on behalf of a request."""

from __future__ import annotations

import functools
import typing as t

from ..model.request import Request
from ..settings import SchedulingSettings
from .narrowing import Asked
from .registry import make_filters, make_strategy

#: For how many different parts of requests (sets of constraints, lists of ports) the wishes of a filter are kept.
_KEPT = 1024


class Rules:
    """Filters and strategy. The wishes of each filter are made once for all requests that ask the same of it.

    :raises InputError: the settings name an unknown filter or strategy, or the strategy misses a setting
    :raises MissingLibraryError: the strategy needs a library that is not installed
    """

    def __init__(self, settings: SchedulingSettings) -> None:
        self.strategy = make_strategy(settings)
        self._filters = [(rule, functools.lru_cache(_KEPT)(rule.wishes)) for rule in make_filters(settings)]

    def parts(self, request: Request) -> t.Hashable:
        """All that the filters read of ``request``: equal for requests that fit on the same nodes."""
        return tuple(rule.part(request) for rule, _wishes in self._filters)

    def asked(self, request: Request) -> Asked:
        """What each filter asks for ``request``, in the order of asking."""
        return [(rule, wishes(rule.part(request))) for rule, wishes in self._filters]
