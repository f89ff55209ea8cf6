# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a step of a plan does. Each operation can say what it does, do it, and undo it.

An operation is data: it holds the address of its node and the values of its call, and no live object. It names its
container by role: ``container`` is the one that the task is about, ``former`` the one that it replaces. Which ID stands
behind a role is known only while the plan is carried out: ``Work`` holds it.
"""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass, field

from ...engine.client import EndWatch, EngineClient
from ...errors import OperationError, SwarmError
from ...model.node import Node
from ..clock import Clock
from ..progress import Telling, silent
from ..secrets import Secrets

Action = t.Dict[str, t.Any]

#: Roles of containers.
CONTAINER = "container"
FORMER = "former"


@dataclass(frozen=True)
class Place:
    """Where a step happens. :ivar address: of the engine. :ivar name: the node's, for people"""

    address: str
    name: str

    @classmethod
    def of(cls, node: Node) -> Place:
        """The place that ``node`` is."""
        return cls(node.address, node.name)


class OutdatedError(SwarmError):
    """The plan no longer holds: somebody else changed what it was made from. What was done is undone, and the
    container is planned again."""


class KeptError(OperationError):
    """What was to be undone is gone for good, or may be: what came after it has to stay. The message says what is where
    now."""


class Clients(t.Protocol):
    """Gives the client of an engine by its address."""

    def get(self, address: str) -> EngineClient:
        """The client. Nothing is asked yet."""


@dataclass(frozen=True)
class Drained:
    """What came of it.

    :ivar services: paths of what the container was registered as, ``<service>/<identifier>``; empty where nothing was
    :ivar trouble: why it was not done as it should, as a sentence without its subject; empty where it was
    """

    services: t.Tuple[str, ...] = ()
    trouble: str = ""


class Drains(t.Protocol):
    """Marks containers that are about to stop, for registrators and routers. Used by several threads."""

    def await_registered(self, container: str, timeout: float) -> None:
        """Wait until a container that takes over is registered and routers know it; no longer than ``timeout`` seconds.

        :param container: its ID
        """

    def drain(self, container: str, name: str, timeout: float) -> Drained:
        """Mark it, and wait until nobody sends requests to it; no longer than ``timeout`` seconds.

        :param container: its ID
        :param name: of the container, for people
        """

    def end(self, container: str) -> str:
        """Take the mark away: it has stopped, or stays.

        :returns: why that could not be done; empty where it was. The mark vanishes by itself then
        """


@dataclass
class Tools:
    """What steps are carried out with.

    :ivar confirm_update: whether others took what a container was given by an update in place, in words; empty where
        it has it. Takes the step and the ID of the container
    :ivar tell: takes how far it has come on a node
    :ivar drains: where containers leave before they stop; None where no services were given
    """

    clients: Clients
    clock: Clock
    secrets: Secrets
    confirm_update: t.Callable[[t.Any, str], str]
    tell: Telling = silent
    drains: t.Optional[Drains] = None


@dataclass
class Work:
    """What is known of one container while its plan is carried out.

    :ivar ids: role -> container ID
    :ivar created: role -> name, of containers that this plan has created, with the name that they were created with
    :ivar output: what the container printed, where the task waited for its end
    :ivar status: its exit status then
    :ivar watch: who waits for its end since before it was started
    :ivar left: sentences about what may be left on an engine that stopped answering; for people to look after
    """

    tools: Tools
    ids: t.Dict[str, str] = field(default_factory=dict)
    created: t.Dict[str, str] = field(default_factory=dict)
    actions: t.List[Action] = field(default_factory=list)
    output: t.Optional[str] = None
    status: t.Optional[int] = None
    watch: t.Optional[EndWatch] = None
    inspect: t.Optional[t.Mapping[str, t.Any]] = None
    left: t.List[str] = field(default_factory=list)

    def client(self, place: Place) -> EngineClient:
        """The client of the engine at ``place``."""
        return self.tools.clients.get(place.address)


@dataclass(frozen=True)
class Operation(abc.ABC):
    """One step's work.

    :ivar node: where it happens
    :ivar name: the container's name, for people
    :ivar role: whose ID it works on
    """

    node: Place
    name: str
    role: str = field(default=CONTAINER, compare=False)

    #: The word for it in ``actions``.
    verb: t.ClassVar[str] = ""
    #: Whether carrying it out changes something; waiting does not.
    changes: t.ClassVar[bool] = True
    #: Whether it spends its time waiting for a container, so that it must not keep others from acting.
    waits: t.ClassVar[bool] = False
    #: Whether an attempt that failed may have done it all the same, so that it has to be undone too.
    uncertain: t.ClassVar[bool] = False

    @property
    def doing(self) -> str:
        """What it is, for people who watch."""
        return f"{self.verb} {'for ' if self.verb == 'wait' else ''}{self.name}"

    def describe(self) -> Action:
        """The entry in ``actions``: ``action``, ``container``, ``node`` and what else a reader needs."""
        return {"action": self.verb, "container": self.name, "node": self.node.name, **self.details()}

    def details(self) -> Action:
        """What ``describe`` adds for this kind of step."""
        return {}

    def execute(self, work: Work) -> None:
        """Do it and note it.

        :raises SwarmError: from the engine; what was done before stays noted in ``work.actions``
        """
        note = self.describe()
        note.update(self.perform(work.client(self.node), work) or {})
        if self.changes:
            work.actions.append(note)

    @abc.abstractmethod
    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        """Do it; what is returned is added to the entry in ``actions``."""

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Bring back what was before it, after a later step failed; asks the engine what there is to be undone.

        :param cause: why it is undone
        :returns: the entry for ``actions``; None where nothing was to be done
        :raises SwarmError: it cannot be undone; the message says what is where now
        :raises KeptError: and so must nothing be that was done before it
        """
        return None

    def undone(self, verb: str, name: str) -> Action:
        """The entry in ``actions`` for what ``undo`` did."""
        return {"action": verb, "container": name, "node": self.node.name}
