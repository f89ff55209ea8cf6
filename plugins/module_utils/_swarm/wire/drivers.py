# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Work that waits for sockets, written once and driven in two ways: alone, or together with much other work.

Such work is a generator. It yields what it waits for and is resumed when that has come; its ``return`` is its result.
A thousand engines are read that way in one thread, where threads would spend most of their time on each other; and the
connections that were opened then serve the threads that act on single engines afterwards.
"""

from __future__ import annotations

import heapq
import select
import selectors
import socket
import time
import typing as t

from .deadline import Deadline, Silence
from .limits import OPEN_AT_ONCE

Result = t.TypeVar("Result")

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


class Wait(t.NamedTuple):
    """What work waits for. :ivar source: a socket, None for a moment. :ivar event: ``READ``, ``WRITE`` or both."""

    source: t.Optional[socket.socket]
    event: int


Steps = t.Generator[Wait, None, Result]

A_MOMENT = Wait(None, 0)
_MOMENT = 0.005

#: Pieces of work that go forward at once. More would not be faster in one thread, and each would wait so long for its
#: turn that its deadline came near. Work that has not moved for a while does not count: what hangs holds up nobody.
_AT_ONCE = 32
_STANDSTILL = 0.05


def alongside(main: Steps[Result], other: Steps[None]) -> Steps[Result]:
    """Two pieces of work that wait for one socket, as one. It ends with ``main``, and ``other`` is given up then."""
    other_goes_on = True
    try:
        while True:
            try:
                wait = next(main)
            except StopIteration as stop:
                return t.cast(Result, stop.value)
            theirs = next(other, None) if other_goes_on else None
            other_goes_on = theirs is not None
            # whichever comes first; the one that it was not for looks in vain and waits again
            yield wait if theirs is None else Wait(wait.source, wait.event | theirs.event)
    finally:
        main.close()
        other.close()


class TimeIsUpError(socket.timeout):
    """Raised within work whose deadline has passed."""

    def __init__(self) -> None:
        super().__init__("timed out")


def run_alone(steps: Steps[Result], deadline: t.Union[Deadline, Silence, None]) -> Result:
    """Do one piece of work, in this thread.

    :param deadline: None to wait without end
    """
    try:
        wait = next(steps)
        while True:
            wait = next(steps) if _comes(wait, deadline) else steps.throw(TimeIsUpError())
    except StopIteration as stop:
        return t.cast(Result, stop.value)


def _comes(wait: Wait, deadline: t.Union[Deadline, Silence, None]) -> bool:
    try:
        left = None if deadline is None else deadline.remaining()
    except socket.timeout:
        return False
    if wait.source is None:
        time.sleep(_MOMENT if left is None else min(_MOMENT, left))
        return True
    poll = select.poll()
    events = (select.POLLIN if wait.event & READ else 0) | (select.POLLOUT if wait.event & WRITE else 0)
    poll.register(wait.source, events)
    return bool(poll.poll(None if left is None else left * 1000))


def run_together(jobs: t.Sequence[t.Tuple[Steps[Result], float]]) -> t.List[Result]:
    """Do much work side by side, in this thread. Each job is its steps and the seconds that it may take.

    Its seconds are of the time in which this thread waits; and its own steps may take as many of the processor's. What
    others take does not count: an engine whose answers are much work makes no other one late.

    :returns: the results in the order of the jobs. An exception that leaves the steps of one ends all
    """
    return _Together(jobs).run()


class _Together(t.Generic[Result]):
    def __init__(self, jobs: t.Sequence[t.Tuple[Steps[Result], float]]) -> None:
        self._jobs = jobs
        self._results: t.Dict[int, Result] = {}
        self._next = 0
        self._waits: t.Dict[int, Wait] = {}
        self._dozing: t.List[int] = []
        # number of the job -> when it last went forward, the latest at the end
        self._moved: t.Dict[int, float] = {}
        # seconds for which this thread has waited, and number of a job -> seconds of the processor that its steps took
        self._waited = 0.0
        self._worked: t.Dict[int, float] = {}
        # (second of the wait by which a job must be done, its number), the nearest first
        self._ends: t.List[t.Tuple[float, int]] = []

    def run(self) -> t.List[Result]:
        with selectors.DefaultSelector() as self._selector:
            try:
                while len(self._results) < len(self._jobs):
                    self._turn()
            finally:
                for steps, _seconds in self._jobs:
                    steps.close()
        return [self._results[number] for number in range(len(self._jobs))]

    def _turn(self) -> None:
        more = self._room_for_more()
        before = time.monotonic()
        ready = self._selector.select(0 if more else self._patience())
        self._waited += time.monotonic() - before
        for key, _events in ready:
            self._resume(key.data)
        dozing, self._dozing = self._dozing, []
        for number in dozing:
            self._resume(number)
        self._end_late({key.data for key, _events in ready})
        if not ready:
            self._begin(more)

    def _room_for_more(self) -> int:
        """How many jobs may be begun now."""
        left = min(len(self._jobs) - self._next, OPEN_AT_ONCE - len(self._waits))
        if left <= 0:
            return 0
        now, moving = time.monotonic(), 0
        for moved in reversed(self._moved.values()):
            if moving == _AT_ONCE or now - moved > _STANDSTILL:
                break
            moving += 1
        return min(left, _AT_ONCE - moving)

    def _begin(self, count: int) -> None:
        for number in range(self._next, self._next + count):
            self._worked[number] = 0.0
            heapq.heappush(self._ends, (self._waited + self._jobs[number][1], number))
            self._next = number + 1
            self._resume(number)

    def _patience(self) -> t.Optional[float]:
        """Seconds for which nothing else is to be done."""
        while self._ends and self._ends[0][1] in self._results:
            heapq.heappop(self._ends)
        reasons = [_MOMENT] if self._dozing else []
        if self._next < len(self._jobs):
            reasons.append(_STANDSTILL)
        if self._ends:
            reasons.append(max(0.0, self._ends[0][0] - self._waited))
        return min(reasons, default=None)

    def _end_late(self, ready: t.AbstractSet[int]) -> None:
        """Give up what has had its time. What will not end is told again, each time that others have had a turn.

        What just had its turn gets as much again: it may have been there before we noticed, on a busy machine.
        """
        late = []
        while self._ends and self._ends[0][0] <= self._waited:
            late.append(heapq.heappop(self._ends))
        for end in late:
            moment, number = end
            if number in self._results:
                continue
            if number not in ready or self._waited >= moment + self._jobs[number][1]:
                self._resume(number, TimeIsUpError())
            heapq.heappush(self._ends, end)

    def _resume(self, number: int, error: t.Optional[TimeIsUpError] = None) -> None:
        if number in self._results:
            return
        steps = self._jobs[number][0]
        self._moved.pop(number, None)
        before = time.thread_time()
        try:
            wait = next(steps) if error is None else steps.throw(error)
            self._worked[number] += time.thread_time() - before
            if error is None and self._worked[number] > self._jobs[number][1]:
                wait = steps.throw(TimeIsUpError())
        except StopIteration as stop:
            self._watch(number, None)
            self._results[number] = stop.value
            return
        self._watch(number, wait)
        self._moved[number] = time.monotonic()
        if wait.source is None:
            self._dozing.append(number)

    def _watch(self, number: int, wait: t.Optional[Wait]) -> None:
        """Wait for this and not for what the job waited for before. A socket that was closed meanwhile is no error."""
        before = self._waits.pop(number, None)
        if wait is not None:
            self._waits[number] = wait
        if before is not None and wait is not None and before.source is wait.source and before.event == wait.event:
            return
        if before is not None and before.source is not None:
            self._selector.unregister(before.source)
        if wait is not None and wait.source is not None:
            self._selector.register(wait.source, wait.event, number)
