# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting until many containers are in a state, or have printed a line, with one list of each engine at a time."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ..engine.client import EngineClient
from ..engine.logs import Line, Source, log_source, read_lines
from ..errors import ClusterError, EngineNotFoundError
from ..model.container import Container
from .chosen_nodes import ChosenNodes
from .clock import Clock, Deadline
from .progress import Telling, silent
from .several import ContainerChoice
from .side_by_side import on_each
from .snapshot import Place

#: What can be waited for.
STATES = ("running", "healthy", "stopped", "removed")

#: Seconds that the engine is asked for again before the last line, as a number holds no nanoseconds.
_OVERLAP = 0.001
#: Containers that are named in one message.
_NAMED = 5


@dataclass(frozen=True)
class Awaited:
    """What is waited for; where both are given, both.

    :ivar state: one of ``STATES``
    :ivar found: says of a line whether it is the one
    """

    state: t.Optional[str] = None
    found: t.Optional[t.Callable[[str], bool]] = None


@dataclass
class Waited:
    """How far it has come.

    :ivar places: the containers that are meant, as they were seen last
    :ivar lines: ID of a container -> the line that it printed
    :ivar lacking: what is still waited for, one text for each container or entry
    """

    places: t.List[Place] = field(default_factory=list)
    lines: t.Dict[str, Line] = field(default_factory=dict)
    lacking: t.List[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nothing is waited for any more."""
        return not self.lacking


class Waiting:
    """Waits for the containers of one task.

    :param look: gives the nodes as they are now
    :param client: of the engine that a container is on
    :param idle: seconds for which an engine may be silent while a log is read
    :param tell: takes how far it has come on a node
    """

    def __init__(
        self,
        choice: ContainerChoice,
        awaited: Awaited,
        look: t.Callable[[], ChosenNodes],
        client: t.Callable[[Place], EngineClient],
        clock: Clock,
        idle: float,
        tell: Telling = silent,
    ) -> None:
        self._choice = choice
        self._awaited = awaited
        self._look = look
        self._client = client
        self._clock = clock
        self._idle = idle
        self._tell = tell
        self._sources: t.Dict[str, Source] = {}
        self._last: t.Dict[str, Line] = {}
        self._without_check: t.Set[str] = set()
        self.waited = Waited()

    def run(self, seconds: float, pause: float) -> None:
        """Wait.

        :param pause: seconds between two looks
        :raises ClusterError: it has not come in ``seconds``, or never will
        """
        deadline = Deadline(self._clock, seconds)
        self.look()
        while not self.waited.over:
            if deadline.passed:
                raise ClusterError(self._late(seconds))
            self._clock.sleep(pause)
            try:
                chosen = self._look()
            except ClusterError as error:
                # no engine answers at the moment, where one did before
                self.waited.lacking = [str(error)]
            else:
                self._see(chosen)

    def look(self) -> None:
        """See how far it has come.

        :raises ClusterError: the cluster cannot be read, or what is waited for never comes
        """
        self._see(self._look())

    def _see(self, chosen: ChosenNodes) -> None:
        places = self._choice.select(chosen.nodes)
        self.waited.places = places
        if self._awaited.state == "removed":
            self.waited.lacking = [_told(place) for place in places] or list(chosen.warnings)
            self._tell_nodes(places, places)
            return
        lacking = [f"{text} is not there" for text in self._choice.unmatched(places)]
        if not places and not lacking:
            lacking = ["there is no such container"]
        awaited = [place for place in places if not self._is_there(place)]
        lacking += [_told(place) for place in awaited]
        if self._awaited.found is not None:
            lacking += self._read(places)
            awaited += [place for place in places if place[1].id not in self.waited.lines]
        self.waited.lacking = lacking
        self._tell_nodes(places, awaited)

    def _tell_nodes(self, places: t.Sequence[Place], awaited: t.Sequence[Place]) -> None:
        """Say of each node how many of its containers are still waited for, and the first of them."""
        if not places and self.waited.lacking:
            self._tell("", self.waited.lacking[0])
        there = Counter(node.name for node, _container in places)
        left: t.Dict[str, t.Dict[str, Container]] = {}
        for node, container in awaited:
            left.setdefault(node.name, {}).setdefault(container.id, container)
        for name, waiting in left.items():
            first = next(iter(waiting.values()))
            told = f"{first.name}: {first.status or first.state}"
            self._tell(name, f"waits for {len(waiting)} of {there[name]} containers; {told}")

    def _is_there(self, place: Place) -> bool:
        container, state = place[1], self._awaited.state
        if state == "healthy":
            self._refuse_without_check(place)
            return container.state == "running" and "(healthy)" in container.status
        if state == "stopped":
            return container.state in ("exited", "dead")
        return state is None or container.state == "running"

    def _refuse_without_check(self, place: Place) -> None:
        """Refuse a container that never becomes healthy. One that has just started may not say so at once.

        :raises ClusterError: it has been seen twice without a health check
        """
        node, container = place
        if container.state != "running" or "(" in container.status:
            self._without_check.discard(container.id)
            return
        if container.id in self._without_check:
            raise ClusterError(f"{container.name} on {node.name} has no health check, so it never becomes healthy")
        self._without_check.add(container.id)

    def _read(self, places: t.Sequence[Place]) -> t.List[str]:
        """Read on in the logs of those that have not printed the line; gives what is lacking."""
        waiting = [place for place in places if place[1].id not in self.waited.lines]
        for outcome in on_each(waiting, self._read_one):
            # one that goes is looked for again
            if outcome.error is not None and not isinstance(outcome.error, EngineNotFoundError):
                raise ClusterError(f"{outcome.subject[1].name} on {outcome.subject[0].name}: {outcome.error}")
        return [
            f"{container.name} on {node.name} has not printed it"
            for node, container in waiting
            if container.id not in self.waited.lines
        ]

    def _read_one(self, place: Place) -> None:
        client, container = self._client(place), place[1]
        source = self._source(client, container)
        last = self._last.get(container.id)
        since = None if last is None else last.seconds - _OVERLAP
        for line in read_lines(client, container.id, source, since=since, idle=self._idle):
            if last is not None and line.time <= last.time:
                continue
            self._last[container.id] = line
            if self._awaited.found is not None and self._awaited.found(line.text):
                self.waited.lines[container.id] = line
                return

    def _source(self, client: EngineClient, container: Container) -> Source:
        if container.id not in self._sources:
            self._sources[container.id] = log_source(client, container.id)
        return self._sources[container.id]

    def _late(self, seconds: float) -> str:
        lacking = self.waited.lacking
        more = f"; and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
        wanted = " and ".join(
            ([f"the state {self._awaited.state}"] if self._awaited.state else [])
            + (["a line in the log"] if self._awaited.found else [])
        )
        return f"{wanted} has not come within {seconds:g} s: {'; '.join(lacking[:_NAMED])}{more}"


def _told(place: Place) -> str:
    node, container = place
    return f"{container.name} on {node.name}: {container.status or container.state}"
