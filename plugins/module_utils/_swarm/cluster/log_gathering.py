# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The logs of many containers at once, merged in the order of time."""

from __future__ import annotations

import contextlib
import threading
import typing as t
from collections import deque
from dataclasses import dataclass

from ..engine.client import EngineClient
from ..engine.logs import Line, log_source, read_lines
from ..errors import EngineError
from ..wire.limits import WORKERS
from .side_by_side import Outcome, on_each
from .snapshot import Place

#: Containers that are followed at once, each of which takes a thread and a connection.
MOST_FOLLOWED = 512


@dataclass(frozen=True)
class LogQuestion:
    """What of the logs is wanted.

    :ivar since: seconds since 1970, as ``until`` is
    :ivar tail: of each container so many lines from the end
    :ivar follow: seconds for which is waited for more; None for what is there
    :ivar found: says of a line whether it is the one that is waited for
    :ivar most: lines that are kept, the last ones
    :ivar idle: seconds for which an engine may be silent where nothing is followed
    """

    since: t.Optional[float] = None
    until: t.Optional[float] = None
    tail: t.Optional[int] = None
    follow: t.Optional[float] = None
    found: t.Optional[t.Callable[[str], bool]] = None
    most: int = 10_000
    idle: float = 60.0


class Told(t.NamedTuple):
    """A line and who printed it."""

    line: Line
    place: Place


@dataclass(frozen=True)
class Gathered:
    """What the containers printed.

    :ivar lines: in the order of time
    :ivar left_out: how many older lines are not among them
    :ivar match: the line that was waited for
    :ivar outcomes: whether each container could be read
    """

    lines: t.Sequence[Told]
    left_out: int
    match: t.Optional[Told]
    outcomes: t.Sequence[Outcome[Place, None]]


def gather_logs(
    places: t.Sequence[Place], client: t.Callable[[Place], EngineClient], question: LogQuestion
) -> Gathered:
    """Read the logs of all ``places`` side by side. Those that are followed are followed until the line that is waited
    for has come, all containers have ended, or the time is over."""
    return _Gathering(places, client, question).run()


class _Gathering:
    def __init__(
        self, places: t.Sequence[Place], client: t.Callable[[Place], EngineClient], question: LogQuestion
    ) -> None:
        self._places = places
        self._client = client
        self._question = question
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._closers: t.List[t.Callable[[], None]] = []
        self._match: t.Optional[Told] = None
        self._count = 0

    def run(self) -> Gathered:
        follow = self._question.follow
        timer = None
        if follow is not None:
            timer = threading.Timer(follow, self._end)
            timer.daemon = True
            timer.start()
        try:
            kept: t.Dict[int, t.Deque[Told]] = {}
            workers = WORKERS if follow is None else MOST_FOLLOWED
            numbered = on_each(list(enumerate(self._places)), lambda each: self._read(each, kept), workers)
        finally:
            if timer is not None:
                timer.cancel()
        lines = sorted((told for each in kept.values() for told in each), key=lambda told: told.line.time)
        dropped = self._count - len(lines)
        wanted = self._up_to_match(lines)
        lines = wanted[-self._question.most :]
        outcomes: t.List[Outcome[Place, None]] = [
            Outcome(self._places[each.subject[0]], None, each.error) for each in numbered
        ]
        return Gathered(lines, dropped + len(wanted) - len(lines), self._match, outcomes)

    def _read(self, numbered: t.Tuple[int, Place], kept: t.Dict[int, t.Deque[Told]]) -> None:
        number, place = numbered
        mine = kept.setdefault(number, deque(maxlen=self._question.most))
        client, asked = self._client(place), self._question
        source = log_source(client, place[1].id)
        try:
            for line in read_lines(
                client,
                place[1].id,
                source,
                since=asked.since,
                until=asked.until,
                tail=asked.tail,
                follow=asked.follow is not None,
                idle=None if asked.follow is not None else asked.idle,
                opened=self._opened,
            ):
                if self._take(mine, Told(line, place)):
                    return
        except EngineError:
            # the stream was closed under the one who reads it
            if not self._over.is_set():
                raise

    def _take(self, mine: t.Deque[Told], told: Told) -> bool:
        """Whether all is over. What comes after the line that was waited for is not wanted any more."""
        if self._over.is_set():
            return True
        mine.append(told)
        with self._lock:
            self._count += 1
        if self._question.found is None or not self._question.found(told.line.text):
            return False
        with self._lock:
            if self._match is None or told.line.time < self._match.line.time:
                self._match = told
        if self._question.follow is None:
            return True
        self._end()
        return True

    def _up_to_match(self, lines: t.List[Told]) -> t.List[Told]:
        match = self._match
        if match is None:
            return lines
        return [told for told in lines if told.line.time < match.line.time or told is match]

    def _opened(self, close: t.Callable[[], None]) -> None:
        with self._lock:
            self._closers.append(close)
        if self._over.is_set():
            close()

    def _end(self) -> None:
        self._over.set()
        with self._lock:
            closers, self._closers = self._closers, []
        for close in closers:
            with contextlib.suppress(EngineError):
                close()
