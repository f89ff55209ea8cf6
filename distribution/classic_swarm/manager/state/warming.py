# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the first questions would have to wait for, made right after the start, a piece at a time between requests."""

from __future__ import annotations

import asyncio
import time

from .cluster import Cluster
from .listing import Variant

#: The list of all containers, for the docker CLI and for programs.
_VARIANTS = (Variant(both=False, everything=True), Variant(both=True, everything=True))


async def warm(cluster: Cluster) -> None:
    """Returns once the texts of lists, the sums of nodes and the scheduler's view are there."""
    for node in cluster.nodes:
        node.reserved()
        await asyncio.sleep(0)
    cluster.placing.prepare()
    for variant in _VARIANTS:
        for _group in cluster.containers.listing.prepare(variant, time.time()):
            await asyncio.sleep(0)
