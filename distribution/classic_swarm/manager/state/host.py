# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who an engine is and how it fares: what a container needs to know of its node."""

from __future__ import annotations

import typing as t

from ..._swarm.engine.versions import Version
from ..._swarm.model.address import split_address
from ..engines.client import EngineClient

PENDING, HEALTHY, UNHEALTHY, DISCONNECTED = "pending", "healthy", "unhealthy", "disconnected"


class Host:
    """One engine.

    :ivar key: its address
    :ivar name: the engine's own, empty as long as it has not answered
    :ivar health: pending, healthy, unhealthy, or disconnected: it left the cluster
    :ivar reason: why it is not healthy or was not a moment ago, in words; empty where all is well
    """

    def __init__(self, key: str, client: EngineClient) -> None:
        self.key = key
        self.client = client
        self.name = ""
        self.engine_id = ""
        self.health = PENDING
        self.reason = ""
        self.labels: t.Mapping[str, str] = {}
        self.ip = key if key.startswith("unix://") else split_address(key)[0]

    @property
    def api_version(self) -> Version:
        """The newest version that its engine speaks."""
        return self.client.newest

    @property
    def healthy(self) -> bool:
        """Whether it can be asked."""
        return self.health == HEALTHY

    @property
    def place(self) -> t.Tuple[str, str]:
        """Its place in lists of nodes."""
        return self.name or self.key, self.key
