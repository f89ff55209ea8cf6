# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm list --watch``: as a function over a backend that a test plays, and as the program over a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.arguments import parse_arguments
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.entries import follow_entries
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError

_DISTRIBUTION = Path(__file__).resolve().parents[6] / "distribution"


class Played:
    """Gives one answer after another; then it is over."""

    def __init__(self, *answers: t.Sequence[str] | DiscoveryError) -> None:
        self.left = list(answers)

    def list(self) -> tuple[t.Any, ...]:
        answer = self.left.pop(0)
        if isinstance(answer, DiscoveryError):
            raise answer
        return tuple(map(parse_entry, answer))

    def watch(self, known: t.Sequence[t.Any], timeout: float) -> tuple[t.Any, ...]:
        return self.list()


def shown(*answers: t.Sequence[str] | DiscoveryError) -> tuple[list[str], list[str]]:
    backend = Played(*answers)
    output: list[str] = []
    errors: list[str] = []
    follow_entries(t.cast(t.Any, backend), lambda _seconds: not backend.left, output.append, errors.append)
    return output, errors


def test_every_entry_first_and_then_what_comes_and_goes() -> None:
    output, errors = shown(["a:1", "b:2"], ["a:1", "b:2"], ["b:2", "c:3"], ["b:2", "c:3", "a:1"])
    assert output == ["a:1", "b:2", "- a:1", "+ c:3", "+ a:1"]
    assert errors == []


def test_a_backend_that_is_away_is_told_once_and_takes_nothing_away() -> None:
    away = DiscoveryError("connection refused")
    output, errors = shown(["a:1"], away, away, ["a:1"], away, ["a:1", "b:2"])
    assert output == ["a:1", "+ b:2"]
    again = "the backend answers again"
    assert errors == ["connection refused", again, "connection refused", again]


def test_one_that_is_away_at_the_start_is_an_error() -> None:
    with pytest.raises(DiscoveryError):
        shown(DiscoveryError("connection refused"), ["a:1"])


def test_the_command_line_asks_for_it() -> None:
    assert parse_arguments(["list", "--watch", "nodes://a:1"], {}).watch  # type: ignore[union-attr]
    assert not parse_arguments(["list", "nodes://a:1"], {}).watch  # type: ignore[union-attr]


def test_the_program_shows_changes_of_a_file_and_ends_when_told(tmp_path: Path) -> None:
    listing = tmp_path / "cluster.conf"
    listing.write_text("a:1\n")
    shows = tmp_path / "shows"
    with shows.open("wb") as output:
        program = subprocess.Popen(
            [sys.executable, "-m", "classic_swarm", "list", "-w", f"file://{listing}"], stdout=output, cwd=_DISTRIBUTION
        )

    def until(text: str) -> None:
        deadline = time.monotonic() + 30
        while shows.read_text() != text:
            assert program.poll() is None, shows.read_text()
            assert time.monotonic() < deadline, shows.read_text()
            time.sleep(0.02)

    try:
        until("a:1\n")
        listing.write_text("b:2\n")
        until("a:1\n- a:1\n+ b:2\n")
        os.kill(program.pid, signal.SIGINT)
        assert program.wait(20) == 0
    finally:
        program.kill()
        program.wait()
