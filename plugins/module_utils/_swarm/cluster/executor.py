# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan becomes real: steps are carried out side by side as soon as what they wait for is done; what fails is undone.

One thread keeps the books; steps, waits and undoing are done by others, which tell it what came of them.
"""

from __future__ import annotations

import queue
import typing as t
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..errors import (
    EngineConflictError,
    EngineNotFoundError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)
from .batch import Budgets
from .claims import Claim, ClaimJudge
from .operations.base import CONTAINER, FORMER, KeptError, OutdatedError, Tools, Work
from .operations.change import RenameContainer, left_behind
from .operations.confirm import ConfirmClaim
from .operations.create import CreateContainer
from .planning.plan import MemberPlan, Plan, Step
from .refusals import is_of_the_node

#: Threads that wait for containers, and that undo: nobody who acts waits for either.
_WAITING = 256
_UNDOING = 32


@dataclass
class Outcome:
    """What became of one container's plan.

    :ivar error: why it failed for good
    :ivar again: why it has to be planned again
    :ivar failed_on: address and reason of a node that must not be taken again
    :ivar unpulled: whether that is so because the image could not be pulled there
    :ivar settled: how many of its actions stand, whatever was undone after them
    """

    plan: MemberPlan
    work: Work
    error: t.Optional[SwarmError] = None
    again: str = ""
    failed_on: t.Mapping[str, str] = field(default_factory=dict)
    unpulled: bool = False
    settled: int = 0

    @property
    def failed(self) -> bool:
        """Whether its plan did not come to its end."""
        return self.error is not None or bool(self.again)


@dataclass
class _Track:
    """A container while its plan is carried out.

    :ivar done: steps that would have to be undone
    :ivar forgone: roles whose engine is given up
    :ivar left: how many steps are not done yet
    :ivar active: whether somebody is at one of its steps
    :ivar doomed: a step that cannot come any more, and why: the container gives up as soon as nobody is at its steps
    """

    outcome: Outcome
    done: t.List[Step] = field(default_factory=list)
    forgone: t.Set[str] = field(default_factory=set)
    left: int = 0
    active: bool = False
    ended: bool = False
    doomed: t.Optional[t.Tuple[Step, SwarmError]] = None


class _Event(t.NamedTuple):
    """What a thread tells. ``kind`` is done, undone, kept, lost or judged."""

    kind: str
    step: t.Optional[Step] = None
    error: t.Optional[SwarmError] = None


class Executor:
    """Carries plans out.

    :param judge: decides on what was claimed
    """

    def __init__(self, tools: Tools, judge: ClaimJudge, budgets: Budgets) -> None:
        self._tools = tools
        self._judge = judge
        self._budgets = budgets

    def carry_out(self, plan: Plan) -> t.List[Outcome]:
        """Every container's outcome, in the plan's order. Errors are in the outcomes."""
        return _Run(plan, self._tools, self._judge, self._budgets).run()


class _Run:
    """One plan on its way."""

    def __init__(self, plan: Plan, tools: Tools, judge: ClaimJudge, budgets: Budgets) -> None:
        self._tools, self._judge, self._budgets = tools, judge, budgets
        self._events: queue.SimpleQueue[t.Union[_Event, BaseException]] = queue.SimpleQueue()
        self._steps = {step.id: step for step in plan.steps}
        self._tracks = {id(member): _Track(Outcome(member, _work(member, tools))) for member in plan.all}
        self._track_of = {step.id: self._tracks[id(member)] for member in plan.all for step in member.steps}
        self._shared = {step.id: Work(tools) for step in plan.pulls}
        self._waits = {step.id: len(step.after) for step in plan.steps}
        self._behind: t.Dict[str, t.List[Step]] = {}
        for step in plan.steps:
            for before in step.after:
                self._behind.setdefault(before, []).append(step)
        for member in plan.all:
            self._tracks[id(member)].left = len(member.steps)
        self._ready = deque(step for step in plan.steps if not step.after)
        self._claims: t.Dict[str, Step] = {}
        self._unconfirmed: t.Set[str] = set()
        self._judging = False
        self._busy = 0
        self._acting = 0
        self._creating = 0
        self._on_node: t.Counter[str] = Counter()
        self._in_group: t.Dict[str, t.Set[str]] = {}
        self._planned_on = Counter(member.node.name for member in plan.all)
        self._ended_on: t.Counter[str] = Counter()

    def run(self) -> t.List[Outcome]:
        with ExitStack() as stack:
            self._actors, self._waiters, self._undoers = (
                stack.enter_context(ThreadPoolExecutor(max_workers=count))
                for count in (self._budgets.in_all, _WAITING, _UNDOING)
            )
            while True:
                self._launch()
                if self._claims and not self._judging and not self._creating:
                    self._decide()
                if not self._busy:
                    break
                event = self._events.get()
                if isinstance(event, BaseException):
                    raise event
                self._busy -= event.kind in ("done", "undone", "judged")
                getattr(self, f"_on_{event.kind}")(event)
        stuck = [track.outcome.plan.member.name for track in self._tracks.values() if track.left and not track.ended]
        if stuck:
            raise RuntimeError(f"steps of {', '.join(stuck)} wait for something that never comes")
        return [track.outcome for track in self._tracks.values()]

    # beginning

    def _launch(self) -> None:
        """Begin what is ready and within the budgets."""
        held: t.List[Step] = []
        while self._ready and self._acting < self._budgets.in_all:
            step = self._ready.popleft()
            track = self._track_of.get(step.id)
            if track is not None and track.ended:
                continue
            if isinstance(step.operation, ConfirmClaim):
                self._claims[step.id] = step
            elif track is not None and step.operation.role in track.forgone:
                self._advance(step)
            elif self._within_budgets(step):
                self._begin(step)
            else:
                held.append(step)
        self._ready.extendleft(reversed(held))

    def _within_budgets(self, step: Step) -> bool:
        per_node, per_group = self._budgets.per_node, self._budgets.per_group
        if per_node is not None and not step.operation.waits and self._on_node[step.operation.node.address] >= per_node:
            return False
        if per_group is None or not step.member:
            return True
        working = self._in_group.setdefault(step.group, set())
        if step.member not in working and len(working) >= per_group:
            return False
        working.add(step.member)
        return True

    def _begin(self, step: Step) -> None:
        self._busy += 1
        self._creating += isinstance(step.operation, CreateContainer)
        if not step.operation.waits:
            self._acting += 1
            self._on_node[step.operation.node.address] += 1
        track = self._track_of.get(step.id)
        if track is not None:
            track.active = True
        work = self._shared[step.id] if track is None else track.outcome.work
        self._tell(step.operation.node.name, step.operation.doing)
        self._do(self._waiters if step.operation.waits else self._actors, lambda: self._execute(step, work))

    def _execute(self, step: Step, work: Work) -> _Event:
        try:
            step.operation.execute(work)
        except SwarmError as error:
            return _Event("done", step, error)
        return _Event("done", step)

    def _do(self, threads: ThreadPoolExecutor, job: t.Callable[[], _Event]) -> None:
        """Let a thread do a job. What is no error of ours ends the run: it is a bug."""

        def work() -> None:
            try:
                self._events.put(job())
            except BaseException as error:
                self._events.put(error)

        threads.submit(work)

    # what comes of it

    def _on_done(self, event: _Event) -> None:
        step = t.cast(Step, event.step)
        self._creating -= isinstance(step.operation, CreateContainer)
        if not step.operation.waits:
            self._acting -= 1
            self._on_node[step.operation.node.address] -= 1
        if step.id in self._shared:
            self._on_pulled(step, event.error)
            return
        track = self._track_of[step.id]
        track.active = False
        if event.error is None:
            if isinstance(step.operation, CreateContainer):
                self._unconfirmed.add(track.outcome.work.ids[CONTAINER])
            self._advance(step)
        elif step.forgoes and isinstance(event.error, EngineUnreachableError):
            self._forgo(track, step, event.error)
        else:
            self._fail(track, step, event.error)

    def _advance(self, step: Step) -> None:
        """A step is done: go on with what waits for it."""
        track = self._track_of[step.id]
        track.left -= 1
        track.done.append(step)
        if step.settles:
            track.done.clear()
            track.outcome.settled = len(track.outcome.work.actions)
        if track.doomed is not None:
            self._fail(track, *track.doomed, attempted=False)
            return
        if not track.left:
            self._end(track)
        self._release(step)

    def _release(self, step: Step) -> None:
        for behind in self._behind.get(step.id, ()):
            self._waits[behind.id] -= 1
            if not self._waits[behind.id]:
                self._ready.append(behind)

    def _end(self, track: _Track) -> None:
        track.ended = True
        for members in self._in_group.values():
            members.discard(track.outcome.plan.member.name)
        node = track.outcome.plan.node.name
        self._ended_on[node] += 1
        self._tell(node)

    def _tell(self, node: str, doing: str = "") -> None:
        """Say how far it has come on a node. :param doing: what is begun there"""
        far = f"{self._ended_on[node]} of {self._planned_on[node]} containers"
        self._tools.tell(node, f"{far}; {doing}" if doing else far)

    def _on_pulled(self, pull: Step, error: t.Optional[SwarmError]) -> None:
        """One pull serves many; its actions are told with the first of them."""
        waiting = self._behind.get(pull.id, [])
        work = self._shared[pull.id]
        if waiting:
            self._track_of[waiting[0].id].outcome.work.actions += work.actions
        if error is None:
            self._release(pull)
            return
        for behind in waiting:
            track = self._track_of[behind.id]
            if not track.ended:
                track.outcome.unpulled = True
                self._fail(track, behind, error, attempted=False)

    def _forgo(self, track: _Track, step: Step, error: EngineUnreachableError) -> None:
        """The new copy serves already: it must not go for an old one that nobody reaches."""
        outcome = track.outcome
        there = outcome.plan.node.name
        outcome.work.left.append(left_behind(step.operation, outcome.work, outcome.plan.member.name, there, error))
        track.forgone.add(step.operation.role)
        track.done.clear()
        self._advance(step)

    def _fail(self, track: _Track, step: Step, error: SwarmError, attempted: bool = True) -> None:
        """A step failed: undo what came before it, and then see what becomes of the container.

        :param attempted: whether the step was begun, and so may have been done
        """
        self._end(track)
        self._claims = {key: claim for key, claim in self._claims.items() if self._track_of[key] is not track}
        tried = [step] if attempted and step.operation.uncertain else []
        undo = [each for each in reversed(track.done + tried) if each.operation.role not in track.forgone]
        self._busy += 1
        self._do(self._undoers, lambda: self._undo(track.outcome, step, undo, error))

    def _undo(self, outcome: Outcome, failed: Step, steps: t.Sequence[Step], error: SwarmError) -> _Event:
        work = outcome.work
        problems: t.List[SwarmError] = []
        for step in steps:
            operation = step.operation
            try:
                action = operation.undo(work.client(operation.node), work, error)
            except KeptError as problem:
                problems.append(problem)
                break
            except SwarmError as problem:
                if problem.message not in [each.message for each in problems]:
                    problems.append(problem)
            else:
                if action is not None and action not in work.actions:
                    work.actions.append(action)
        judge_failure(outcome, failed, error, problems)
        return _Event("undone", failed)

    def _on_undone(self, event: _Event) -> None:
        """What waited for a container that failed gives up, too; unless it only waited for it to go."""
        failed = t.cast(Step, event.step)
        outcome = self._track_of[failed.id].outcome
        for step in outcome.plan.steps:
            for behind in self._behind.get(step.id, ()):
                track = self._track_of[behind.id]
                if track.outcome is outcome or track.ended or self._is_done(step, outcome):
                    continue
                if not step.blocks:
                    self._waits[behind.id] -= 1
                    if not self._waits[behind.id]:
                        self._ready.append(behind)
                elif track.active:
                    track.doomed = (behind, _held_up(outcome))
                else:
                    self._fail(track, behind, _held_up(outcome), attempted=False)

    def _is_done(self, step: Step, outcome: Outcome) -> bool:
        """Whether ``step`` of a container that failed later had been done, so that nobody waits for it."""
        steps = outcome.plan.steps
        return steps.index(step) < len(steps) - self._track_of[step.id].left

    # claims

    def _decide(self) -> None:
        """Let a thread of its own decide on all that is claimed by now; others go on meanwhile."""
        for key in self._claims:
            self._track_of[key].active = True
        steps = {self._track_of[key].outcome.work.ids[CONTAINER]: step for key, step in self._claims.items()}
        self._claims = {}
        self._judging = True
        self._busy += 1
        self._do(self._undoers, lambda: self._judge_claims(steps))

    def _judge_claims(self, steps: t.Mapping[str, Step]) -> _Event:
        undecided = dict(steps)

        def later() -> t.AbstractSet[str]:
            return frozenset(self._unconfirmed.copy()) - steps.keys()

        claims = [Claim(t.cast(ConfirmClaim, step.operation), key) for key, step in steps.items()]
        try:
            for decision in self._judge.decide(claims, later):
                step = undecided.pop(decision.claim.id)
                lost = OutdatedError(decision.reason) if decision.reason else None
                self._events.put(_Event("lost" if lost else "kept", step, lost))
        except SwarmError as error:
            # the cluster could not be read again: what nobody confirmed must not stay
            for step in undecided.values():
                self._events.put(_Event("lost", step, error))
        return _Event("judged")

    def _on_judged(self, event: _Event) -> None:
        self._judging = False

    def _on_kept(self, event: _Event) -> None:
        step = t.cast(Step, event.step)
        track = self._track_of[step.id]
        track.active = False
        self._unconfirmed.discard(track.outcome.work.ids[CONTAINER])
        self._advance(step)

    def _on_lost(self, event: _Event) -> None:
        step = t.cast(Step, event.step)
        track = self._track_of[step.id]
        track.active = False
        self._unconfirmed.discard(track.outcome.work.ids[CONTAINER])
        self._fail(track, step, t.cast(SwarmError, event.error))


def _work(plan: MemberPlan, tools: Tools) -> Work:
    work = Work(tools)
    if plan.existing is not None:
        work.ids[FORMER if plan.creates else CONTAINER] = plan.existing.id
    return work


def _held_up(outcome: Outcome) -> SwarmError:
    """Why a container is not started that waits for one that failed."""
    name = outcome.plan.member.name
    if outcome.again:
        return OutdatedError(f"waits for {name}, which is planned again")
    return OperationError(f"not started, as it waits for {name}, which failed")


def judge_failure(outcome: Outcome, step: Step, error: SwarmError, problems: t.Sequence[SwarmError]) -> None:
    """Write into ``outcome`` what becomes of a container whose ``step`` failed.

    :param problems: what could not be undone
    """
    plan = outcome.plan
    if problems:
        outcome.error = _joined(error, problems)
    elif step.absent and isinstance(error, EngineNotFoundError):
        # somebody else removed it, as it should be
        return
    elif isinstance(error, OutdatedError):
        outcome.again = str(error)
    elif step.expects and isinstance(error, EngineNotFoundError):
        outcome.again = f"{plan.member.name} is not on {plan.node.name} any more"
    elif step.expects and isinstance(error, EngineConflictError) and isinstance(step.operation, RenameContainer):
        outcome.again = f"another run renamed {plan.member.name} on {plan.node.name}"
    elif (
        isinstance(step.operation, CreateContainer) and isinstance(error, EngineConflictError) and not outcome.unpulled
    ):
        outcome.again = f"{plan.node.name}: {error}"
    elif step.elsewhere and is_of_the_node(error):
        outcome.again = f"{plan.node.name}: {error}"
        outcome.failed_on = {plan.node.address: str(error)}
    else:
        outcome.error = error


def _joined(error: SwarmError, problems: t.Sequence[SwarmError]) -> SwarmError:
    """One error for a failure and what could not be undone after it."""
    if isinstance(error, OutdatedError) and len(problems) == 1:
        # what could not be undone names the reason itself
        return problems[0]
    return OperationError("; and ".join(str(each) for each in (error, *problems)))
