# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the parts of a planner share while one plan is made."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ...model.node import Node
from ...model.request import Request
from ...scheduler.joint import Ordered
from ...scheduler.placement import Placement, PlacementError
from ...scheduler.scheduler import Scheduler
from ...scheduler.state.cluster import ClusterState
from ..batch import Batch
from ..operations.base import Place
from ..secrets import Secrets
from ..survey import Existing
from ..wanted import Member, Wanted
from .knowledge import Knowledge
from .plan import Step
from .steps import Chain, StepMaker


class Context:
    """:ivar state: the cluster as it will be once the containers planned so far are there"""

    def __init__(
        self,
        batch: Batch,
        scheduler: Scheduler,
        knowledge: Knowledge,
        explain: bool,
        state: ClusterState,
        nodes: t.Sequence[Node],
        secrets: Secrets,
    ) -> None:
        self.batch = batch
        self._scheduler = scheduler
        self.knowledge = knowledge
        self.explain = explain
        self.state = state
        self.nodes = nodes
        self._secrets = secrets
        self._makers: t.Dict[int, StepMaker] = {}
        self._pulls: t.Dict[t.Tuple[str, str, t.Optional[str]], Step] = {}
        self._avoided: t.Dict[t.Tuple[int, t.Optional[str]], t.Mapping[str, str]] = {}

    @property
    def pulls(self) -> t.Tuple[Step, ...]:
        """Every pull that a container waits for."""
        return tuple(self._pulls.values())

    def wanted(self, member: Member) -> Wanted:
        """The task of which ``member`` is a container."""
        return self.batch.wanted(member)

    def scheduler(self, member: Member) -> Scheduler:
        """Who places ``member``."""
        own = None if member.entry < 0 else self.batch.entries[member.entry].scheduler
        return own or self._scheduler

    def order(self, requests: t.Sequence[Request]) -> t.List[Ordered]:
        """The order in which unlike containers are placed together."""
        return self._scheduler.order(self.state, requests)

    def maker(self, member: Member) -> StepMaker:
        """Who makes the operations of ``member``."""
        maker = self._makers.get(member.entry)
        if maker is None:
            maker = self._makers[member.entry] = StepMaker(self.wanted(member), self._secrets)
        return maker

    def chain(self, member: Member) -> Chain:
        """An empty chain of steps for ``member``."""
        return Chain(member, self.wanted(member).name)

    def request(self, member: Member, replaces: t.Optional[str] = None) -> Request:
        """What the scheduler is asked for ``member``."""
        return self.wanted(member).request(member, replaces, self._avoid(member))

    def pull(self, place: Place, member: Member) -> t.Tuple[str, ...]:
        """The ID of the step that brings the image of ``member`` to a node; empty where none is needed."""
        operation = self.maker(member).pull(place, member)
        if operation is None:
            return ()
        key = (place.address, operation.image, operation.platform)
        if key not in self._pulls:
            platform = f" {operation.platform}" if operation.platform else ""
            self._pulls[key] = Step(f"pull {operation.image}{platform} on {place.address}", operation)
        return (self._pulls[key].id,)

    def place(self, member: Member, request: Request) -> t.Tuple[Placement, Node]:
        """Where a container goes; it counts there from now on.

        :raises PlacementError: it fits nowhere
        """
        placement = self.scheduler(member).place(self.state, request, explain=self.explain)
        if placement.node is None:
            # What is said of it is made once for all that fit nowhere.
            raise PlacementError(f"no node takes {request.name}", [placement])
        self.state.add_request(placement.node.address, request)
        return placement, placement.node

    def stay(self, existing: Existing, request: Request) -> Placement:
        """The placement of a container that stays: other nodes are asked only where somebody wants to read of them."""
        home = self.state.node_at(existing.node.address).node
        scope = self.state if self.explain else ClusterState.from_nodes([home])
        scheduler = self.scheduler(existing.member)
        return replace(scheduler.place(scope, request, explain=self.explain), node=existing.node)

    def _avoid(self, member: Member) -> t.Mapping[str, str]:
        own = member.name if member.name in self.knowledge.avoid else None
        key = (member.entry, own)
        if key not in self._avoided:
            self._avoided[key] = self.knowledge.avoided(self.wanted(member), member, self.nodes)
        return self._avoided[key]
