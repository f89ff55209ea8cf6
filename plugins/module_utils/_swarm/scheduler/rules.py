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

_Parts = t.Tuple[t.Hashable, ...]


class Rules:
    """Filters and strategy. The wishes of each filter are made once for all requests that ask the same of it.

    :raises InputError: the settings name an unknown filter or strategy, or the strategy misses a setting
    :raises MissingLibraryError: the strategy needs a library that is not installed
    """

    def __init__(self, settings: SchedulingSettings) -> None:
        self.strategy = make_strategy(settings)
        self._filters = [(rule, functools.lru_cache(_KEPT)(rule.wishes)) for rule in make_filters(settings)]
        self._by_identity: t.Dict[t.Tuple[int, ...], t.Tuple[_Parts, Asked]] = {}

    def parts(self, request: Request) -> _Parts:
        """All that the filters read of ``request``: equal for requests that fit on the same nodes."""
        return tuple([rule.part(request) for rule, _wishes in self._filters])

    def asked(self, request: Request) -> Asked:
        """What each filter asks for ``request``, in the order of asking."""
        parts = self.parts(request)
        # Requests made alike have the very same parts, and to know them by that spares comparing what they hold. The
        # parts are kept with the answer: as long as it is here, nothing else can have their identity.
        identity = tuple(map(id, parts))
        known = self._by_identity.get(identity)
        if known is not None:
            return known[1]
        asked = [(rule, wishes(part)) for (rule, wishes), part in zip(self._filters, parts)]
        if len(self._by_identity) >= _KEPT:
            del self._by_identity[next(iter(self._by_identity))]
        self._by_identity[identity] = parts, asked
        return asked
