# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How much of the cluster a plan needs to know: it is made from little first, and from more only where that decides.

partial   the task's own containers by name, and the nodes that they are on
whole     the lists of all containers; what our own ones hold is in their labels
foreign   what containers of others hold, too
exact     what every container holds, to the byte: on the nodes that are taken, or on all where none has the room
"""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ..container.config import FALLBACK_HOST_IP
from ..engine.api import images, networks
from ..errors import ClusterError, EngineUnreachableError
from ..model.container import Container
from ..model.labels import is_foreign
from ..model.node import Node
from ..scheduler.placement import Placement, PlacementError
from ..scheduler.scheduler import Scheduler
from ..wire.limits import WORKERS
from .batch import Batch, allows
from .clock import Clock, Deadline
from .names import name_filters
from .operations.image import PullImage
from .planning.knowledge import Knowledge
from .planning.plan import MemberPlan, Plan, Step
from .planning.planner import without_pulls
from .snapshot import Needs, Snapshot
from .survey import find_default_host_ip, find_half_replaced, is_being_replaced, named_networks
from .view import View
from .wanted import Member

#: Seconds in which another run should have replaced a container; stopping the old one takes ten, if need be.
_REPLACING = 20.0

#: Placements whose refusals are read to see what they are about, of each kind of container.
_ASKED_ABOUT_ROOM = 5
#: New containers with reservations whose nodes are looked at closely before they are created, and not only after that.
_LOOKED_AT_FIRST = 20

#: Containers of a task; more are on so many nodes that whole lists are asked for anyway.
_MANY = 100

#: Containers on a node whose list costs no more than two shorter ones.
_FEW = 10

#: Filters whose refusals are about what a node has left.
_ABOUT_ROOM = frozenset(("resources", "port"))

Make = t.Callable[[Snapshot], Plan]
Complete = t.Callable[[], t.Optional[Plan]]


class Observer:
    """Looks at the cluster for one task.

    :param knowledge: what is found out beside snapshots
    :param explain: somebody wants to read what every node has to say
    :param check_mode: nothing will be confirmed
    """

    def __init__(
        self,
        batch: Batch,
        view: View,
        scheduler: Scheduler,
        knowledge: Knowledge,
        clock: Clock,
        *,
        explain: bool = False,
        check_mode: bool = False,
    ) -> None:
        self._check_mode = check_mode
        self._batch = batch
        self._view = view
        self._scheduler = scheduler
        self._knowledge = knowledge
        self._clock = clock
        self._explain = explain
        self._partial = False
        self._doubtful: t.Set[str] = set()

    # what is read first

    def begin(self) -> Snapshot:
        """The cluster as far as a task needs it that finds its containers: they, wherever they are, and their nodes.

        A plan that takes more than that asks for the whole.
        """
        names = name_filters(self._batch)
        dependent = any(entry.wanted.config.dependencies() for entry in self._batch.entries)
        many = sum(entry.wanted.count or 1 for entry in self._batch.entries) > _MANY
        if names is None or many or self._explain or dependent:
            return self.whole()
        snapshot = self._view.usable(Needs(lists=names))
        members = self._batch.members(snapshot.nodes)
        self._partial = all(snapshot.find(member.name) for member in members)
        if not self._partial:
            return self.whole(foreign_on=self._in_question(snapshot))
        homes = {node.address for member in members for node, _container in snapshot.find(member.name)}
        return self._view.closer(snapshot, homes, Needs(images=self._needs_images))

    def whole(self, foreign_on: t.AbstractSet[str] = frozenset()) -> Snapshot:
        """The whole cluster as it is now.

        :param foreign_on: addresses of nodes where what containers of others hold decides
        """
        self._partial = False
        return self._view.usable(Needs(images=self._needs_images, foreign_on=frozenset(foreign_on)))

    def _in_question(self, snapshot: Snapshot) -> t.Set[str]:
        """Nodes that may be taken, as far as constraints go, where containers of others decide which of them is."""
        if not self._weighs_room:
            return set()
        wanted = [entry.wanted for entry in self._batch.entries]
        return {node.address for node in snapshot.healthy if any(allows(each, node) for each in wanted)}

    @property
    def _needs_images(self) -> bool:
        return bool(self._knowledge.lacking) or any(entry.wanted.needs_images for entry in self._batch.entries)

    def settled(self, snapshot: Snapshot, members: t.Sequence[Member]) -> Snapshot:
        """The cluster as it is when no other run is replacing a container of the task.

        :raises ClusterError: one stays half replaced: that run was interrupted
        """
        deadline = Deadline(self._clock, _REPLACING)
        while True:
            half = find_half_replaced(members, snapshot)
            if not half and not is_being_replaced(members, snapshot):
                return snapshot
            if deadline.passed:
                if half:
                    raise ClusterError(half)
                # what is left there was never started; if it is in the way, the plan says so
                return snapshot
            self._clock.sleep(_REPLACING / 40)
            snapshot = self.whole()

    # what a plan hangs on

    def find_plan(self, snapshot: Snapshot, missing: bool, make: Make, complete: Complete) -> t.Tuple[Plan, Snapshot]:
        """A plan and the snapshot that it was made from.

        Lists of containers tell what our own ones hold, so a plan over them is tried first. Of containers of others
        they tell less: where memory or cpus decide, those are inspected on every node that may be taken; where only
        ports do, on the nodes that are taken, and the plan is made again. The nodes that it takes memory or cpus of are
        looked at closely, as containers may have been updated in place since they got their labels. Where no place is
        found, the nodes that have no room left are.

        :param missing: whether a container of the task is not there yet
        :param make: makes the plan from a snapshot
        :param complete: gives the plan that was made last with what has become known of addresses, if it can
        :raises PlacementError: a container fits nowhere
        """
        looked_at: t.Set[str] = set()
        if missing and self._weighs_room:
            foreign = {node.address for node in snapshot.healthy if node.has_foreign} & self._in_question(snapshot)
            if foreign:
                snapshot = self._view.closer(snapshot, foreign, Needs(images=self._needs_images, foreign=True))
        everything = False
        completed: t.Optional[Plan] = None
        while True:
            try:
                plan = completed or make(snapshot)
                completed = None
            except PlacementError as error:
                if self._partial:
                    snapshot = self.whole(self._in_question(snapshot))
                    continue
                full = set() if everything else self._full_nodes(error, snapshot)
                if not full:
                    raise
                everything, snapshot = True, self._closely(snapshot, full)
                continue
            if self._partial and not stays_at_home(plan):
                snapshot = self.whole(self._in_question(snapshot))
                continue
            taken = self._nodes_to_look_at(plan) - looked_at
            ports = set() if taken else self._nodes_that_hide_ports(plan) - looked_at
            if taken and not everything:
                snapshot = self._closely(snapshot, taken)
                looked_at |= taken
            elif ports:
                snapshot = self._view.closer(snapshot, ports, Needs(images=self._needs_images, ports=True))
                looked_at |= ports
            elif self._knowledge.addresses.missing:
                self._ask_for_addresses()
                completed = complete()
            else:
                return plan, snapshot

    def doubt(self, addresses: t.Iterable[str]) -> None:
        """Nodes where a claim was lost for want of room: a further plan that takes them looks at them closely first."""
        self._doubtful.update(addresses)

    def _full_nodes(self, error: PlacementError, snapshot: Snapshot) -> t.Set[str]:
        """Nodes refused for nothing but what they have left, where labels may be behind what was updated since."""
        if not is_about_room(error):
            return set()
        placements = of_each_kind(error.placements, _ASKED_ABOUT_ROOM)
        room = {address for placement in placements for address in placement.refused_only_by(_ABOUT_ROOM)}
        # of containers whose labels say nothing all is known by now
        labelled = {node.address for node in snapshot.healthy if any(is_labelled(each) for each in node.containers)}
        hiding = {node.address for node in snapshot.healthy if node.has_foreign}
        return room & (labelled | hiding)

    @property
    def _holds_something(self) -> bool:
        return self._weighs or any(entry.wanted.holds_something for entry in self._batch.entries)

    @property
    def _weighs(self) -> bool:
        """Whether a ranking hangs on what containers reserve, also for one that reserves nothing."""
        own = [entry.scheduler or self._scheduler for entry in self._batch.entries]
        return any(scheduler.weighs_reservations for scheduler in own)

    @property
    def _reserves(self) -> bool:
        return any(entry.wanted.reserves for entry in self._batch.entries)

    @property
    def _weighs_room(self) -> bool:
        """Whether memory or cpus that containers hold decide on where one goes."""
        return self._weighs or self._reserves

    def _nodes_to_look_at(self, plan: Plan) -> t.Set[str]:
        """Nodes that are to be known to the byte before the plan holds: of a few containers all that are taken; of many
        those of what is changed where it is, and those where a claim was lost before, since what is created is looked
        at again when it is confirmed. A check has nothing that is confirmed."""
        reserving = [
            member for member in plan.members if member.takes_room and self._batch.wanted(member.member).reserves
        ]
        all_of_them = self._check_mode or len(reserving) <= _LOOKED_AT_FIRST
        return {
            member.node.address
            for member in reserving
            if all_of_them or member.existing is not None or member.node.address in self._doubtful
        }

    def _nodes_that_hide_ports(self, plan: Plan) -> t.Set[str]:
        """Nodes of which the plan takes ports, or more, while others there may hold them and no list tells."""
        taken = {
            member.node.address: member.node
            for member in plan.members
            if member.takes_room and self._batch.wanted(member.member).holds_something
        }
        return {address for address, node in taken.items() if node.hides_ports}

    def _closely(self, snapshot: Snapshot, addresses: t.AbstractSet[str]) -> Snapshot:
        """The same snapshot, with the nodes at ``addresses`` read again to the byte."""
        return self._view.closer(snapshot, addresses, Needs(images=self._needs_images, exact=True))

    def _ask_for_addresses(self) -> None:
        """On which address the chosen nodes publish ports that name none."""
        addresses = self._knowledge.addresses
        missing = list(addresses.missing.items())

        def ask(found: t.Tuple[t.Tuple[str, t.Tuple[str, ...]], t.Any]) -> str:
            (address, _networks), wanted = found
            try:
                return find_default_host_ip(self._view.clients.get(address), wanted)
            except EngineUnreachableError:
                # it answered a moment ago; the create will tell, and the next candidate is taken
                return ""

        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            for ((address, networks), _wanted), host_ip in zip(missing, executor.map(ask, missing)):
                addresses.learn(address, networks, host_ip or FALLBACK_HOST_IP)

    def without_idle_pulls(self, plan: Plan, is_idle: t.Callable[[PullImage, bool], bool]) -> Plan:
        """Leave out the pulls that would do nothing, so that the plan of a check is the plan of the run.

        :param is_idle: takes a pull and whether the image is there
        """

        def idle(step: Step) -> bool:
            pull = t.cast(PullImage, step.operation)
            try:
                present = self._view.clients.get(pull.node.address).send(images.inspect(pull.image)) is not None
            except EngineUnreachableError:
                # it answered a moment ago; the pull itself will tell, and the next candidate is taken
                return False
            return is_idle(pull, present)

        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            answers = list(executor.map(idle, plan.pulls))
        return without_pulls(plan, {step.id for step, answer in zip(plan.pulls, answers) if answer})

    def lacking_networks(self, plan: Plan) -> t.Dict[str, t.Tuple[MemberPlan, str]]:
        """By name the containers that could not be created because their nodes have no such network, with the first one
        that is missing. A run learns that from the engine; a check has to ask."""
        wishes = [
            (member, network)
            for member in plan.members
            if member.creates
            for network in named_networks(self._batch.wanted(member.member))
        ]

        def there(wish: t.Tuple[MemberPlan, str]) -> bool:
            member, network = wish
            try:
                return self._view.clients.get(member.node.address).send(networks.inspect(network)) is not None
            except EngineUnreachableError:
                return True

        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            answers = list(executor.map(there, wishes))
        lacking: t.Dict[str, t.Tuple[MemberPlan, str]] = {}
        for (member, network), found in zip(wishes, answers):
            if not found:
                lacking.setdefault(member.member.name, (member, network))
        return lacking

    def confirming(self, plan: Plan, planned: t.Mapping[str, Node]) -> Needs:
        """What a claim is confirmed by: everybody who has its name, on every node; and all that stands on its node.

        Where memory or cpus are claimed, the node must be known to the byte. Elsewhere it is enough to know what came
        to it since the plan was made: what a container that was there holds can only have become less.

        :param planned: by address, the nodes that the plan was made on
        """
        creating = [member for member in plan.members if member.creates]
        claimed = {member.node.address for member in creating}
        reserving = frozenset(member.node.address for member in creating if self._batch.wanted(member.member).reserves)
        lists = name_filters(self._batch)
        since = {}
        if lists is not None:
            newest = {address: newest_of(planned[address]) for address in claimed - reserving if address in planned}
            since = {address: container.id for address, container in newest.items() if container is not None}
        return Needs(
            ports=self._holds_something,
            exact_on=reserving,
            lists=lists,
            whole_on=frozenset(claimed - since.keys()),
            since=since,
        )


def newest_of(node: Node) -> t.Optional[Container]:
    """The container that was created last on a node; None where so few are there that a list of all costs no more."""
    if len(node.containers) < _FEW:
        return None
    # engines list the last one first, and tell whole seconds only
    return max(node.containers, key=lambda container: container.created)


def stays_at_home(plan: Plan) -> bool:
    """Whether a plan needs no knowledge of other nodes than those that its containers are on."""
    return all(member.kind in ("keep", "recreate") and not member.warnings for member in plan.members)


def is_about_room(error: PlacementError) -> bool:
    """Whether a node was refused for what it has left: labels may be behind what the engine was told since."""
    return any(
        refusal.filter in _ABOUT_ROOM
        for placement in of_each_kind(error.placements, _ASKED_ABOUT_ROOM)
        for refusal in placement.refusals_by_reason()
    )


def of_each_kind(placements: t.Iterable[Placement], count: int) -> t.Iterator[Placement]:
    """A few of each kind of container: those of one kind ask for the same, so a few of them tell."""
    asked: t.Dict[t.Any, int] = {}
    for placement in placements:
        kind = (placement.request.ports, placement.request.reservation, placement.request.constraints)
        asked[kind] = asked.get(kind, 0) + 1
        if asked[kind] <= count:
            yield placement


def is_labelled(container: Container) -> bool:
    """Whether labels say what the container holds, so that they may be behind."""
    return not is_foreign(container.labels)
