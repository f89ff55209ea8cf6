# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the containers of one task leave before they are stopped."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.clock import Clock
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Drains
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings


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
    # Only here, as most tasks have no use for what talks to a store.
    from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.store_drains import StoreDrains

    drains = StoreDrains(settings, clock)
    try:
        yield drains
    finally:
        warn(filter(None, [drains.close()]))
