# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a task did, and what its containers are in the end."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..engine.api import containers
from ..errors import EngineError, EngineNotFoundError, EngineUnreachableError
from ..model.node import Node
from ..scheduler.placement import Placement
from .executor import Outcome
from .operations.base import Action, Clients
from .operations.image import PullImage
from .wanted import Member

#: Sentences that are shown of many.
_SHOWN = 5


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
    :ivar kinds: by container name what was done with it: create, recreate, relocate, change, keep or remove
    :ivar refused: containers that fit nowhere, where the others went on
    :ivar before: and ``after``: by container name, what changed; secrets are not in it
    """

    changed: bool = False
    actions: t.List[Action] = field(default_factory=list)
    members: t.List[MemberResult] = field(default_factory=list)
    kinds: t.Dict[str, str] = field(default_factory=dict)
    refused: t.List[Placement] = field(default_factory=list)
    before: t.Dict[str, t.Any] = field(default_factory=dict)
    after: t.Dict[str, t.Any] = field(default_factory=dict)
    warnings: t.List[str] = field(default_factory=list)

    def warn(self, warnings: t.Iterable[str]) -> None:
        """Add warnings that were not given yet."""
        self.warnings += [each for each in dict.fromkeys(warnings) if each not in self.warnings]

    def note(self, actions: t.Iterable[Action]) -> None:
        """Add what was done."""
        for action in actions:
            self.actions.append(action)
            self.changed = self.changed or bool(action.get("changed", True))


def some_of(sentences: t.Sequence[str]) -> str:
    """The first five, and how many there are besides."""
    return "; ".join(sentences[:_SHOWN]) + (f"; and {len(sentences) - _SHOWN} more" if len(sentences) > _SHOWN else "")


def as_if_undone(outcome: Outcome) -> t.List[Action]:
    """The actions of a container that is planned again: what was rolled back changed nothing, except that an image may
    have come."""
    return [
        action if number < outcome.settled or action["action"] == PullImage.verb else {**action, "changed": False}
        for number, action in enumerate(outcome.work.actions)
    ]


def look_at_the_end(outcome: Outcome, clients: Clients, removes_itself: bool) -> MemberResult:
    """The container as it is now.

    :param removes_itself: whether the engine removes it when it ends, which may be before anybody looks
    :raises EngineError: it cannot be looked at; what was done to it is done
    """
    plan, work = outcome.plan, outcome.work
    inspect, container = work.inspect, work.ids.get("container")
    if work.status is None and container is not None:
        try:
            inspect = clients.get(plan.node.address).send(containers.inspect(container))
        except EngineNotFoundError as error:
            if not removes_itself:
                removed = " but was removed before the task finished; if that was not intended, run the task again"
                raise _after_all(outcome, f"{removed}: {error}") from error
        except EngineUnreachableError as error:
            raise _after_all(outcome, f", which then stopped answering: {error}") from error
        except EngineError as error:
            raise _after_all(outcome, f" but cannot be inspected now: {error}") from error
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
    return EngineError(node.address, f"{outcome.plan.member.name} reached the requested state on {node.name}{words}")


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
