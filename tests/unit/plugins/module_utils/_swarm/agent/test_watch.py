# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.health import make_check
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import EngineCheckSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.watch import watch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, InputError


class Engine:
    """Gives one answer after the other, and what stood in the file at each wait; stops after the last."""

    def __init__(self, path: Path, *answers: str) -> None:
        self.path = path
        self.answers = list(answers)
        self.seen: list[str] = []
        self.waits: list[float] = []
        self.lines: list[str] = []

    def check(self) -> None:
        answer = self.answers.pop(0)
        if answer:
            raise EngineError("engine", answer)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.seen.append(self.path.read_text())
        return not self.answers

    def watch(self) -> None:
        watch(self.check, str(self.path), 10, self.wait, self.lines.append)


def test_every_answer_is_written_and_every_change_is_told(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "health", "", "", "refused\nby it", "refused\nby it", "")
    engine.watch()
    assert engine.seen == ["healthy\n", "healthy\n", "refused by it\n", "refused by it\n", "healthy\n"]
    assert engine.lines == [
        "the engine is healthy",
        "the engine is not healthy: refused by it",
        "the engine is healthy",
    ]
    assert engine.waits == [10] * 5


def test_the_file_goes_with_the_watcher(tmp_path: Path) -> None:
    Engine(tmp_path / "health", "").watch()
    assert list(tmp_path.iterdir()) == []


def test_others_can_read_it_and_the_agent_understands_it(tmp_path: Path) -> None:
    path = tmp_path / "health"
    engine = Engine(path, "")
    understood = make_check(EngineCheckSettings(f"file://{path}"))

    def wait(_seconds: float) -> bool:
        understood()
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        return True

    watch(engine.check, str(path), 10, wait, engine.lines.append)


def test_a_file_that_cannot_be_written_ends_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file"):
        Engine(tmp_path / "none" / "health", "").watch()
