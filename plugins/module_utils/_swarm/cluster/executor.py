# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan becomes real: claims are made side by side, confirmed, and finished; what fails is taken back."""

from __future__ import annotations

import typing as t
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from ..engine.pool import EnginePool
from ..errors import (
    EngineConflictError,
    EngineError,
    EngineNotFoundError,
    EngineResponseError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)
from ..model.node import Node
from ..scheduler.scheduler import Scheduler
from .claims import Claim, ClaimsCourt, taken_from_update
from .operations import Operation, PullImage, StartContainer, UpdateContainer, Work, execute_all, take_back
from .planning.planner import MemberPlan, Plan
from .snapshot import Snapshot

#: Containers worked on side by side. An engine serialises much of a create by itself, so more threads gain nothing.
_WORKERS = 32


@dataclass
class Outcome:
    """What became of one container's plan.

    :ivar error: why it failed for good
    :ivar again: why it has to be planned again
    :ivar failed_on: address and reason of a node that must not be taken again
    :ivar left: sentences about what may be left on an engine that stopped answering; for people to look after
    """

    plan: MemberPlan
    work: Work
    error: t.Optional[SwarmError] = None
    again: str = ""
    failed_on: t.Mapping[str, str] = field(default_factory=dict)
    left: t.List[str] = field(default_factory=list)


Finish = t.Callable[[Outcome], None]


def carry_out(
    plan: Plan,
    pool: EnginePool,
    scheduler: Scheduler,
    known: t.AbstractSet[str],
    read: t.Callable[[], Snapshot],
    look: t.Callable[[Node], Node],
) -> t.List[Outcome]:
    """Carry a plan out; every container's outcome, in the plan's order. Errors are in the outcomes.

    :param known: IDs of the containers in the snapshot that the plan was made from
    :param read: takes a fresh snapshot, to confirm what was claimed
    :param look: reads one node again to the byte, to confirm what was updated in place
    """

    def finish(outcome: Outcome) -> None:
        _finish(outcome, lambda: taken_from_update(scheduler, outcome.plan, known, look))

    outcomes = {id(member): Outcome(member, _work(member, pool)) for member in plan.all}
    with ThreadPoolExecutor(max_workers=_WORKERS) as executor:
        list(executor.map(finish, [outcomes[id(removal)] for removal in plan.removals]))
        members = [outcomes[id(member)] for member in plan.members]
        _pull(executor, plan, pool, members)
        list(executor.map(_prepare, members))
        finishing = [executor.submit(finish, outcome) for outcome in members if not outcome.plan.prepare]
        claimed = {
            outcome.work.ids["container"]: outcome
            for outcome in members
            if outcome.plan.prepare and not outcome.again and outcome.error is None
        }
        finishing += _confirm(executor, claimed, scheduler, known, read, finish)
        for future in finishing:
            future.result()
    return list(outcomes.values())


def _work(plan: MemberPlan, pool: EnginePool) -> Work:
    def client_of(node: Node) -> t.Any:
        return pool.get(node.address)

    work = Work(client_of)
    if plan.existing is not None:
        work.ids["former" if plan.prepare else "container"] = plan.existing.id
    return work


def _pull(executor: ThreadPoolExecutor, plan: Plan, pool: EnginePool, members: t.Sequence[Outcome]) -> None:
    """Bring the image to every node that needs it; a node that cannot have it gives its members up."""

    def pull(step: PullImage) -> t.Tuple[Work, t.Optional[SwarmError]]:
        work = Work(lambda node: pool.get(node.address))
        try:
            step.execute(work)
        except SwarmError as error:
            return work, error
        return work, None

    pulls = plan.pulls
    results = dict(zip(pulls, executor.map(pull, pulls.values())))
    for outcome in members:
        if outcome.plan.pull is None:
            continue
        work, error = results[outcome.plan.node.address]
        outcome.work.actions += work.actions
        work.actions = []
        if error is not None:
            _give_up(outcome, error)


def _prepare(outcome: Outcome) -> None:
    """Create. Whatever fails here has harmed nobody."""
    if not outcome.plan.prepare or outcome.again or outcome.error is not None:
        return
    try:
        execute_all(outcome.plan.prepare, outcome.work)
    except SwarmError as error:
        _note_unanswered(outcome, error)
        _give_up(outcome, error)


def _note_unanswered(outcome: Outcome, error: SwarmError) -> None:
    """A create without an answer may have been done."""
    plan = outcome.plan
    if isinstance(error, EngineUnreachableError) and error.arrived and "container" not in outcome.work.ids:
        outcome.left.append(
            f"{plan.prepare[0].name} may have been created on {plan.node.name}, which stopped answering ({error}); "
            "look for it there when the engine is back"
        )


def _confirm(
    executor: ThreadPoolExecutor,
    claimed: t.Mapping[str, Outcome],
    scheduler: Scheduler,
    known: t.AbstractSet[str],
    read: t.Callable[[], Snapshot],
    finish: Finish,
) -> t.List[Future[None]]:
    """Start finishing each claim as soon as it is kept; withdraw it as soon as it is lost."""
    finishing: t.List[Future[None]] = []
    undecided = dict(claimed)
    court = ClaimsCourt(scheduler, known, [Claim(outcome.plan, key) for key, outcome in claimed.items()])
    # threads of their own: others wait for what is taken back, and an engine that hangs takes its whole time-out for it
    with ThreadPoolExecutor(max_workers=_WORKERS) as taking_back:
        try:
            for decision in court.decide(read):
                outcome = undecided.pop(decision.claim.id)
                if decision.reason:
                    outcome.again = decision.reason
                    taking_back.submit(_take_back, outcome)
                else:
                    finishing.append(executor.submit(finish, outcome))
        except SwarmError as error:
            # the cluster could not be read again: what nobody confirmed must not stay
            for outcome in undecided.values():
                outcome.error = error
                taking_back.submit(_take_back, outcome)
    return finishing


def _finish(outcome: Outcome, taken: t.Callable[[], str]) -> None:
    """:param taken: what others took of the node while the container was updated; empty where nothing"""
    plan, work = outcome.plan, outcome.work
    lost: t.Set[str] = set()
    for operation in plan.finish:
        if operation.role in lost:
            continue
        try:
            operation.execute(work)
            if isinstance(operation, UpdateContainer) and operation.takes_room:
                reason = taken()
                if reason:
                    _put_values_back(outcome, operation, reason)
                    return
        except SwarmError as error:
            if plan.kind == "relocate" and operation.role == "former" and isinstance(error, EngineUnreachableError):
                # the new copy serves already: it must not go for an old one that nobody reaches
                _leave_former(outcome, error)
                lost.add("former")
                continue
            _undo(outcome, operation, error)
            return


def _put_values_back(outcome: Outcome, update: UpdateContainer, reason: str) -> None:
    """Others have the room that the update took: the container gets its former values, and is planned again."""
    work, name = outcome.work, update.name
    if update.former is None:
        outcome.error = OperationError(
            f"{name} was updated on {update.node.name}, and then: {reason}. The engine cannot take a limit away again, "
            "so its former values could not be put back; the node is overfilled until a container is lowered or moved"
        )
        return
    work.client_of(update.node).update_container(work.ids["container"], update.former)
    work.actions.append({"action": "put back", "container": name, "node": update.node.name})
    outcome.again = reason


def _leave_former(outcome: Outcome, error: EngineUnreachableError) -> None:
    plan, former = outcome.plan, outcome.work.ids.pop("former")
    there = plan.existing.node.name if plan.existing else error.address
    outcome.left.append(
        f"{plan.member.name} is on {plan.node.name} now; the former one ({former[:12]}) may be left on {there}, which "
        f"stopped answering ({error}); remove it there when the engine is back, or the name is in the cluster twice"
    )


def _undo(outcome: Outcome, failed: Operation, error: SwarmError) -> None:
    """A step behind the claim failed: put back what was, as far as it had not been replaced for good."""
    plan, work = outcome.plan, outcome.work
    if plan.kind == "create" and isinstance(failed, StartContainer):
        _give_up(outcome, error)
    elif plan.kind in ("recreate", "relocate") and "former" in work.ids:
        outcome.error = error
        _take_back(outcome)
        _restore(outcome)
    elif plan.kind == "keep" and isinstance(error, EngineNotFoundError):
        outcome.again = f"{plan.member.name} is not on {plan.node.name} any more"
    else:
        outcome.error = error


def _give_up(outcome: Outcome, error: SwarmError) -> None:
    """A container could not be created or started: take it back, and say whether another node may do better."""
    plan = outcome.plan
    _take_back(outcome)
    if outcome.error is not None:
        return
    if isinstance(error, EngineConflictError) and "container" not in outcome.work.ids:
        outcome.again = f"{plan.node.name}: {error}"
    elif plan.kind == "create" and is_of_the_node(error):
        outcome.again = f"{plan.node.name}: {error}"
        outcome.failed_on = {plan.node.address: str(error)}
    else:
        outcome.error = error


def is_of_the_node(error: SwarmError) -> bool:
    """Whether another node may succeed where this one failed.

    400 is the engine's word for a request that is wrong in itself, the container's own command included; everything
    else (no answer, no room, a port taken, a device, network or image that is not there) is the node's.
    """
    if isinstance(error, EngineResponseError):
        return error.status != 400
    return isinstance(error, EngineError)


def _take_back(outcome: Outcome) -> None:
    plan = outcome.plan
    name = plan.prepare[0].name if plan.prepare else plan.member.name
    try:
        take_back(plan.node, name, outcome.work)
    except EngineUnreachableError as error:
        outcome.left.append(str(error))
    except OperationError as error:
        outcome.error = error if outcome.error is None else OperationError(f"{outcome.error}; and {error}")


def _restore(outcome: Outcome) -> None:
    """Give the former container its name back and start it, if it ran."""
    existing, work = outcome.plan.existing, outcome.work
    if existing is None:
        return
    name, former = outcome.plan.member.name, work.ids["former"]
    client = work.client_of(existing.node)
    try:
        inspect = client.inspect_container(former)
        if str(inspect.get("Name", "")).lstrip("/") != name:
            client.rename_container(former, name)
        if existing.running and not (inspect.get("State") or {}).get("Running"):
            client.start_container(former)
    except EngineNotFoundError:
        # made with auto_remove: the engine removed it when it was stopped
        return
    except SwarmError as error:
        outcome.error = OperationError(
            f"{outcome.error}; and the former {name} ({former[:12]} on {existing.node.name}) could not be put back: "
            f"{error}",
            work.actions,
        )
        return
    work.actions.append({"action": "put back", "container": name, "node": existing.node.name})
