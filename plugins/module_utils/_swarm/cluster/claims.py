# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Two operators at once: a created container is a claim on its name, its ports and its room until it is confirmed.

No lock is taken anywhere, so none can be left behind. Everybody creates first (a container that was never started harms
nobody), and reads the cluster after that. Of two creators the later one always sees the earlier one's container. Who
sees that his own claim collides does this:

    the other container                              | mine
    -------------------------------------------------|------------------------------------------------------
    was there before I began, or runs already        | is withdrawn
    is an unstarted claim with a smaller ID           | is withdrawn
    is an unstarted claim with a greater ID           | waits: the other sees mine and withdraws, or has started

Both sides see the same IDs, so they agree on who waits, and nobody waits for somebody who waits for him.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..model.container import Container
from ..model.node import Node
from ..scheduler.scheduler import Scheduler
from ..scheduler.state.cluster import ClusterState
from .clock import Clock
from .operations.base import Place
from .operations.confirm import Confirm, ConfirmClaim
from .snapshot import Snapshot

#: Seconds that a claim waits for one with a greater ID to go or to start, and between two looks.
PATIENCE = 8.0
_POLL = 0.2

#: Filters whose verdict another operator's container can change.
_CONTESTED = ("port", "containerslots", "resources")


@dataclass(frozen=True)
class Claim:
    """A container that was created and not yet confirmed. :ivar step: what it needs of its node"""

    step: ConfirmClaim
    id: str


class Decision(t.NamedTuple):
    """What becomes of a claim: kept where ``reason`` is empty, else withdrawn."""

    claim: Claim
    reason: str


class ClaimJudge:
    """Decides on the claims of one task, those of a batch as they come.

    :param known: IDs of the containers that were there before the task created anything
    :param read: takes a fresh snapshot
    :param planned: by address, the nodes that the claims were planned on: where nothing else has come or changed since,
        there is nothing to decide again
    """

    def __init__(
        self,
        scheduler: Scheduler,
        known: t.AbstractSet[str],
        read: t.Callable[[], Snapshot],
        clock: Clock,
        planned: t.Optional[t.Mapping[str, Node]] = None,
    ) -> None:
        self._planned = planned or {}
        self._claimed: t.Set[str] = set()
        self._scheduler = scheduler
        self._known = known
        self._read = read
        self._clock = clock
        self._withdrawn: t.Set[str] = set()

    def decide(self, claims: t.Iterable[Claim], later: t.Callable[[], t.AbstractSet[str]]) -> t.Iterator[Decision]:
        """Decisions as they are made, for the caller to carry out; a claim that is withdrawn counts as gone at once.

        :param later: gives the IDs of claims of the same task that are decided on another time; they do not count
        :raises SwarmError: the cluster cannot be read; what is not decided by then stays undecided
        """
        undecided = {claim.id: claim for claim in claims}
        self._claimed |= undecided.keys()
        deadline = self._clock.now() + PATIENCE
        while undecided:
            view = _View(self._read(), self._planned)
            patient = self._clock.now() < deadline
            for key in sorted(undecided):
                reason: t.Optional[str] = ""
                if not self._is_alone(undecided[key], view):
                    mine = self._withdrawn | (undecided.keys() - {key}) | later()
                    reason = self._judge(undecided[key], view, mine, patient)
                if reason is None:
                    continue
                claim = undecided.pop(key)
                if reason:
                    self._withdrawn.add(key)
                yield Decision(claim, reason)
            if undecided:
                self._clock.sleep(_POLL)

    def _is_alone(self, claim: Claim, view: _View) -> bool:
        """Whether nobody but this task has come to the claim's name and node, as nearly always."""
        grown = view.grown(claim.step.node.address)
        named = view.named(claim.step.name)
        return (
            not claim.step.replaces
            and grown is not None
            and grown <= self._claimed
            and all(container.id == claim.id for container in named)
        )

    def _judge(self, claim: Claim, view: _View, mine: t.AbstractSet[str], patient: bool) -> t.Optional[str]:
        """Empty to keep, a reason to withdraw, None to look again. :param mine: IDs of our own that do not count"""
        waiting = {
            container.id
            for container in view.named(claim.step.name) + view.on(claim.step.node.address)
            if container.id > claim.id and container.id not in self._known and container.state == "created"
        } - mine
        reason = self._collision(claim, view, mine | waiting)
        if reason or not waiting:
            return reason
        reason = self._collision(claim, view, mine)
        if not reason:
            return ""
        return None if patient else reason

    def _collision(self, claim: Claim, view: _View, without: t.AbstractSet[str]) -> str:
        """What another container holds that the claim needs, in words; empty where nothing."""
        step = claim.step
        if step.unique:
            for node, container in view.places(step.name):
                if container.id != claim.id and container.id not in without:
                    return f"another operator created {step.name} on {node.name}"
        if step.replaces and not any(each.id == step.replaces for each in view.named(step.name)):
            return f"another run replaced or removed {step.name} meanwhile"
        if step.request is None:
            return ""
        here = view.node(step.node.address)
        if here is None or not here.healthy:
            return f"{step.node.name} stopped answering"
        others = {claim.id, *without}
        grown = view.grown(here.address)
        # claims of one task were planned together
        if grown is not None and grown <= others | self._claimed:
            return ""
        return taken_meanwhile(self._scheduler, step, here, others)


def taken_meanwhile(scheduler: Scheduler, step: Confirm, here: Node, without: t.AbstractSet[str]) -> str:
    """What a container needs of ``here`` and others hold, in words; empty where nothing. :param without: IDs that do
    not count, beside that of the container that it replaces"""
    if step.request is None:
        return ""
    gone = {*without, *([step.replaces] if step.replaces else [])}
    others = tuple(container for container in here.containers if container.id not in gone)
    state = ClusterState.from_nodes([replace(here, containers=others)])
    request = replace(step.request, replaces=None, avoid={})
    for verdict in scheduler.judge(state, request, here.address):
        if verdict.filter in _CONTESTED:
            return f"{verdict.reason}: taken on {here.name} meanwhile"
    return ""


def taken_from_update(
    scheduler: Scheduler,
    step: Confirm,
    container: str,
    known: t.AbstractSet[str],
    look: t.Callable[[Place], Node],
    clock: Clock,
) -> str:
    """Whether others took what a container was given by an update in place, in words; empty where it has it.

    An update cannot be claimed beforehand. Who creates reads the node after that, and sees the updated container if it
    was updated first; who updated reads the node after that, and sees what was created first. An unstarted claim is
    given time to be withdrawn, for its owner may have seen the update.

    :param container: ID of the one that was updated
    :param look: reads a node again, to the byte
    """
    deadline = clock.now() + PATIENCE
    while True:
        here = look(step.node)
        if not here.healthy:
            return ""
        claims = {each.id for each in here.containers if each.state == "created" and each.id not in known}
        reason = taken_meanwhile(scheduler, step, here, {container})
        if not reason or clock.now() >= deadline or taken_meanwhile(scheduler, step, here, {container, *claims}):
            return reason
        clock.sleep(_POLL)


def _grown(before: Node, here: Node) -> t.Optional[t.FrozenSet[str]]:
    if not here.healthy or before.labels != here.labels:
        return None
    held = {each.id: (each.running, each.ports, each.reservation) for each in before.containers}
    return frozenset(
        each.id for each in here.containers if held.get(each.id) != (each.running, each.ports, each.reservation)
    )


class _View:
    """A snapshot, indexed for this. :param planned: nodes as they were, by address"""

    def __init__(self, snapshot: Snapshot, planned: t.Mapping[str, Node]) -> None:
        self._planned = planned
        self._grown: t.Dict[str, t.Optional[t.FrozenSet[str]]] = {}
        self._nodes = {node.address: node for node in snapshot.nodes}
        self._by_name: t.Dict[str, t.List[t.Tuple[Node, Container]]] = {}
        for node in snapshot.nodes:
            for container in node.containers:
                self._by_name.setdefault(container.name, []).append((node, container))

    def node(self, address: str) -> t.Optional[Node]:
        return self._nodes.get(address)

    def grown(self, address: str) -> t.Optional[t.FrozenSet[str]]:
        """IDs of what has come to a node since it was planned on, or holds something else; None where that does not
        tell whether there is still room."""
        if address not in self._grown:
            before, here = self._planned.get(address), self._nodes.get(address)
            self._grown[address] = None if before is None or here is None else _grown(before, here)
        return self._grown[address]

    def on(self, address: str) -> t.Tuple[Container, ...]:
        node = self._nodes.get(address)
        return node.containers if node else ()

    def places(self, name: str) -> t.List[t.Tuple[Node, Container]]:
        return self._by_name.get(name, [])

    def named(self, name: str) -> t.Tuple[Container, ...]:
        return tuple(container for _node, container in self.places(name))
