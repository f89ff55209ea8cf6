# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file and what runs change together, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from classic_swarm._swarm.errors import InputError
from classic_swarm.router.applier import Applier
from classic_swarm.router.configuration_file import MARK, ConfigurationFile
from classic_swarm.router.errors import RouteError
from classic_swarm.router.proxy import RELOAD, Proxy, run_check


class Scripted(Proxy):
    """Does what it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.taken: list[tuple[str | None, str]] = []
        self.fails = ""
        self.in_step = True

    def check(self, path: str) -> None:
        self.checked.append(Path(path).read_text())
        if self.fails == "check":
            raise RouteError("check", "no")

    def is_in_step(self, text: str) -> bool:
        return self.in_step

    def take(self, before: str | None, text: str) -> str:
        self.taken.append((before, text))
        if self.fails == "take":
            raise RouteError("apply", "no")
        return RELOAD

    def tend(self, now: float) -> None:
        return


@pytest.fixture
def proxy() -> Scripted:
    return Scripted()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "haproxy.cfg"


def test_it_is_checked_then_written_then_taken(proxy: Scripted, path: Path) -> None:
    applier = Applier(ConfigurationFile(str(path), False), proxy)
    assert applier.apply("one\n") == RELOAD
    assert path.read_text() == f"{MARK}one\n"
    path.chmod(0o640)
    assert applier.apply("two\n") == RELOAD
    assert proxy.checked == [f"{MARK}one\n", f"{MARK}two\n"]
    assert proxy.taken == [(None, f"{MARK}one\n"), (f"{MARK}one\n", f"{MARK}two\n")]
    assert path.stat().st_mode & 0o777 == 0o640
    assert applier.apply("two\n") is None
    proxy.in_step = False
    assert applier.apply("two\n") == RELOAD
    assert [each.name for each in path.parent.iterdir()] == ["haproxy.cfg"]


@pytest.mark.parametrize("before", [None, f"{MARK}one\n"])
@pytest.mark.parametrize("stage", ["check", "take"])
def test_what_fails_leaves_what_was_there(proxy: Scripted, path: Path, before: str | None, stage: str) -> None:
    if before is not None:
        path.write_text(before)
    proxy.fails = stage
    with pytest.raises(RouteError):
        Applier(ConfigurationFile(str(path), False), proxy).apply("two\n")
    assert (path.read_text() if path.exists() else None) == before
    assert [each for each in path.parent.iterdir() if each != path] == []


def test_what_somebody_else_wrote_is_left_alone(proxy: Scripted, path: Path) -> None:
    path.write_text("global\n")
    with pytest.raises(InputError, match="was not written by swarm route; give --overwrite"):
        Applier(ConfigurationFile(str(path), False), proxy).apply("one\n")
    assert proxy.checked == []
    assert path.read_text() == "global\n"
    assert Applier(ConfigurationFile(str(path), True), proxy).apply("one\n") == RELOAD


def test_a_folder_that_cannot_be_written(proxy: Scripted, tmp_path: Path) -> None:
    with pytest.raises(RouteError, match="cannot be written: No such file or directory"):
        Applier(ConfigurationFile(str(tmp_path / "none" / "x"), False), proxy).apply("one\n")


def test_words_of_a_program_that_checks(tmp_path: Path) -> None:
    with pytest.raises(RouteError, match="the configuration does not pass sh: fault in the configuration"):
        run_check(("sh", "-c", 'echo "fault in $0"; exit 1'), str(tmp_path / "x"))
    with pytest.raises(InputError, match="the program '/none' is not there"):
        run_check(("/none",), "x")
