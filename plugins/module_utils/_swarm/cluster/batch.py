# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one task wants of many unlike containers: entries, what waits for what, and how much happens at once."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ..container.config import ContainerConfig
from ..errors import InputError
from ..model.node import Node
from ..scheduler.scheduler import Scheduler
from ..scheduler.state.node import NodeState, node_values
from .wanted import Member, Wanted

#: In place of the number of an entry: a container of the group that no entry lists any more.
ORPHAN = -1
_ORPHANS = Wanted("orphans", ContainerConfig(), state="absent")

#: What a container may have to be before another one is started.
CONDITIONS = ("started", "healthy", "completed")


@dataclass(frozen=True)
class After:
    """A container is started only when another one of the batch has come so far.

    :ivar container: name of an entry
    :ivar condition: started, healthy, or completed (it ended with status 0)
    """

    container: str
    condition: str = "started"


@dataclass(frozen=True)
class Entry:
    """One kind of container in a batch.

    :ivar per_node: one on every node that its constraints allow; each gets the node's name behind its own
    :ivar scheduler: that ranks the nodes for it; None for that of the task
    """

    wanted: Wanted
    per_node: bool = False
    after: t.Tuple[After, ...] = ()
    scheduler: t.Optional[Scheduler] = None


@dataclass(frozen=True)
class Budgets:
    """How much is done at once. None: as much as there is.

    :ivar in_all: steps, over all engines
    :ivar per_node: steps on one engine
    :ivar per_group: containers of one entry that are worked on
    """

    in_all: int = 32
    per_node: t.Optional[int] = None
    per_group: t.Optional[int] = None


@dataclass(frozen=True)
class Batch:
    """Entries that are placed jointly, checked on construction.

    :ivar group: label of all its containers, so that those that are no longer listed are found
    :ivar remove_orphans: remove containers of the group that are no longer listed; else they are only named
    :ivar all_or_nothing: change nothing unless every container fits somewhere

    :raises InputError: two entries have one name, or wait for each other
    """

    entries: t.Tuple[Entry, ...]
    group: t.Optional[str] = None
    remove_orphans: bool = False
    all_or_nothing: bool = True
    budgets: Budgets = field(default_factory=Budgets)

    def __post_init__(self) -> None:
        self._refuse_equal_names()
        self._refuse_same_members(self._members(()))
        for entry in self.entries:
            for after in entry.after:
                self._check_after(entry, after)
            if entry.per_node:
                self._check_per_node(entry)
        cycle = find_cycle({entry.wanted.name: self.needs_of(entry) for entry in self.entries})
        if cycle:
            raise InputError(f"after: {' waits for '.join(cycle)}; none of them could ever be started")

    @classmethod
    def of(cls, wanted: Wanted) -> Batch:
        """The batch of one task with one kind of container."""
        return cls((Entry(wanted),))

    def wanted(self, member: Member) -> Wanted:
        """The task of which ``member`` is a container; for an orphan one that removes it and keeps its volumes."""
        if member.entry != ORPHAN:
            return self.entries[member.entry].wanted
        return replace(
            _ORPHANS, deregister_wait=max((each.wanted.deregister_wait for each in self.entries), default=0.0)
        )

    def members(self, nodes: t.Sequence[Node]) -> t.Tuple[Member, ...]:
        """The containers of the batch, in the order in which they are listed.

        :param nodes: of the cluster; entries with ``per_node`` have one on each that is healthy and allowed
        :raises InputError: two containers have one name
        """
        members = self._members(nodes)
        self._refuse_same_members(members)
        return members

    def _members(self, nodes: t.Sequence[Node]) -> t.Tuple[Member, ...]:
        members: t.List[Member] = []
        for number, entry in enumerate(self.entries):
            if entry.per_node:
                members += (
                    Member(f"{entry.wanted.name}-{node.name}", entry=number, home=node.name)
                    for node in nodes
                    if node.healthy and allows(entry.wanted, node)
                )
            else:
                members += (Member(each.name, each.number, number) for each in entry.wanted.members())
        return tuple(members)

    def needs_of(self, entry: Entry) -> t.List[str]:
        """Names of the entries that must come before ``entry``: those that it waits for or depends on."""
        names = {each.wanted.name for each in self.entries}
        depends = [each.container for each in entry.wanted.config.dependencies()]
        return list(dict.fromkeys(name for name in (*(a.container for a in entry.after), *depends) if name in names))

    def _refuse_equal_names(self) -> None:
        seen: t.Set[str] = set()
        for entry in self.entries:
            if entry.wanted.name in seen:
                raise InputError(f"containers: '{entry.wanted.name}' is listed twice; a name is unique in the cluster")
            seen.add(entry.wanted.name)

    def _refuse_same_members(self, members: t.Sequence[Member]) -> None:
        listed: t.Dict[str, Member] = {}
        for member in members:
            other = listed.setdefault(member.name, member)
            if other is not member:
                if member.entry == other.entry:
                    raise InputError(
                        f"containers: '{self.entries[member.entry].wanted.name}' is to be on each node (per_node), and "
                        f"two nodes are called {member.home}; give their engines different names"
                    )
                names = [self.entries[each.entry].wanted.name for each in (other, member)]
                raise InputError(
                    f"containers: '{names[0]}' and '{names[1]}' both make a container called {member.name}; "
                    "a name is unique in the cluster"
                )

    def _check_after(self, entry: Entry, after: After) -> None:
        name = entry.wanted.name
        if after.condition not in CONDITIONS:
            raise InputError(
                f"containers: '{name}', after: condition is '{after.condition}'; it is one of {', '.join(CONDITIONS)}"
            )
        target = next((each for each in self.entries if each.wanted.name == after.container), None)
        if target is None:
            listed = ", ".join(each.wanted.name for each in self.entries)
            raise InputError(
                f"containers: '{name}' waits for '{after.container}', which is not listed; listed are {listed}"
            )
        if not target.wanted.runs:
            raise InputError(
                f"containers: '{name}' waits for '{after.container}' to be {after.condition}, and its state is "
                f"{target.wanted.state}, so it is never started"
            )

    @staticmethod
    def _check_per_node(entry: Entry) -> None:
        wanted = entry.wanted
        if wanted.count is not None:
            raise InputError(f"containers: '{wanted.name}' has count and per_node; one of them says how many there are")
        soft = next((each for each in wanted.constraints if each.soft), None)
        if soft is not None:
            raise InputError(
                f"containers: '{wanted.name}' is on every node that its constraints allow (per_node), and "
                f"'{soft.text}' is soft; leave out the '~'"
            )


def allows(wanted: Wanted, node: Node) -> bool:
    """Whether constraints and whitelist let the container be on ``node``."""
    state = NodeState(Node(address=node.address, name=node.name, id=node.id, labels=node.labels))
    named = not wanted.whitelist or node.name in wanted.whitelist or node.id in wanted.whitelist
    return named and all(each.matches(node_values(state, each.key)) for each in wanted.constraints)


def find_cycle(edges: t.Mapping[str, t.Sequence[str]]) -> t.List[str]:
    """Names that wait for each other in a circle, the first one again at the end; empty where there is none."""
    done: t.Set[str] = set()
    for start in edges:
        path: t.List[str] = []
        open_ends = [iter((start,))]
        while open_ends:
            name = next(open_ends[-1], None)
            if name is None:
                open_ends.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                return [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                open_ends.append(iter(edges.get(name, ())))
    return []
