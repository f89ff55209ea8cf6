# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who is placed first, and who waits for whom."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..batch import Batch
from ..operations.base import Operation, Place
from ..operations.create import CreateContainer
from ..operations.lifecycle import RestartContainer, StartContainer
from ..operations.waiting import WaitCompleted, WaitHealthy
from ..survey import Survey
from ..wanted import Member
from .context import Context
from .plan import MemberPlan, Step

_Starts = (StartContainer, RestartContainer)


def of_placing(context: Context, survey: Survey, members: t.Sequence[Member]) -> t.List[Member]:
    """The containers in the order in which they are placed: as they are listed, and in the places of those that are
    not there yet the scarce ones first. What another one depends on comes before it."""
    new = [member for member in members if member.name not in survey.existing]
    if len({member.entry for member in new}) < 2:
        return list(members)
    requests = [context.request(member) for member in new]
    following = iter([new[each.index] for each in context.order(requests)])
    return [member if member.name in survey.existing else next(following) for member in members]


def link(batch: Batch, removals: t.Tuple[MemberPlan, ...], members: t.Sequence[MemberPlan]) -> t.Tuple[MemberPlan, ...]:
    """The plans of ``members`` with what they wait for outside of their own chains: containers that make room on their
    nodes, containers that they depend on, and those that the task lets them wait for."""
    leaving: t.Dict[str, t.List[str]] = {}
    for removal in removals:
        leaving.setdefault(removal.node.address, []).append(removal.steps[-1].id)
    linked = [_behind_removals(member, leaving) for member in members]
    if len(batch.entries) > 1:
        linked = _Waits(batch, linked).linked()
    return tuple(linked)


def _behind_removals(member: MemberPlan, leaving: t.Mapping[str, t.Sequence[str]]) -> MemberPlan:
    ends = leaving.get(member.node.address)
    if not ends or not member.steps:
        return member
    first = replace(member.steps[0], after=(*member.steps[0].after, *ends))
    return replace(member, steps=(first, *member.steps[1:]))


class _Waits:
    """Edges between the containers of a batch."""

    def __init__(self, batch: Batch, members: t.Sequence[MemberPlan]) -> None:
        self._batch = batch
        self._plans = {member.member.name: member for member in members}
        self._by_entry: t.Dict[str, t.List[str]] = {}
        for member in members:
            self._by_entry.setdefault(batch.wanted(member.member).name, []).append(member.member.name)

    def linked(self) -> t.List[MemberPlan]:
        for entry in self._batch.entries:
            for name in self._by_entry.get(entry.wanted.name, ()):
                for dependency in entry.wanted.config.dependencies():
                    self._hold(name, dependency.container, CreateContainer, _created)
                    self._hold(name, dependency.container, _Starts, _started)
                for after in entry.after:
                    self._hold(name, after.container, _Starts, _CONDITIONS[after.condition])
        return list(self._plans.values())

    def _hold(
        self,
        name: str,
        target: str,
        kinds: t.Union[t.Type[Operation], t.Tuple[t.Type[Operation], ...]],
        until: t.Callable[[MemberPlan, Batch], t.Tuple[MemberPlan, str]],
    ) -> None:
        """The first step of these kinds waits until every container of the entry ``target`` has come so far."""
        held = next((step for step in self._plans[name].steps if isinstance(step.operation, kinds)), None)
        if held is None:
            return
        for other in self._by_entry.get(target, ()):
            self._plans[other], awaited = until(self._plans[other], self._batch)
            if awaited and awaited not in held.after:
                held = replace(held, after=(*held.after, awaited))
        self._put(name, held)

    def _put(self, name: str, changed: Step) -> None:
        member = self._plans[name]
        steps = tuple(changed if step.id == changed.id else step for step in member.steps)
        self._plans[name] = replace(member, steps=steps)


def _created(plan: MemberPlan, batch: Batch) -> t.Tuple[MemberPlan, str]:
    """The step behind which the container is there under its name; empty where it is there already."""
    return plan, next((step.id for step in plan.steps if isinstance(step.operation, CreateContainer)), "")


def _started(plan: MemberPlan, batch: Batch) -> t.Tuple[MemberPlan, str]:
    return plan, next((step.id for step in plan.steps if isinstance(step.operation, _Starts)), "")


def _healthy(plan: MemberPlan, batch: Batch) -> t.Tuple[MemberPlan, str]:
    timeout = batch.wanted(plan.member).healthy_wait_timeout
    return _waiting(plan, WaitHealthy(Place.of(plan.node), plan.member.name, timeout=timeout))


def _completed(plan: MemberPlan, batch: Batch) -> t.Tuple[MemberPlan, str]:
    steps = tuple(
        replace(step, operation=replace(step.operation, watched=True))
        if isinstance(step.operation, StartContainer)
        else step
        for step in plan.steps
    )
    return _waiting(replace(plan, steps=steps), WaitCompleted(Place.of(plan.node), plan.member.name))


def _waiting(plan: MemberPlan, wait: Operation) -> t.Tuple[MemberPlan, str]:
    """The plan with ``wait`` at its end, if it does not wait so already, and the ID of that step."""
    for step in plan.steps:
        if type(step.operation) is type(wait):
            return plan, step.id
    last = plan.steps[-1].id if plan.steps else ""
    step = Step(
        f"{plan.member.name}/{wait.verb}-{type(wait).__name__}",
        wait,
        (last,) if last else (),
        plan.member.name,
        plan.steps[-1].group if plan.steps else "",
        settles=True,
    )
    return replace(plan, steps=(*plan.steps, step)), step.id


_CONDITIONS = {"started": _started, "healthy": _healthy, "completed": _completed}
