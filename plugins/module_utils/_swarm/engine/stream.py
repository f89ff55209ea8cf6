# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine's answer in pieces, or a stream in both directions with it, for threads that may block.

with client.stream(containers.logs("web", follow=True)) as answer:
    for piece in answer:
        ...
with client.upgrade(exec.start(identity)) as stream:
    stream.exchange([b"standard input"], output.append)
"""

from __future__ import annotations

import threading
import typing as t

from ..errors import EngineError, EngineUnreachableError
from ..wire.deadline import Silence
from ..wire.drivers import Result, Steps, run_alone
from ..wire.limits import LARGEST_REPLY
from ..wire.response import NoHTTPError
from ..wire.stream import Stream

#: Makes the error of our tree out of what the network raises, and the seconds that were given.
Explain = t.Callable[[BaseException, float], EngineError]


class EngineStream:
    """A context manager. One thread may send while another one receives.

    Every method raises the errors of one engine, EngineUnreachableError where nothing came for ``idle`` seconds.

    :ivar idle: seconds that each wait may take, None for no end; may be changed between two calls
    """

    def __init__(self, address: str, stream: Stream, idle: t.Optional[float], explain: Explain) -> None:
        self._address = address
        self._stream = stream
        self.idle = idle
        self._explain = explain
        # how many threads are in the midst of it: the last one closes what another one has ended
        self._lock = threading.Lock()
        self._inside = 0
        self._closed = False

    @property
    def status(self) -> int:
        """The answer's status; refusals have been raised before."""
        return self._stream.status

    @property
    def headers(self) -> t.Mapping[str, str]:
        """The answer's headers, names in lower case."""
        return self._stream.headers

    @property
    def upgraded(self) -> bool:
        """Whether this is a stream in both directions. False where it was not asked for, or not granted."""
        return self._stream.upgraded

    def receive(self) -> bytes:
        """The next piece of the answer, or of what the other side sends; empty behind the last."""
        return self._run(self._stream.receive())

    def __iter__(self) -> t.Iterator[bytes]:
        """The pieces, to the last."""
        return iter(self.receive, b"")

    def lines(self) -> t.Iterator[bytes]:
        """The lines of it, without their ends, as they become complete; a last one without an end too."""
        rest = b""
        for piece in self:
            *complete, rest = (rest + piece).split(b"\n")
            if len(rest) > LARGEST_REPLY:
                raise EngineError(self._address, f"{self._address} answers with a line without end")
            for line in complete:
                yield line.rstrip(b"\r")
        if rest:
            yield rest

    def send(self, data: bytes) -> None:
        """Send into the stream; returns when the system has taken it all.

        :raises EngineError: also where this is no stream in both directions
        """
        self._run(self._both_ways().send(data))

    def end(self) -> None:
        """Say that we send no more, as a program's standard input ends; what the other side sends still comes."""
        self._run(self._both_ways().end())

    def exchange(self, pieces: t.Iterable[bytes], take: t.Callable[[bytes], None]) -> None:
        """Send ``pieces`` and our end, and hand what comes meanwhile to ``take``, until the other side ends.

        :param pieces: should not keep us waiting for the next one: nothing is received meanwhile. What may (a terminal)
            is sent by a thread of its own
        """
        self._run(self._both_ways().exchange(pieces, take))

    def close(self) -> None:
        """Close both directions at once. May be called again, and by another thread: who waits gets an error then."""
        with self._lock:
            self._closed = True
            if self._inside:
                self._stream.interrupt()
            else:
                self._stream.close()

    def __enter__(self) -> EngineStream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _both_ways(self) -> Stream:
        if not self._stream.upgraded:
            raise EngineError(self._address, f"{self._address} answers without a stream that takes input")
        return self._stream

    def _run(self, steps: Steps[Result]) -> Result:
        self._enter()
        try:
            return run_alone(steps, None if self.idle is None else Silence(self.idle))
        except (OSError, NoHTTPError) as error:
            if self._closed:
                raise self._was_closed() from error
            self._closed = True
            raise self._explain(error, self.idle or 0.0) from error
        except BaseException:
            self._closed = True
            raise
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if self._closed:
                raise self._was_closed()
            self._inside += 1

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._closed:
                if self._inside:
                    self._stream.interrupt()
                else:
                    self._stream.close()

    def _was_closed(self) -> EngineError:
        return EngineUnreachableError(self._address, f"the stream with {self._address} was closed")
