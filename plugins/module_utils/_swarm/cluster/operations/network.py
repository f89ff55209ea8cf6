# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks of a container that is there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...engine.api import networks
from ...engine.client import EngineClient
from .base import Action, Operation, Work


@dataclass(frozen=True)
class ConnectNetwork(Operation):
    """Connect it to a network. :ivar endpoint: the Engine API's ``EndpointConfig``"""

    verb: t.ClassVar[str] = "connect"
    network: str = ""
    endpoint: t.Mapping[str, t.Any] = field(default_factory=dict)

    def details(self) -> Action:
        return {"network": self.network}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.send(networks.connect(self.network, work.ids[self.role], self.endpoint))
        return None


@dataclass(frozen=True)
class DisconnectNetwork(Operation):
    """Disconnect it from a network."""

    verb: t.ClassVar[str] = "disconnect"
    network: str = ""

    def details(self) -> Action:
        return {"network": self.network}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.send(networks.disconnect(self.network, work.ids[self.role]))
        return None
