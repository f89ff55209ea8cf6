# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""SIGTERM and SIGINT as something that a wait ends with."""

from __future__ import annotations

import os
import select
import signal
import typing as t


class Stop:
    """Asked to stop by a signal, while in use as a context manager.

    A signal ends the wait it falls into, and every later one. Nothing else is interrupted: a call of the network that
    is under way comes to its own end, within its time-out.
    """

    def __init__(self) -> None:
        # A pipe, not threading.Event: its lock may be held by the very thread that the handler interrupts.
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._previous: t.Dict[int, t.Any] = {}

    def __enter__(self) -> Stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self._reading)
        os.close(self._writing)

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the process is to stop; tells whether it is."""
        return bool(select.select([self._reading], [], [], max(seconds, 0.0))[0])

    def sleep(self, seconds: float) -> None:
        """``wait`` for those who only sleep."""
        self.wait(seconds)

    def _note(self, _number: int, _frame: object) -> None:
        try:
            os.write(self._writing, b"s")
        except BlockingIOError:
            # Full of earlier signals: they have said it.
            return
