# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Drains for one task. A file of its own, as most tasks have no use for what talks to the store."""

from __future__ import annotations

import contextlib
import typing as t

from ..settings import DiscoverySettings
from .clock import Clock
from .drains import Drains


@contextlib.contextmanager
def open_drains(
    settings: t.Optional[DiscoverySettings], clock: Clock, warn: t.Callable[[t.Iterable[str]], None]
) -> t.Iterator[t.Optional[Drains]]:
    """The marks of one task, all gone at its end; None where there is no store.

    :param warn: takes sentences about marks that could not be removed
    """
    if settings is None:
        yield None
        return
    from .store_drains import StoreDrains

    drains = StoreDrains(settings, clock)
    try:
        yield drains
    finally:
        warn(filter(None, [drains.close()]))
