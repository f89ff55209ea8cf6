# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the endpoint's parts share: settings, connections to engines, the state of the cluster."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._swarm.engine.versions import Version
from .._swarm.settings import API_VERSION_NEWEST, API_VERSION_OLDEST
from .election.leadership import Leadership, always_primary
from .election.standing import clock
from .engines.connections import EngineConnections
from .security.policy import Policy
from .settings import ManagerSettings
from .state.builders import Builders
from .state.cluster import Cluster

#: Takes a line for an operator.
Log = t.Callable[[str], None]
#: Takes what is told of one request.
Audit = t.Callable[[t.Mapping[str, t.Any]], None]


def _no_audit(fields: t.Mapping[str, t.Any]) -> None:
    """Tell nobody."""


@dataclass
class Manager:
    """Everything that a handler may need."""

    settings: ManagerSettings
    connections: EngineConnections
    cluster: Cluster
    log: Log
    audit: Audit = _no_audit
    policy: Policy = field(default_factory=Policy)
    builders: Builders = field(default_factory=Builders)
    leadership: Leadership = field(default_factory=lambda: always_primary(clock, ""))

    @property
    def api_version(self) -> Version:
        """The version that is announced: the smallest of the healthy engines' newest ones."""
        newest = self.cluster.api_version
        return API_VERSION_OLDEST if newest is None else min(newest, API_VERSION_NEWEST)
