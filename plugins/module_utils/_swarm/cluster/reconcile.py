# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One task, from what is wanted to what is: read the cluster, plan, carry out, and plan again what must be."""

from __future__ import annotations

import random
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ..engine.pool import EnginePool
from ..errors import (
    ClusterError,
    EngineError,
    EngineNotFoundError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)
from ..model.node import Node
from ..scheduler.placement import Placement, PlacementError
from ..scheduler.scheduler import Scheduler
from ..settings import ClusterSettings
from .executor import Outcome, carry_out
from .names import name_filters
from .operations import Action, PullImage
from .planning.planner import MemberPlan, Plan, Planner
from .polled_view import ClusterReader
from .snapshot import Needs, Snapshot
from .survey import Surveyor, check_dependencies, find_half_replaced, locate
from .wanted import Member, Wanted

#: Rounds that collisions with other operators may cost before the task gives up.
_ROUNDS = 12

#: Seconds in which another run should have replaced a container; stopping the old one takes ten, if need be.
_REPLACING = 20.0

#: Engines asked side by side.
_WORKERS = 32

#: Members whose refusals are read to see what they are about.
_ASKED_ABOUT_ROOM = 5


@dataclass(frozen=True)
class MemberResult:
    """What one container is in the end.

    :ivar inspect: the engine's reply, with the original's ``Node`` beside it; None where it is gone, or not there yet
    :ivar output: what it printed, where the task waited for its end; :ivar status: its exit status then
    """

    member: Member
    node: t.Optional[Node] = None
    inspect: t.Optional[t.Mapping[str, t.Any]] = None
    placement: t.Optional[Placement] = None
    output: t.Optional[str] = None
    status: t.Optional[int] = None


@dataclass
class Result:
    """What the task did.

    :ivar members: what the containers are now; those that were removed are not among them
    :ivar before: and ``after``: by container name, what changed; secrets are not in it
    """

    changed: bool = False
    actions: t.List[Action] = field(default_factory=list)
    members: t.List[MemberResult] = field(default_factory=list)
    before: t.Dict[str, t.Any] = field(default_factory=dict)
    after: t.Dict[str, t.Any] = field(default_factory=dict)
    warnings: t.List[str] = field(default_factory=list)


class Reconciler:
    """Brings the cluster to what one task wants.

    :param check_mode: only say what would be done
    :param explain: keep every verdict of every filter, not only the refusals
    """

    def __init__(
        self,
        wanted: Wanted,
        settings: ClusterSettings,
        scheduler: Scheduler,
        *,
        check_mode: bool = False,
        explain: bool = False,
    ) -> None:
        self._wanted = wanted
        self._settings = settings
        self._scheduler = scheduler
        self._check_mode = check_mode
        self._explain = explain
        self._reader = ClusterReader(settings, self._warn)
        self._result = Result()
        # whether the snapshot holds only the task's own containers and the nodes that they are on
        self._partial = False

    @property
    def warnings(self) -> t.Tuple[str, ...]:
        """All warnings so far; those of a task that fails as well."""
        return tuple(self._result.warnings)

    def run(self) -> Result:
        """
        :raises PlacementError: a container fits nowhere; in the first round nothing has been changed
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
        with self._reader:
            snapshot = self._look_for_members()
            self._wanted = by_name(self._wanted, snapshot)
            surveyor = Surveyor(self._wanted, self._reader.pool, self._check_mode)
            open_members: t.Sequence[Member] = self._wanted.members()
            for number in range(_ROUNDS):
                plan, snapshot = self._plan(snapshot, surveyor, open_members)
                if self._check_mode:
                    self._tell(plan)
                    return self._result
                outcomes = self._carry_out(plan, snapshot)
                open_members = self._again(outcomes)
                reasons = [f"{outcome.plan.member.name}: {outcome.again}" for outcome in outcomes if outcome.again]
                if not open_members:
                    return self._result
                self._pause(number)
                snapshot = self._read(Needs(images=self._needs_images()))
        raise OperationError(
            f"gave up after {_ROUNDS} rounds, as other operators are at the same containers, or have left some: "
            + some_of(reasons),
            self._result.actions,
        )

    # reading

    def _look_for_members(self) -> Snapshot:
        """The cluster as far as a task needs it that finds its containers: they, wherever they are, and their nodes.

        A plan that takes more than that asks for the whole.
        """
        names = name_filters(self._wanted)
        if names is None or self._explain or self._wanted.config.dependencies():
            return self._read(Needs(images=self._needs_images()))
        snapshot = self._reader.read(Needs(lists=names))
        members = self._wanted.members()
        self._partial = all(snapshot.find(member.name) for member in members)
        if not self._partial:
            return self._read(Needs(images=self._needs_images()))
        homes = {node.address for member in members for node, _container in snapshot.find(member.name)}
        return self._reader.read_again(snapshot, homes, Needs(images=self._needs_images()))

    def _read(self, needs: Needs) -> Snapshot:
        self._partial = False
        return self._reader.read(needs)

    def _warn(self, warnings: t.Iterable[str]) -> None:
        self._result.warnings += [each for each in warnings if each not in self._result.warnings]

    def _needs_images(self) -> bool:
        return self._wanted.pull == "never" or any(each.key == "image" for each in self._wanted.affinities)

    def _plan(self, snapshot: Snapshot, surveyor: Surveyor, members: t.Sequence[Member]) -> t.Tuple[Plan, Snapshot]:
        """A plan and the snapshot that it was made from.

        Lists of containers tell what our own containers hold, so a plan over them is tried first. The nodes that it
        takes room of are then looked at closely, and the plan is made again: containers of others hold what no list
        says, and one that was updated in place holds something else than its labels say. Where no place is found,
        every node is looked at closely.
        """
        snapshot = self._when_replaced(snapshot, members)
        survey = surveyor.survey(snapshot, members)
        self._note(survey.actions)
        if not self._wanted.absent:
            check_dependencies(self._wanted, snapshot)
        planner = Planner(self._wanted_on(snapshot), self._scheduler, self._explain)
        looked_at: t.Set[str] = set()
        missing = any(member.name not in survey.existing for member in members)
        if missing and self._holds_something() and any(node.has_foreign for node in snapshot.healthy):
            snapshot = self._read(Needs(images=self._needs_images(), foreign=True))
            if not self._reserves():
                looked_at = {node.address for node in snapshot.nodes}
        everything = False
        while True:
            try:
                plan = planner.plan(snapshot.nodes, survey, members)
            except PlacementError as error:
                if self._partial:
                    snapshot = self._read(Needs(images=self._needs_images()))
                    continue
                if everything or not is_about_room(error):
                    raise self._after_changes(error) from error
                everything, snapshot = True, self._read(Needs(images=self._needs_images(), exact=True))
                continue
            if self._partial and not stays_at_home(plan):
                snapshot = self._read(Needs(images=self._needs_images()))
                continue
            taken = self._nodes_to_look_at(plan) - looked_at
            if everything or not taken:
                return self._settle_pulls(plan), snapshot
            snapshot = self._look_closely(snapshot, taken)
            looked_at |= taken

    def _when_replaced(self, snapshot: Snapshot, members: t.Sequence[Member]) -> Snapshot:
        """The cluster as it is when no member is half replaced by another run.

        :raises ClusterError: one stays so: that run was cut off
        """
        deadline = time.monotonic() + _REPLACING
        while True:
            half = find_half_replaced(members, snapshot)
            if not half:
                return snapshot
            if time.monotonic() >= deadline:
                raise ClusterError(half)
            time.sleep(_REPLACING / 40)
            snapshot = self._read(Needs(images=self._needs_images()))

    def _nodes_to_look_at(self, plan: Plan) -> t.Set[str]:
        """Nodes of which the plan takes something that a list of their containers does not tell for certain."""
        if not self._holds_something():
            return set()
        taken = [member.node for member in plan.members if member.takes_room]
        return {node.address for node in taken if self._reserves() or node.has_foreign}

    def _look_closely(self, snapshot: Snapshot, addresses: t.AbstractSet[str]) -> Snapshot:
        """The same snapshot, with the nodes at ``addresses`` read again to the byte."""
        return self._reader.read_again(snapshot, addresses, Needs(images=self._needs_images(), exact=True))

    def _after_changes(self, error: PlacementError) -> PlacementError:
        """The same error, with what was done in earlier rounds."""
        if not self._result.actions:
            return error
        made = [action["container"] for action in self._result.actions if action["action"] == "create"]
        kept = [name for name in made if name in self._result.after]
        note = f"\ncreated before that, and kept: {', '.join(kept[:5])}" + (
            f" and {len(kept) - 5} more" if len(kept) > 5 else ""
        )
        return PlacementError(error.message + (note if kept else ""), error.placements, self._result.actions)

    def _holds_something(self) -> bool:
        return bool(self._wanted.config.host_ports()) or self._reserves() or self._scheduler.weighs_reservations

    def _reserves(self) -> bool:
        reservation = self._wanted.config.reservation()
        return bool(reservation.memory or reservation.cpus)

    def _wanted_on(self, snapshot: Snapshot) -> Wanted:
        """The wish, less the nodes that lack the image where it must not be pulled."""
        wanted, image = self._wanted, self._wanted.config.image
        if wanted.pull != "never" or not image:
            return wanted
        lacking = {
            node.address: f"the image {image} is not there, and pull is never"
            for node in snapshot.healthy
            if not node.has_image(image)
        }
        return replace(
            wanted,
            avoid={member.name: {**lacking, **wanted.avoid.get(member.name, {})} for member in wanted.members()},
        )

    def _settle_pulls(self, plan: Plan) -> Plan:
        """Leave out the pulls that would do nothing, so that the plan of a check is the plan of the run."""
        pulls = plan.pulls

        def is_idle(step: PullImage) -> bool:
            try:
                if self._reader.pool.get(step.node.address).inspect_image(step.image) is None:
                    return False
            except EngineUnreachableError:
                # it answered a moment ago; the pull itself will tell, and the next candidate is taken
                return False
            return step.only_missing or (self._check_mode and not self._wanted.pull_check_mode_always)

        with ThreadPoolExecutor(max_workers=_WORKERS) as executor:
            idle = {address for address, answer in zip(pulls, executor.map(is_idle, pulls.values())) if answer}
        members = (replace(member, pull=None) if member.node.address in idle else member for member in plan.members)
        return Plan(plan.removals, tuple(members))

    # doing

    def _carry_out(self, plan: Plan, snapshot: Snapshot) -> t.List[Outcome]:
        known = {container.id for node in snapshot.nodes for container in node.containers}
        needs, reader = self._confirming(plan), self._reader
        outcomes = carry_out(plan, reader.pool, self._scheduler, known, lambda: reader.take(needs), reader.look_closely)
        for outcome in outcomes:
            self._note(as_if_undone(outcome) if outcome.again else outcome.work.actions)
            self._warn(outcome.left)
        self._note_differences([outcome.plan for outcome in outcomes if not outcome.again and outcome.error is None])
        errors = [f"{outcome.plan.member.name}: {outcome.error}" for outcome in outcomes if outcome.error is not None]
        if errors:
            untried = [f"{outcome.plan.member.name} was not tried again" for outcome in outcomes if outcome.again]
            raise OperationError(some_of(errors + untried), self._result.actions)
        self._collect(outcomes)
        return outcomes

    def _confirming(self, plan: Plan) -> Needs:
        """What a claim is confirmed by: everybody who has its name, on every node; and all that stands on its node.

        Where memory or cpus are claimed, the node must be known to the byte.
        """
        claimed = frozenset(member.node.address for member in plan.members if member.prepare)
        return Needs(
            foreign=self._holds_something(),
            exact_on=claimed if self._reserves() else frozenset(),
            lists=name_filters(self._wanted),
            whole_on=claimed,
        )

    def _again(self, outcomes: t.Sequence[Outcome]) -> t.List[Member]:
        """The members that need another round; nodes that failed them are left out of it.

        :raises OperationError: a member has failed on as many nodes as ``createretry`` allows
        """
        again = [outcome for outcome in outcomes if outcome.again or outcome.plan.kind == "resume"]
        avoid = {name: dict(nodes) for name, nodes in self._wanted.avoid.items()}
        for outcome in again:
            name = outcome.plan.member.name
            if outcome.failed_on:
                avoid.setdefault(name, {}).update(outcome.failed_on)
                self._result.warnings.append(f"{name} could not be created on {outcome.again}")
            if len(avoid.get(name, {})) > self._wanted.createretry:
                raise OperationError(
                    f"{name} failed on {len(avoid[name])} nodes (createretry is {self._wanted.createretry}); "
                    f"the last one, {outcome.again}",
                    self._result.actions,
                )
        self._wanted = replace(self._wanted, avoid=avoid)
        return [outcome.plan.member for outcome in again]

    def _pause(self, number: int) -> None:
        """Wait a moment that another operator does not wait too."""
        time.sleep(random.uniform(0, 0.1 * 2 ** min(number, 5)))

    # telling

    def _note(self, actions: t.Iterable[Action]) -> None:
        for action in actions:
            self._result.actions.append(action)
            self._result.changed = self._result.changed or bool(action.get("changed", True))

    def _tell(self, plan: Plan) -> None:
        """What a check says: the plan's steps as the run would note them, and what is there now."""
        self._note({**step.describe(), "changed": True} for step in plan.pulls.values())
        told = [member for planned in plan.all for member in (planned, planned.then) if member is not None]
        for member in told:
            self._note(step.describe() for step in member.prepare + member.finish if step.changes)
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
            if plan.before or plan.after:
                self._result.before.setdefault(plan.member.name, {}).update(plan.before)
                self._result.after.setdefault(plan.member.name, {}).update(plan.after)

    def _collect(self, outcomes: t.Iterable[Outcome]) -> None:
        done = [outcome for outcome in outcomes if not outcome.again and outcome.plan.kind not in ("remove", "resume")]
        with ThreadPoolExecutor(max_workers=_WORKERS) as executor:
            self._result.members += executor.map(self._look, done)
        order = {member.name: index for index, member in enumerate(self._wanted.members())}
        self._result.members.sort(key=lambda result: order[result.member.name])

    def _look(self, outcome: Outcome) -> MemberResult:
        existing = outcome.plan.existing
        removes_itself = self._wanted.auto_remove or (
            outcome.plan.kind == "keep" and existing is not None and existing.auto_remove
        )
        return look_at_the_end(outcome, self._reader.pool, removes_itself)


def some_of(sentences: t.Sequence[str]) -> str:
    """The first five, and how many there are besides."""
    return "; ".join(sentences[:5]) + (f"; and {len(sentences) - 5} more" if len(sentences) > 5 else "")


def by_name(wanted: Wanted, snapshot: Snapshot) -> Wanted:
    """The task with the name of its container, where the ID of one that exists was given in its place."""
    place = locate(snapshot, wanted.name) if wanted.count is None else None
    return wanted if place is None else replace(wanted, name=place[1].name, identity=place[1].id)


def as_if_undone(outcome: Outcome) -> t.List[Action]:
    """The actions of a claim that was taken back: they changed nothing, except that an image may have come."""
    return [
        action if action["action"] == PullImage.verb else {**action, "changed": False}
        for action in outcome.work.actions
    ]


def look_at_the_end(outcome: Outcome, pool: EnginePool, removes_itself: bool) -> MemberResult:
    """The container as it is now.

    :param removes_itself: whether the engine removes it when it ends, which may be before anybody looks
    :raises EngineError: it cannot be looked at; what was done to it is done
    """
    plan, work = outcome.plan, outcome.work
    inspect, container = work.inspect, work.ids.get("container")
    if work.status is None and container is not None:
        try:
            inspect = pool.get(plan.node.address).inspect_container(container)
        except EngineNotFoundError as error:
            if not removes_itself:
                removed = "and was removed there before this task ended; if it was not meant to go, a further run"
                raise _after_all(outcome, f"{removed} creates it again: {error}") from error
        except EngineUnreachableError as error:
            raise _after_all(outcome, f"which stopped answering after that: {error}") from error
        except EngineError as error:
            raise _after_all(outcome, f"and cannot be looked at after that: {error}") from error
    return MemberResult(
        plan.member,
        plan.node,
        with_node(inspect, plan.node) if inspect is not None else None,
        plan.placement,
        work.output,
        work.status,
    )


def _after_all(outcome: Outcome, words: str) -> EngineError:
    node = outcome.plan.node
    return EngineError(node.address, f"{outcome.plan.member.name} was as wanted on {node.name}, {words}")


def with_node(inspect: t.Mapping[str, t.Any], node: Node) -> t.Dict[str, t.Any]:
    """An inspect reply with ``Node`` beside it, as the original's ``docker inspect`` had it."""
    host = node.address.rpartition(":")[0].strip("[]")
    return {
        **inspect,
        "Node": {
            "ID": node.id,
            "Name": node.name,
            "Addr": node.address,
            "IP": host,
            "Cpus": node.cpus,
            "Memory": node.memory,
            "Labels": dict(node.labels),
        },
    }


def stays_at_home(plan: Plan) -> bool:
    """Whether a plan needs no knowledge of other nodes than those that its containers are on."""
    return all(member.kind in ("keep", "recreate") and not member.warnings for member in plan.members)


def is_about_room(error: PlacementError) -> bool:
    """Whether a node was refused for what it has left: labels may be behind what the engine was told since.

    The members of a task ask for the same, so a few of them tell.
    """
    return any(
        refusal.filter in ("resources", "port")
        for placement in error.placements[:_ASKED_ABOUT_ROOM]
        for refusal in placement.refusals_by_reason()
    )
