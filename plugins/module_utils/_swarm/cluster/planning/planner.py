# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From what is wanted and what is there to a list of steps. Pure: nothing is asked and nothing is changed here."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ...container.difference import Difference
from ...engine.fields import Fields
from ...engine.inspection import inspected_reservation
from ...errors import ClusterError
from ...model.node import Node
from ...model.request import Request
from ...model.resources import Reservation
from ...scheduler.placement import Placement, PlacementError, Verdict
from ...scheduler.scheduler import Scheduler
from ...scheduler.state.cluster import ClusterState
from ..operations import (
    ConnectNetwork,
    CreateContainer,
    DisconnectNetwork,
    KillContainer,
    Operation,
    PauseContainer,
    PullImage,
    RemoveContainer,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    UpdateContainer,
    WaitEnd,
    WaitHealthy,
    ids_by_name,
)
from ..survey import MOVING, NEW, OLD, Existing, Survey
from ..wanted import Member, Wanted

#: Filters that say where a container may be, as against what a node has room for.
_WHERE = ("affinity", "constraint", "whitelist")


@dataclass(frozen=True)
class MemberPlan:
    """What happens to one container of the task.

    :ivar kind: create, recreate, relocate, keep (with or without changes in place), remove, or resume (a name is put
        right after a run that was cut off; the member has to be planned again)
    :ivar pull: brings the image to the node; one pull serves every member that goes there
    :ivar prepare: the step that takes a place on the node. It harms nobody and can be taken back
    :ivar finish: the steps behind them, once the place is confirmed
    :ivar then: what is done once a name has been put right, as a check foresees it; a run plans it anew by then
    """

    member: Member
    node: Node
    kind: str
    pull: t.Optional[PullImage] = None
    prepare: t.Tuple[Operation, ...] = ()
    finish: t.Tuple[Operation, ...] = ()
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
        """Every step, in order."""
        return ((self.pull,) if self.pull else ()) + self.prepare + self.finish

    @property
    def changes(self) -> bool:
        """Whether any step changes something."""
        return any(operation.changes for operation in self.operations)

    @property
    def takes_room(self) -> bool:
        """Whether it takes ports, memory or cpus of its node that it does not hold yet."""
        return bool(self.prepare) or any(isinstance(operation, UpdateContainer) for operation in self.finish)


@dataclass(frozen=True)
class Plan:
    """What happens to every container of the task. Removals come first: they make room."""

    removals: t.Tuple[MemberPlan, ...]
    members: t.Tuple[MemberPlan, ...]

    @property
    def pulls(self) -> t.Dict[str, PullImage]:
        """The pulls of all members, one for each node, by its address."""
        return {member.node.address: member.pull for member in self.members if member.pull is not None}

    @property
    def all(self) -> t.Tuple[MemberPlan, ...]:
        """Removals and members."""
        return self.removals + self.members


class Planner:
    """Makes the plan of one task over one survey."""

    def __init__(self, wanted: Wanted, scheduler: Scheduler, explain: bool = False) -> None:
        self._wanted = wanted
        self._scheduler = scheduler
        self._explain = explain

    def plan(self, nodes: t.Sequence[Node], survey: Survey, members: t.Sequence[Member]) -> Plan:
        """Members are placed one after another, as if each were a task of its own.

        :raises PlacementError: a member fits nowhere; nothing has been changed
        """
        removals = [self._remove(existing) for existing in survey.surplus]
        if self._wanted.absent:
            removals += [self._remove(found) for found in survey.existing.values()]
            return Plan(tuple(removals), ())
        state = ClusterState.from_nodes(nodes)
        for removal in removals:
            if removal.existing is not None:
                state.take_out(removal.existing.id)
        plans: t.List[MemberPlan] = []
        refused: t.List[Placement] = []
        for member in members:
            try:
                plans.append(self._plan_member(state, survey, member))
            except PlacementError as error:
                refused.extend(error.placements)
        if refused:
            raise PlacementError(refusal(refused, len(members)), refused)
        return Plan(tuple(removals), tuple(plans))

    def _plan_member(self, state: ClusterState, survey: Survey, member: Member) -> MemberPlan:
        existing = survey.existing.get(member.name)
        if existing is not None:
            return self._keep(state, existing)
        if member.name in survey.unfinished:
            return self._resume(state, member, survey.unfinished[member.name])
        return self._create(state, member)

    # one container

    def _create(self, state: ClusterState, member: Member) -> MemberPlan:
        wanted = self._wanted
        if not wanted.config.image:
            raise ClusterError(f"there is no container '{member.name}' yet; to create it, set image")
        request = wanted.request(member)
        placement = self._place(state, request)
        node = _chosen(placement)
        after: t.Dict[str, t.Any] = {"exists": True, "node": node.name, "image": wanted.config.image}
        if wanted.runs:
            after["running"] = True
        if wanted.paused:
            after["paused"] = True
        return MemberPlan(
            member,
            node,
            "create",
            pull=self._pull(node, member),
            prepare=self._make(node, member, member.name),
            finish=tuple(self._first_start(node, member)),
            request=request,
            placement=placement,
            before={"exists": False},
            after=after,
        )

    def _keep(self, state: ClusterState, existing: Existing) -> MemberPlan:
        wanted, member = self._wanted, existing.member
        request = wanted.request(member, replaces=existing.id)
        differences = wanted.config.differences(
            existing.inspect,
            image=existing.comparison_image,
            container_image=existing.own_image,
            host_info=existing.host_info,
            api_version=existing.api_version,
            default_host_ip=existing.default_host_ip,
            containers=ids_by_name(existing.node),
        ) + wanted.config.image_differences(existing.inspect, existing.image)
        self._refuse_image_labels(existing)
        anew = wanted.recreate or any(not difference.updatable for difference in differences)
        verdicts = self._scheduler.judge(state, request, existing.node.address)
        misplaced = [verdict for verdict in verdicts if verdict.filter in _WHERE]
        no_room = [verdict for verdict in verdicts if verdict.filter not in _WHERE]
        needs_room = anew or any(difference.updatable for difference in differences)
        if wanted.relocate == "when_needed" and (misplaced or (needs_room and no_room)):
            return self._relocate(state, existing, request, differences, verdicts)
        if needs_room and no_room:
            placement = Placement(request, self._scheduler.strategy_name, None, (), tuple(verdicts), 1)
            raise PlacementError(refusal([placement], 1), [placement])
        placement = self._stay(state, existing, request)
        warnings = tuple(stays(existing, verdict) for verdict in misplaced)
        plan = self._recreate(existing, request, differences) if anew else self._change(existing, request, differences)
        if needs_room:
            state.take_out(existing.id)
            state.add_request(existing.node.address, request)
        return replace(plan, warnings=warnings, placement=placement)

    def _refuse_image_labels(self, existing: Existing) -> None:
        labels = self._wanted.config.mismatching_image_labels(existing.comparison_image)
        if labels:
            raise ClusterError(
                f"{existing.member.name}: the image has labels that the task does not set, and image_label_mismatch is "
                f"fail: {', '.join(labels)}"
            )

    def _change(self, existing: Existing, request: Request, differences: t.Tuple[Difference, ...]) -> MemberPlan:
        """Steps on a container that stays the same container."""
        wanted, member, node = self._wanted, existing.member, existing.node
        steps: t.List[Operation] = []
        before, after = _compared(differences)
        if differences:
            steps.append(update_of(existing, wanted.config.update_body(differences), request.reservation))
        steps += self._networks(existing, before, after)
        running, paused = existing.running, existing.paused
        if wanted.runs and not running:
            before["running"], after["running"] = False, True
            steps += self._start(node, member)
            running = True
        elif wanted.runs and wanted.restart:
            before["restarted"], after["restarted"] = False, True
            steps.append(RestartContainer(node, member.name, timeout=wanted.stop_timeout))
            paused = False
        elif wanted.state == "stopped" and running:
            before["running"], after["running"] = True, False
            steps.append(self._stop(node, member.name))
        if wanted.runs and wanted.paused is not None and paused != wanted.paused:
            before["paused"], after["paused"] = paused, wanted.paused
            steps.append((PauseContainer if wanted.paused else UnpauseContainer)(node, member.name))
        if wanted.state == "healthy":
            steps.append(WaitHealthy(node, member.name, timeout=wanted.healthy_wait_timeout))
        return MemberPlan(
            member,
            node,
            "keep",
            finish=tuple(steps),
            request=request,
            existing=existing,
            differences=differences,
            before=before,
            after=after,
        )

    def _recreate(self, existing: Existing, request: Request, differences: t.Tuple[Difference, ...]) -> MemberPlan:
        """A new container takes the name of the old one; the old one goes only when the new one has started.

        The new one is created first, because the engine then refuses what it cannot take while the old one still runs.
        """
        member, node = existing.member, existing.node
        before, after = _compared(differences)
        if self._wanted.recreate:
            before["recreated"], after["recreated"] = False, True
        if existing.running != self._wanted.runs:
            before["running"], after["running"] = existing.running, self._wanted.runs
        swap: t.List[Operation] = [
            RenameContainer(node, member.name, role="former", to=member.name + OLD),
            RenameContainer(node, member.name + NEW, to=member.name),
        ]
        if existing.running:
            swap.append(self._stop(node, member.name + OLD, role="former"))
        return MemberPlan(
            member,
            node,
            "recreate",
            prepare=self._make(node, member, member.name + NEW, image_of(existing)),
            finish=(*swap, *self._first_start(node, member), self._drop(node, member.name + OLD, "former")),
            request=request,
            existing=existing,
            differences=differences,
            before=before,
            after=after,
        )

    def _relocate(
        self,
        state: ClusterState,
        existing: Existing,
        request: Request,
        differences: t.Tuple[Difference, ...],
        verdicts: t.Sequence[Verdict],
    ) -> MemberPlan:
        """A new copy on another node; the old one goes only when the new one is healthy."""
        member = existing.member
        placement = self._place(state, request)
        node = _chosen(placement)
        state.take_out(existing.id)
        before, after = _compared(differences)
        before["node"], after["node"] = existing.node.name, node.name
        old: t.List[Operation] = []
        if existing.running:
            old.append(self._stop(existing.node, member.name, role="former"))
        old.append(self._drop(existing.node, member.name, "former"))
        finish: t.List[Operation] = []
        if self._wanted.runs:
            finish.append(StartContainer(node, member.name + MOVING))
            finish.append(WaitHealthy(node, member.name + MOVING, timeout=self._wanted.healthy_wait_timeout))
        finish += old
        finish.append(RenameContainer(node, member.name + MOVING, to=member.name))
        if self._wanted.runs and self._wanted.paused:
            finish.append(PauseContainer(node, member.name))
        return MemberPlan(
            member,
            node,
            "relocate",
            pull=self._pull(node, member),
            prepare=self._make(node, member, member.name + MOVING, image_of(existing)),
            finish=tuple(finish),
            request=request,
            placement=placement,
            existing=existing,
            differences=differences,
            before=before,
            after=after,
            warnings=tuple(
                f"{member.name} moves from {existing.node.name} to {node.name}: {verdict.reason}"
                for verdict in verdicts
            ),
        )

    def _resume(self, state: ClusterState, member: Member, left: Existing) -> MemberPlan:
        """An earlier run was cut off while its container had a name of passage; it gets its name back first."""
        step = RenameContainer(left.node, left.member.name, to=member.name)
        return MemberPlan(
            member,
            left.node,
            "resume",
            finish=(step,),
            existing=left,
            before={"name": left.member.name},
            after={"name": member.name},
            warnings=(
                f"{left.member.name} on {left.node.name} is left from a run that was cut off; "
                f"it gets the name {member.name} again",
            ),
            then=self._keep(state, replace(left, member=member)),
        )

    def _remove(self, existing: Existing) -> MemberPlan:
        node, name = existing.node, existing.member.name
        steps: t.List[Operation] = []
        before: t.Dict[str, t.Any] = {"exists": True, "node": node.name}
        after: t.Dict[str, t.Any] = {"exists": False}
        if existing.running:
            before["running"], after["running"] = True, False
            steps.append(self._stop(node, name))
        steps.append(self._drop(node, name))
        return MemberPlan(
            existing.member, node, "remove", finish=tuple(steps), existing=existing, before=before, after=after
        )

    # placing

    def _place(self, state: ClusterState, request: Request) -> Placement:
        placement = self._scheduler.place(state, request, explain=self._explain)
        if placement.node is None:
            # The message is made once for all members, by ``plan``.
            raise PlacementError(f"no node takes {request.name}", [placement])
        state.add_request(placement.node.address, request)
        return placement

    def _stay(self, state: ClusterState, existing: Existing, request: Request) -> Placement:
        """The placement of a container that stays: other nodes are asked only where somebody wants to read of them."""
        scope = state if self._explain else ClusterState.from_nodes([state.node_at(existing.node.address).node])
        return replace(self._scheduler.place(scope, request, explain=self._explain), node=existing.node)

    # steps

    def _pull(self, node: Node, member: Member) -> t.Optional[PullImage]:
        wanted = self._wanted
        if not wanted.image_is_pulled:
            return None
        return PullImage(
            node,
            member.name,
            image=wanted.config.image or "",
            platform=wanted.config.platform,
            auth=wanted.auth,
            only_missing=wanted.pull != "always",
        )

    def _make(self, node: Node, member: Member, name: str, image: str = "") -> t.Tuple[Operation, ...]:
        wanted = self._wanted
        return (
            CreateContainer(
                node,
                name,
                config=wanted.config,
                image=wanted.config.image or image,
                platform=wanted.config.platform,
                labels=wanted.labels(member),
            ),
        )

    def _first_start(self, node: Node, member: Member) -> t.List[Operation]:
        """What brings a container that was just created to the wanted state."""
        wanted = self._wanted
        if not wanted.runs:
            return []
        steps = self._start(node, member)
        if wanted.paused:
            steps.append(PauseContainer(node, member.name))
        if wanted.state == "healthy":
            steps.append(WaitHealthy(node, member.name, timeout=wanted.healthy_wait_timeout))
        return steps

    def _start(self, node: Node, member: Member) -> t.List[Operation]:
        wanted = self._wanted
        steps: t.List[Operation] = [StartContainer(node, member.name, watched=not wanted.detach)]
        if not wanted.detach:
            steps.append(
                WaitEnd(node, member.name, removes_itself=wanted.auto_remove, timeout=wanted.removal_wait_timeout)
            )
            if wanted.cleanup:
                steps.append(RemoveContainer(node, member.name, volumes=not wanted.keep_volumes, force=True))
        return steps

    def _stop(self, node: Node, name: str, role: str = "container") -> Operation:
        if self._wanted.force_kill:
            return KillContainer(
                node, name, role=role, signal=self._wanted.kill_signal, timeout=self._wanted.stop_timeout
            )
        return StopContainer(node, name, role=role, timeout=self._wanted.stop_timeout)

    def _drop(self, node: Node, name: str, role: str = "container") -> Operation:
        return RemoveContainer(
            node,
            name,
            role=role,
            volumes=not self._wanted.keep_volumes,
            timeout=self._wanted.removal_wait_timeout,
        )

    def _networks(self, existing: Existing, before: t.Dict[str, t.Any], after: t.Dict[str, t.Any]) -> t.List[Operation]:
        changes = self._wanted.config.network_differences(existing.inspect)
        seen = (existing.inspect.get("NetworkSettings") or {}).get("Networks") or {}
        node, name = existing.node, existing.member.name
        steps: t.List[Operation] = []
        for connection in changes.to_reconnect:
            before[f"network.{connection.name}"] = _endpoint(seen, connection.name)
            steps.append(DisconnectNetwork(node, name, network=connection.name))
        for connection in changes.to_reconnect + changes.to_connect:
            before.setdefault(f"network.{connection.name}", None)
            after[f"network.{connection.name}"] = dict(connection.endpoint)
            steps.append(ConnectNetwork(node, name, network=connection.name, endpoint=connection.endpoint))
        for network in changes.to_disconnect:
            before[f"network.{network}"], after[f"network.{network}"] = _endpoint(seen, network), None
            steps.append(DisconnectNetwork(node, name, network=network))
        return steps


#: Keys of an update that decide what a container reserves.
_RESERVING = ("Memory", "MemoryReservation", "NanoCpus", "CpuQuota", "CpuPeriod")


def update_of(existing: Existing, body: t.Mapping[str, t.Any], wanted: Reservation) -> UpdateContainer:
    """The update in place, with what it takes of the node and what would undo it.

    Zero means "as it is" to the engine, so a limit that is set for the first time cannot be taken away again.
    """
    inspection = Fields(existing.node.address, "/containers/json", existing.inspect)
    held = inspected_reservation(inspection, existing.node.cpus)
    host_config = existing.inspect.get("HostConfig") or {}
    former = {key: host_config.get(key) for key in body}
    return UpdateContainer(
        existing.node,
        existing.member.name,
        body=body,
        takes_room=wanted.memory > held.memory or wanted.cpus > held.cpus,
        former=None
        if any(key in _RESERVING and not value for key, value in former.items())
        else {key: value for key, value in former.items() if value},
    )


def _chosen(placement: Placement) -> Node:
    if placement.node is None:
        raise PlacementError(refusal([placement], 1), [placement])
    return placement.node


def _compared(differences: t.Iterable[Difference]) -> t.Tuple[t.Dict[str, t.Any], t.Dict[str, t.Any]]:
    """Before and after, without secrets."""
    masked = [difference.masked() for difference in differences]
    return ({each.option: each.seen for each in masked}, {each.option: each.wanted for each in masked})


def _endpoint(networks: t.Mapping[str, t.Any], name: str) -> t.Dict[str, t.Any]:
    """What a user may set of an endpoint."""
    endpoint = networks.get(name) or {}
    return {key: endpoint.get(key) for key in ("IPAMConfig", "Aliases", "Links", "MacAddress") if endpoint.get(key)}


def image_of(existing: Existing) -> str:
    """The reference that a container was made from, for a task that names no image."""
    return str((existing.inspect.get("Config") or {}).get("Image") or existing.inspect.get("Image") or "")


def stays(existing: Existing, verdict: Verdict) -> str:
    """The warning for a container that stays where it may no longer be."""
    return (
        f"{existing.member.name} stays on {existing.node.name}, which its {verdict.reason} no longer allows "
        f"(there: {verdict.seen}); relocate: when_needed would move it"
    )


def refusal(placements: t.Sequence[Placement], wanted: int) -> str:
    """The sentence and the matrix for requests that fit nowhere."""
    first = placements[0]
    names = ", ".join(placement.request.name for placement in placements[:5])
    more = f" and {len(placements) - 5} more" if len(placements) > 5 else ""
    if len(placements) < wanted:
        more += f" ({len(placements)} of {wanted} containers fit nowhere, and the others were not created either)"
    return f"no node takes {names}{more}: {first.headline()}\n{first.matrix()}"
