# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container has printed, line by line, each with its time."""

from __future__ import annotations

import datetime
import typing as t

from ..errors import EngineError
from .api import containers
from .client import EngineClient
from .fields import Fields
from .output import FrameReader

_NAMES = {1: "stdout", 2: "stderr"}
#: Bytes of one line that are kept.
_LONGEST = 1024 * 1024


class Line(t.NamedTuple):
    """One line.

    :ivar time: as the engine writes it, with nine digits behind the second, so that times are ordered as texts are
    :ivar stream: ``stdout`` or ``stderr``; of a container with a terminal always the first
    """

    time: str
    stream: str
    text: str

    @property
    def seconds(self) -> float:
        """Seconds since 1970, to the microsecond; 0 where the engine gives no time that can be read."""
        try:
            moment = datetime.datetime.fromisoformat(self.time[:26])
        except ValueError:
            return 0.0
        return moment.replace(tzinfo=datetime.timezone.utc).timestamp()


class Source(t.NamedTuple):
    """How a container prints.

    :ivar terminal: it has one, so what it prints comes without frames
    :ivar driver: its log driver
    """

    terminal: bool
    driver: str


def log_source(client: EngineClient, container: str) -> Source:
    """:raises EngineError: it cannot be asked"""
    record = Fields(client.address, f"/containers/{container[:12]}/json", client.send(containers.inspect(container)))
    return Source(record.within("Config").flag("Tty"), record.within("HostConfig").within("LogConfig").text("Type"))


class LineReader:
    """Makes lines of what comes, in whatever pieces it comes."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._frames = FrameReader()
        self._frame = b""
        # begun lines by stream
        self._times: t.Dict[int, str] = {}
        self._begun: t.Dict[int, bytes] = {}

    def feed(self, data: bytes) -> t.Iterator[Line]:
        """The lines that are complete now."""
        if self._terminal:
            *whole, self._frame = (self._frame + data).split(b"\n")
            for message in whole:
                yield from self._message(1, message + b"\n")
            return
        for number, part in self._frames.feed(data):
            self._frame += part
            if self._frames.complete:
                message, self._frame = self._frame, b""
                yield from self._message(number, message)

    def end(self) -> t.Iterator[Line]:
        """The last lines, which have no end."""
        if self._terminal and self._frame:
            yield from self._message(1, self._frame)
        for number in sorted(self._begun):
            yield self._line(number)

    def _message(self, number: int, message: bytes) -> t.Iterator[Line]:
        """A frame is one message. A long line comes as several, each with a time of its own."""
        time, _blank, text = message.partition(b" ")
        if number not in self._begun:
            self._times[number], self._begun[number] = time.decode("ascii", "replace"), b""
        self._begun[number] = (self._begun[number] + text)[:_LONGEST]
        if text.endswith(b"\n"):
            yield self._line(number)

    def _line(self, number: int) -> Line:
        text = self._begun.pop(number).rstrip(b"\r\n").decode("utf-8", "replace")
        return Line(self._times.pop(number), _NAMES.get(number, "stdout"), text)


def read_lines(
    client: EngineClient,
    container: str,
    source: Source,
    *,
    since: t.Optional[float] = None,
    until: t.Optional[float] = None,
    tail: t.Optional[int] = None,
    follow: bool = False,
    idle: t.Optional[float] = None,
    opened: t.Callable[[t.Callable[[], None]], None] = lambda close: None,
) -> t.Iterator[Line]:
    """The lines that it has printed, and those that it prints from now on where it is followed.

    :param since: seconds since 1970, as ``until`` is
    :param tail: of each container so many lines from the end
    :param idle: seconds for which the engine may be silent
    :param opened: gets what ends the reading from another thread
    :raises EngineError: the engine refuses, as it does where the log driver cannot be read, or goes away
    """
    call = containers.logs(container, source.terminal, follow, tail, since, until, timestamps=True)
    reader = LineReader(source.terminal)
    try:
        with client.stream(call, idle=idle) as answer:
            opened(answer.close)
            for piece in answer:
                yield from reader.feed(piece)
    except EngineError as error:
        if "does not support reading" in str(error):
            raise EngineError(
                client.address, f"{client.address} cannot read logs of the log driver {source.driver}"
            ) from error
        raise
    yield from reader.end()
