# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From what is wanted and what is there to a plan. Pure: nothing is asked and nothing is changed here."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ...model.node import Node
from ...scheduler.placement import Placement, PlacementError
from ...scheduler.scheduler import Scheduler
from ...scheduler.state.cluster import ClusterState
from ..batch import Batch
from ..secrets import Secrets
from ..survey import Existing, Survey
from ..wanted import Member
from . import create, keep, order, remove, resume
from .context import Context
from .knowledge import Knowledge
from .plan import MemberPlan, Plan, Step
from .refusal import refusal


@dataclass(frozen=True)
class _Draft:
    """What a plan is made of, before the containers wait for each other."""

    context: Context
    removals: t.Tuple[MemberPlan, ...]
    members: t.Sequence[MemberPlan]
    refused: t.Tuple[Placement, ...]
    secrets: Secrets

    def plan(self, batch: Batch) -> Plan:
        linked = order.link(batch, self.removals, self.members)
        return Plan(self.removals, linked, self.context.pulls, self.refused, self.secrets)


class Planner:
    """Makes the plan of one task over one survey.

    :param knowledge: small facts of nodes; what is found missing there is noted
    :param explain: keep every verdict of every filter
    """

    def __init__(
        self,
        batch: Batch,
        scheduler: Scheduler,
        *,
        knowledge: t.Optional[Knowledge] = None,
        explain: bool = False,
    ) -> None:
        self._batch = batch
        self._scheduler = scheduler
        self._knowledge = knowledge or Knowledge()
        self._explain = explain
        self._last: t.Optional[_Draft] = None

    def plan(self, nodes: t.Sequence[Node], survey: Survey, members: t.Sequence[Member]) -> Plan:
        """Containers are placed one after another, as if each were a task of its own; of unlike ones the scarce first.

        :raises PlacementError: one fits nowhere, and nothing has been changed
        """
        secrets = Secrets()
        state = ClusterState.from_nodes(nodes)
        context = Context(self._batch, self._scheduler, self._knowledge, self._explain, state, nodes, secrets)
        removals = [remove.plan(context, existing) for existing in survey.surplus]
        removals += [
            remove.plan(context, survey.existing[member.name])
            for member in members
            if self._batch.wanted(member).absent and member.name in survey.existing
        ]
        for removal in removals:
            if removal.existing is not None:
                state.take_out(removal.existing.id)
        here = [member for member in members if not self._batch.wanted(member).absent]
        plans, refused = self._plan_members(context, survey, here)
        if refused and self._batch.all_or_nothing:
            raise PlacementError(refusal(refused, len(here)), refused)
        self._last = _Draft(context, tuple(removals), plans, tuple(refused), secrets)
        return self._last.plan(self._batch)

    def complete(self) -> t.Optional[Plan]:
        """The plan that was made last, with what has become known since of addresses; nothing is placed again.

        :returns: None where it has more in it than new containers, so that it has to be made again
        """
        draft = self._last
        if draft is None or any(each.kind != "create" for each in draft.members) or draft.removals:
            return None
        created = [
            create.plan_on(draft.context, each.member, each.request, each.placement, each.node)
            for each in draft.members
            if each.request is not None and each.placement is not None
        ]
        self._last = replace(draft, members=created)
        return self._last.plan(self._batch)

    def _plan_members(
        self, context: Context, survey: Survey, members: t.Sequence[Member]
    ) -> t.Tuple[t.List[MemberPlan], t.List[Placement]]:
        plans: t.Dict[str, MemberPlan] = {}
        refused: t.List[Placement] = []
        for member in order.of_placing(context, survey, members):
            try:
                plans[member.name] = self._plan_member(context, survey, member)
            except PlacementError as error:
                refused.extend(error.placements)
        return [plans[member.name] for member in members if member.name in plans], refused

    @staticmethod
    def _plan_member(context: Context, survey: Survey, member: Member) -> MemberPlan:
        existing: t.Optional[Existing] = survey.existing.get(member.name)
        if existing is not None:
            return keep.plan(context, existing)
        if member.name in survey.unfinished:
            return resume.plan(context, member, survey.unfinished[member.name])
        return create.plan(context, member)


def without_pulls(plan: Plan, idle: t.AbstractSet[str]) -> Plan:
    """The plan without pulls that would do nothing. :param idle: IDs of their steps"""

    def cut(step: Step) -> Step:
        return replace(step, after=tuple(each for each in step.after if each not in idle))

    members = tuple(replace(member, steps=tuple(map(cut, member.steps))) for member in plan.members)
    return replace(plan, members=members, pulls=tuple(step for step in plan.pulls if step.id not in idle))
