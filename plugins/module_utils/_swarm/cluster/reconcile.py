# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One task, from what is wanted to what is: read the cluster, plan, carry out, and plan again what must be."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ..errors import OperationError, SwarmError
from ..scheduler.placement import PlacementError
from ..scheduler.scheduler import Scheduler
from ..wire.limits import WORKERS
from .batch import Batch, Entry
from .claims import ClaimJudge, taken_from_update
from .clock import Clock, SystemClock
from .executor import Executor, Outcome
from .observe import Observer
from .operations.base import CONTAINER, Action, Drains, Tools
from .operations.image import PullImage
from .planning.knowledge import Knowledge
from .planning.plan import MemberPlan, Plan
from .planning.planner import Planner
from .progress import Telling, silent
from .result import MemberResult, Result, as_if_undone, look_at_the_end, some_of, with_node
from .snapshot import Snapshot, with_known
from .survey import Surveyor, check_dependencies, locate
from .view import View
from .wanted import Member, Wanted

#: Attempts that collisions with other operators may cost before the task gives up.
_ATTEMPTS = 12

#: Containers named in one warning.
_NAMED = 3

#: A number from 0 to below 1, by chance.
Chance = t.Callable[[], float]


class Reconciler:
    """Brings the cluster to what one task wants.

    :param chance: so that two operators who collide do not wait equally long
    :param check_mode: only say what would be done
    :param explain: keep every verdict of every filter, not only the refusals
    :param tell: takes how far it has come on a node
    :param drains: where containers leave before they are stopped; needed where the batch has a ``deregister_wait``
    """

    def __init__(
        self,
        batch: Batch,
        view: View,
        scheduler: Scheduler,
        *,
        chance: Chance,
        clock: t.Optional[Clock] = None,
        api_version: str = "auto",
        check_mode: bool = False,
        explain: bool = False,
        result: t.Optional[Result] = None,
        tell: Telling = silent,
        drains: t.Optional[Drains] = None,
    ) -> None:
        self._batch = batch
        self._view = view
        self._scheduler = scheduler
        self._chance = chance
        self._clock = clock or SystemClock()
        self._drains = drains
        self._check_mode = check_mode
        self._explain = explain
        self._tell_progress = tell
        self._result = Result() if result is None else result
        self._knowledge = Knowledge(api_setting=api_version)
        self._observer = Observer(
            batch, view, scheduler, self._knowledge, self._clock, explain=explain, check_mode=check_mode
        )

    @property
    def result(self) -> Result:
        """What was done so far; also of a task that fails."""
        return self._result

    def run(self) -> Result:
        """
        :raises PlacementError: a container fits nowhere; in the first attempt nothing has been changed
        :raises OperationError: some steps failed; the error holds what was done
        :raises SwarmError: everything else, before anything was changed
        """
        try:
            return self._run()
        except (OperationError, PlacementError):
            raise
        except SwarmError as error:
            if not self._result.actions:
                raise
            raise OperationError(error.message, self._result.actions) from error

    def _run(self) -> Result:
        snapshot = self._observer.begin()
        self._batch = by_name(self._batch, snapshot)
        everybody = self._batch.members(snapshot.nodes)
        self._order = {member.name: number for number, member in enumerate(everybody)}
        surveyor = Surveyor(self._batch, self._tools(snapshot, Plan()), self._check_mode)
        members: t.Sequence[Member] = everybody
        attempts = collisions = 0
        while collisions < _ATTEMPTS:
            plan, snapshot = self._plan(snapshot, surveyor, members)
            if self._check_mode:
                self._tell(self._as_a_run_would(plan, snapshot, surveyor, members))
                return self._result
            outcomes = self._carry_out(plan, snapshot)
            again = self._again(outcomes)
            reasons = [f"{outcome.plan.member.name}: {outcome.again}" for outcome in outcomes if outcome.again]
            if not again:
                return self._result
            # those that are only there to be removed are found again by the survey
            members = [member for member in again if member.name in self._order]
            # nodes that failed are counted by createretry
            collisions += not any(outcome.failed_on for outcome in outcomes)
            self._clock.sleep(self._chance() * 0.1 * 2 ** min(attempts, 5))
            attempts += 1
            snapshot = self._observer.whole()
        raise OperationError(
            f"gave up after {_ATTEMPTS} attempts: other runs keep changing the same containers, or have left some "
            "behind: " + some_of(reasons),
            self._result.actions,
        )

    # planning

    def _plan(self, snapshot: Snapshot, surveyor: Surveyor, members: t.Sequence[Member]) -> t.Tuple[Plan, Snapshot]:
        snapshot = self._observer.settled(snapshot, members)
        survey = surveyor.survey(snapshot, members)
        self._result.note(survey.actions)
        self._result.warn(
            f"{container.name} on {node.name} is of group {self._batch.group} and not listed; it stays "
            "(orphans: remove would remove it)"
            for node, container in survey.orphans
        )
        coming = {member.name for member in members}
        for entry in self._batch.entries:
            if not entry.wanted.absent:
                check_dependencies(entry.wanted, snapshot, coming)
        planner = Planner(self._batch, self._scheduler, knowledge=self._knowledge, explain=self._explain)
        missing = any(
            member.name not in survey.existing and not self._batch.wanted(member).absent for member in members
        )
        try:
            plan, snapshot = self._observer.find_plan(
                snapshot, missing, lambda seen: planner.plan(seen.nodes, survey, members), planner.complete
            )
        except PlacementError as error:
            if self._knowledge.lacking:
                # the nodes that have the image do not take the container: the others are tried after all
                self._knowledge.lacking.clear()
                return self._plan(snapshot, surveyor, members)
            raise self._after_changes(error) from error
        self._result.refused = list(plan.refused)
        self._result.warn(f"{each.request.name} fits on no node: {each.headline()}" for each in plan.refused)
        return self._observer.without_idle_pulls(plan, self._is_idle), snapshot

    def _as_a_run_would(self, plan: Plan, snapshot: Snapshot, surveyor: Surveyor, members: t.Sequence[Member]) -> Plan:
        """In check mode: the plan that a run comes to, when it has met nodes that lack a network."""
        while True:
            lacking = self._observer.lacking_networks(plan)
            if not lacking:
                return plan
            self._avoid_as_a_run_would(lacking)
            plan, snapshot = self._plan(snapshot, surveyor, members)

    def _is_idle(self, pull: PullImage, present: bool) -> bool:
        wanted = next(entry.wanted for entry in self._batch.entries if entry.wanted.config.image == pull.image)
        return present and (pull.only_missing or (self._check_mode and not wanted.pull_check_mode_always))

    def _after_changes(self, error: PlacementError) -> PlacementError:
        """The same error, with what was done in earlier attempts."""
        if not self._result.actions:
            return error
        made = [action["container"] for action in self._result.actions if action["action"] == "create"]
        kept = [name for name in made if name in self._result.after]
        note = f"\ncreated before that, and kept: {', '.join(kept[:5])}" + (
            f" and {len(kept) - 5} more" if len(kept) > 5 else ""
        )
        return PlacementError(error.message + (note if kept else ""), error.placements, self._result.actions)

    # doing

    def _tools(self, snapshot: Snapshot, plan: Plan) -> Tools:
        known = {container.id for node in snapshot.nodes for container in node.containers}
        return Tools(
            self._view.clients,
            self._clock,
            plan.secrets,
            lambda step, container: taken_from_update(
                self._scheduler, step, container, known, self._view.look, self._clock
            ),
            self._tell_progress,
            self._drains,
        )

    def _carry_out(self, plan: Plan, snapshot: Snapshot) -> t.List[Outcome]:
        known = {container.id for node in snapshot.nodes for container in node.containers}
        planned = {node.address: node for node in snapshot.healthy}
        needs = self._observer.confirming(plan, planned)
        judge = ClaimJudge(
            self._scheduler,
            known,
            lambda: with_known(self._view.nodes(needs), {address: planned[address] for address in needs.since}),
            self._clock,
            planned,
        )
        outcomes = Executor(self._tools(snapshot, plan), judge, self._batch.budgets).carry_out(plan)
        for outcome in outcomes:
            self._result.note(as_if_undone(outcome) if outcome.again else outcome.work.actions)
            self._result.warn(outcome.work.left)
        self._result.warn(engine_warnings(action for outcome in outcomes for action in outcome.work.actions))
        self._note_differences([outcome.plan for outcome in outcomes if not outcome.failed])
        errors = [_told(outcome) for outcome in outcomes if outcome.error is not None]
        if errors:
            self._collect_failed(outcomes)
            untried = [f"{outcome.plan.member.name} was not tried again" for outcome in outcomes if outcome.again]
            raise OperationError(some_of(errors + untried), self._result.actions)
        self._collect(outcomes)
        return outcomes

    def _again(self, outcomes: t.Sequence[Outcome]) -> t.List[Member]:
        """The containers that are to be planned again; nodes that failed them are left out of it.

        :raises OperationError: one has failed on as many nodes as ``createretry`` allows
        """
        again = [outcome for outcome in outcomes if outcome.again or outcome.plan.then is not None]
        avoid = self._knowledge.avoid
        self._observer.doubt(outcome.plan.node.address for outcome in again if not outcome.failed_on)
        for outcome in again:
            member = outcome.plan.member
            wanted = self._batch.wanted(member)
            if outcome.failed_on:
                avoid.setdefault(member.name, {}).update(outcome.failed_on)
                self._result.warnings.append(f"{member.name} could not be created on {outcome.again}")
            if outcome.unpulled and wanted.pull == "missing":
                self._prefer_nodes_with(wanted, outcome)
            if len(avoid.get(member.name, {})) > wanted.createretry:
                raise OperationError(
                    f"{member.name} failed on {len(avoid[member.name])} nodes (createretry is {wanted.createretry}); "
                    f"the last one, {outcome.again}",
                    self._result.actions,
                )
        return [outcome.plan.member for outcome in again]

    def _avoid_as_a_run_would(self, lacking: t.Mapping[str, t.Tuple[MemberPlan, str]]) -> None:
        """In check mode: the nodes that cannot create a container are left out, as after an attempt.

        :raises OperationError: one has failed on as many nodes as ``createretry`` allows
        """
        for name, (plan, network) in lacking.items():
            reason = f"there is no network {network} on {plan.node.name}"
            avoided = self._knowledge.avoid.setdefault(name, {})
            avoided[plan.node.address] = reason
            if plan.kind != "create" or len(avoided) > self._batch.wanted(plan.member).createretry:
                raise OperationError(f"{name} could not be created on {plan.node.name}: {reason}")
            self._result.warn([f"{name} could not be created on {plan.node.name}: {reason}"])

    def _prefer_nodes_with(self, wanted: Wanted, outcome: Outcome) -> None:
        """An image that cannot be pulled may be on other nodes: they come next, as they did in the original."""
        image = wanted.config.image or ""
        self._knowledge.lacking[image] = (
            f"the image {image} could not be pulled to {outcome.plan.node.name} and is not on this node"
        )

    # telling

    def _tell(self, plan: Plan) -> None:
        """What a check says: the plan's steps as the run would note them, and what is there now."""
        self._result.note({**step.operation.describe(), "changed": True} for step in plan.pulls)
        told = [member for planned in plan.all for member in (planned, planned.then) if member is not None]
        for member in told:
            self._result.note(operation.describe() for operation in member.operations if operation.changes)
        self._note_differences(told)
        for planned in plan.members:
            member = planned.then or planned
            existing = member.existing
            self._result.members.append(
                MemberResult(
                    member.member,
                    member.node,
                    with_node(existing.inspect, member.node) if existing else None,
                    member.placement,
                )
            )

    def _note_differences(self, plans: t.Iterable[MemberPlan]) -> None:
        for plan in plans:
            self._result.warnings += plan.warnings
            name = plan.member.name
            if plan.before or plan.after:
                self._result.before.setdefault(name, {}).update(plan.before)
                self._result.after.setdefault(name, {}).update(plan.after)
            changes = plan.kind == "keep" and any(each.changes for each in plan.operations)
            if plan.kind != "keep" or self._result.kinds.get(name) is None:
                self._result.kinds[name] = "change" if changes else plan.kind

    def _collect(self, outcomes: t.Iterable[Outcome]) -> None:
        done = [
            outcome
            for outcome in outcomes
            if not outcome.failed and outcome.plan.then is None and outcome.plan.kind != "remove"
        ]
        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            self._result.members += executor.map(self._look, done)
        self._result.members.sort(key=lambda result: self._order[result.member.name])

    def _collect_failed(self, outcomes: t.Iterable[Outcome]) -> None:
        """What containers that are there are now, though the task has failed: nobody waits for those that cannot be
        looked at."""
        for outcome in outcomes:
            if outcome.plan.kind != "remove" and outcome.work.ids.get(CONTAINER) is not None:
                try:
                    self._result.members.append(look_at_the_end(outcome, self._view.clients, True))
                except SwarmError:
                    # the failure itself says what is wrong there
                    continue

    def _look(self, outcome: Outcome) -> MemberResult:
        existing = outcome.plan.existing
        removes_itself = self._batch.wanted(outcome.plan.member).auto_remove or (
            existing is not None and not outcome.plan.creates and existing.auto_remove
        )
        return look_at_the_end(outcome, self._view.clients, removes_itself)


def _told(outcome: Outcome) -> str:
    """The error of one container, with its name if it does not begin with that."""
    name, error = outcome.plan.member.name, str(outcome.error)
    return error if error.startswith((f"{name} ", f"{name}.")) else f"{name}: {error}"


def engine_warnings(actions: t.Iterable[Action]) -> t.List[str]:
    """What engines warned of when they created or changed containers, each text once."""
    places: t.Dict[str, t.List[str]] = {}
    for action in actions:
        for text in action.get("warnings", ()):
            places.setdefault(text, []).append(f"{action['container']} on {action['node']}")
    return [
        f"{', '.join(found[:_NAMED])}{f' and {len(found) - _NAMED} more' if len(found) > _NAMED else ''}: {text}"
        for text, found in places.items()
    ]


def by_name(batch: Batch, snapshot: Snapshot) -> Batch:
    """The batch with the names of its containers, where IDs of some that exist were given in their place."""

    def named(entry: Entry) -> Entry:
        wanted = entry.wanted
        place = None if wanted.count is not None or entry.per_node else locate(snapshot, wanted.name)
        if place is None:
            return entry
        return replace(entry, wanted=replace(wanted, name=place[1].name, identity=place[1].id))

    return replace(batch, entries=tuple(map(named, batch.entries)))
