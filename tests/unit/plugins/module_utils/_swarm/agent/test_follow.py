# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one process writes of an engine's containers, and what the other one makes of it."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.follow import SIGN_OF_LIFE, follow
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.followed_file import FollowedFile
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.observed import Observed, observe

WEB = observe({"Id": "c1", "Name": "/web", "State": {"Running": True}})
DB = observe({"Id": "c2", "Name": "/db", "State": {"Running": True}})


class Engine:
    """Containers that change as a test says, once a second of a clock that stands still otherwise."""

    def __init__(self, path: Path, *states: list[Observed] | None) -> None:
        self.path = path
        self.states = list(states)
        self.known: list[Observed] = []
        self.version = 0
        self.now = 100.0
        self.lines: list[str] = []
        self.file = FollowedFile(str(path), self.lines.append)
        self.seen: list[tuple[int, list[str]]] = []

    def look(self) -> tuple[list[Observed], set[str]]:
        return self.known, {"c2"}

    def wait(self, _seconds: float) -> bool:
        self.seen.append((self.file.version, [each.facts.name for each in self.file.look()[0]]))
        if not self.states:
            return True
        state = self.states.pop(0)
        self.now += 1
        if state is not None:
            self.known, self.version = state, self.version + 1
        return False

    def follow(self) -> None:
        follow("n1", self, str(self.path), lambda: self.now, self.wait)


def test_every_change_is_read_and_nothing_else_is_one(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "containers", None, [WEB], None, [WEB], [WEB, DB], [])
    engine.follow()
    # Nothing is written before something is known.
    assert engine.seen == [
        (0, []),
        (0, []),
        (1, ["web"]),
        (1, ["web"]),
        (1, ["web"]),
        (2, ["web", "db"]),
        (3, []),
    ]
    assert (engine.file.node, engine.file.look()[1]) == ("n1", {"c2"})
    assert engine.lines[0].startswith(f"the engine is not followed, trying again: {engine.path}: No such file")
    assert engine.lines[1:] == ["the engine is followed"]


def test_the_file_goes_with_whoever_writes_it_and_what_was_known_stays(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "containers", [WEB])
    engine.follow()
    assert list(tmp_path.iterdir()) == []
    assert (engine.file.version, len(engine.file.look()[0])) == (1, 1)
    assert "No such file" in engine.lines[-1]


def test_others_can_read_it_and_it_is_touched_now_and_then(tmp_path: Path) -> None:
    path, modes, ages = tmp_path / "containers", set(), []
    engine = Engine(path, [WEB], *[None] * (2 * int(SIGN_OF_LIFE) + 1))
    wait = engine.wait

    def look(seconds: float) -> bool:
        if path.exists():
            modes.add(stat.S_IMODE(path.stat().st_mode))
            ages.append(path.stat().st_mtime)
            os.utime(path, (1, 1))
        return wait(seconds)

    engine.wait = look  # type: ignore[method-assign]
    engine.follow()
    assert modes == {0o644}
    assert sum(age > 1 for age in ages) == 3


def test_a_file_that_nobody_touches_is_told_and_not_believed_at_first(tmp_path: Path) -> None:
    path = tmp_path / "containers"
    Engine(path, [WEB]).file.look()
    engine = Engine(path, [WEB])
    engine.wait = lambda _seconds: path.exists()  # type: ignore[method-assign]
    engine.known, engine.version = [WEB], 1

    def write(age: float) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"{follow.__module__}.remove_word", lambda _path: None)
            engine.follow()
        os.utime(path, (time.time() - age,) * 2)

    write(age=60)
    lines: list[str] = []
    file = FollowedFile(str(path), lines.append)
    assert (file.version, file.node) == (0, None)
    assert lines == [
        f"the engine is not followed, trying again: nobody has touched {path} for 15 s; is swarm follow running?"
    ]
    os.utime(path)
    assert (file.version, file.node) == (1, "n1")
    os.utime(path, (time.time() + 60,) * 2)
    assert (file.version, len(file.look()[0]), len(lines)) == (1, 1, 3)


def test_what_cannot_be_understood_changes_nothing(tmp_path: Path) -> None:
    path, lines = tmp_path / "containers", []
    file = FollowedFile(str(path), lines.append)
    path.write_text("healthy\n", encoding="utf-8")
    assert file.version == 0
    assert "Expecting value" in lines[0]


def test_a_file_that_cannot_be_written_ends_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file"):
        Engine(tmp_path / "none" / "containers", [WEB]).follow()
