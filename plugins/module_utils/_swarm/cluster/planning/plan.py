# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan: steps that know what they wait for. It is data, fit to be written down, looked at and carried out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...container.difference import Difference
from ...model.node import Node
from ...model.request import Request
from ...scheduler.placement import Placement
from ..operations.base import Operation
from ..operations.change import UpdateContainer
from ..operations.create import CreateContainer
from ..secrets import Secrets
from ..survey import Existing
from ..wanted import Member


@dataclass(frozen=True)
class Step:
    """One step of a plan, and how it stands to the others.

    :ivar id: unique in its plan
    :ivar after: IDs of the steps that must be done before it
    :ivar member: name of the container whose plan it is a step of; empty where it serves several
    :ivar group: what its container counts to in budgets
    :ivar settles: once it is done, what was done before it is not undone any more
    :ivar elsewhere: where it fails for reasons of the node, another node may do better
    :ivar expects: the container is there and has its name; where that is not so, somebody else changed it, and the
        container is planned again
    :ivar absent: the container is to go; where it is not there, its plan is at its end
    :ivar forgoes: where its engine stops answering, it and all further steps of its role are left out: somebody has to
        look after that container when the engine is back
    :ivar blocks: whether what waits for it gives up where it fails
    """

    id: str
    operation: Operation
    after: t.Tuple[str, ...] = ()
    member: str = ""
    group: str = ""
    settles: bool = False
    elsewhere: bool = False
    expects: bool = False
    absent: bool = False
    forgoes: bool = False
    blocks: bool = True


@dataclass(frozen=True)
class MemberPlan:
    """What happens to one container of the task.

    :ivar kind: for people: create, recreate, relocate, keep (with or without changes in place), remove, or resume (a
        name is put right after an interrupted run)
    :ivar steps: its own steps, in order; an image may be pulled for several containers at once
    :ivar request: of one that is created: what it asks of its node
    :ivar then: what is done once a name has been put right, as a check foresees it; a run plans it anew by then
    """

    member: Member
    node: Node
    kind: str
    steps: t.Tuple[Step, ...] = ()
    request: t.Optional[Request] = None
    placement: t.Optional[Placement] = None
    existing: t.Optional[Existing] = None
    differences: t.Tuple[Difference, ...] = ()
    before: t.Mapping[str, t.Any] = field(default_factory=dict)
    after: t.Mapping[str, t.Any] = field(default_factory=dict)
    warnings: t.Tuple[str, ...] = ()
    then: t.Optional[MemberPlan] = None

    @property
    def operations(self) -> t.Tuple[Operation, ...]:
        """What its own steps do, in order."""
        return tuple(step.operation for step in self.steps)

    @property
    def creates(self) -> bool:
        """Whether a container is created, which may replace another one."""
        return any(isinstance(each, CreateContainer) for each in self.operations)

    @property
    def takes_room(self) -> bool:
        """Whether it takes ports, memory or cpus of its node that it does not hold yet."""
        return self.creates or any(isinstance(each, UpdateContainer) for each in self.operations)


@dataclass(frozen=True)
class Plan:
    """What happens to every container of the task.

    :ivar pulls: images that containers wait for; one pull serves all that go to the same node
    :ivar removals: containers that only go; they make room, so what comes to their nodes waits for them
    :ivar members: the containers of the task
    :ivar refused: those that fit nowhere, where the others may go on
    :ivar secrets: what steps only name
    """

    removals: t.Tuple[MemberPlan, ...] = ()
    members: t.Tuple[MemberPlan, ...] = ()
    pulls: t.Tuple[Step, ...] = ()
    refused: t.Tuple[Placement, ...] = ()
    secrets: Secrets = field(default_factory=Secrets, compare=False, repr=False)

    @property
    def all(self) -> t.Tuple[MemberPlan, ...]:
        """Removals and members."""
        return self.removals + self.members

    @property
    def steps(self) -> t.Tuple[Step, ...]:
        """The graph: every step."""
        return self.pulls + tuple(step for member in self.all for step in member.steps)
