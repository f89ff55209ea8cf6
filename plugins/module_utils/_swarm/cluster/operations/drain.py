# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container leaves the services before it is asked to stop."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...engine.client import EngineClient
from ...errors import OperationError, SwarmError
from .base import CONTAINER, FORMER, Action, Operation, Work


@dataclass(frozen=True)
class DrainContainer(Operation):
    """Mark it as about to stop, and wait until no router sends requests to it. It is stopped whatever comes of that.

    :ivar timeout: most seconds for that
    :ivar behind: its successor runs, and is waited for so long too: a service must not be without instances
    """

    verb: t.ClassVar[str] = "drain"
    waits: t.ClassVar[bool] = True
    uncertain: t.ClassVar[bool] = True
    timeout: float = 0.0
    behind: bool = False

    def details(self) -> Action:
        return {"deregister_wait": self.timeout}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        drains = work.tools.drains
        if drains is None:
            raise OperationError(f"{self.name} on {self.node.name} cannot be drained: no services were given")
        if self.behind and self.role == FORMER:
            drains.await_registered(work.ids[CONTAINER], self.timeout)
        drained = drains.drain(work.ids[self.role], self.name, self.timeout)
        if drained.trouble:
            work.left.append(f"{self.name} on {self.node.name} {drained.trouble} (deregister_wait)")
        return {"services": list(drained.services)}

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """It stays, so it is registered again."""
        drained_end(self, work)
        return None


def drained_end(operation: Operation, work: Work) -> None:
    """A container that was drained has stopped, or stays: its mark goes."""
    drains, container = work.tools.drains, work.ids.get(operation.role)
    if drains is None or container is None:
        return
    trouble = drains.end(container)
    if trouble:
        work.left.append(f"{operation.name} on {operation.node.name}: {trouble}")
