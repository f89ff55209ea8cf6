# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent import drain_marks
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.drain_marks import LINGER, DrainMarks
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.owned_keys import KeyFolder
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError


class Folder(KeyFolder):
    """Gives one state after the other; None for a store that does not answer. done: after the last one."""

    def __init__(self, *states: list[str] | None) -> None:
        self.states = list(states)
        self.done = threading.Event()
        self.go = threading.Semaphore(0)

    def read(self) -> dict[str, str]:
        self.go.acquire(timeout=10)
        state = self.states.pop(0) if self.states else None
        if not self.states:
            self.done.set()
        if state is None:
            raise DiscoveryError("the store is away")
        return {f"services-drain/n1/{identity}": "web" for identity in state}

    def await_change(self, seconds: float) -> None:
        """The next read waits."""


def _until(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not test():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_marks_are_followed_and_stay_while_the_store_is_away(monkeypatch) -> None:
    monkeypatch.setattr(drain_marks, "_RETRY", 0)
    folder, lines, now = Folder([], ["c1"], None, None, ["c1", "c2"], ["c2"]), [], [50.0]
    marks = DrainMarks(folder, lines.append, lambda: now[0])
    marks.start()
    folder.go.release(4)
    _until(lambda: len(folder.states) == 2 and bool(lines))
    assert (marks.marked, marks.version) == ({"c1"}, 1)
    assert lines == ["who is about to stop is not known, trying again: the store is away"]
    folder.go.release(2)
    assert folder.done.wait(10)
    _until(lambda: marks.version == 3)
    # One whose mark has gone has stopped, which the engine may tell a moment later.
    assert (marks.marked, marks.version) == ({"c1", "c2"}, 3)
    now[0] += LINGER
    assert (marks.version, marks.marked) == (4, {"c2"})
    marks.close()
    folder.go.release(3)
