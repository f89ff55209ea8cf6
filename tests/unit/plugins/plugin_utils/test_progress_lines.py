# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import threading
import typing as t
from pathlib import Path
from types import SimpleNamespace

from ansible_collections.classic.swarm.plugins.module_utils._ansible.progress import VARIABLE, telling
from ansible_collections.classic.swarm.plugins.plugin_utils.progress_lines import progress_shown

RUNS = SimpleNamespace(check_mode=False)


class Screen(t.List[t.Tuple[str, str]]):
    """Who looks. A test waits for a line."""

    def __init__(self) -> None:
        super().__init__()
        self._new = threading.Event()

    def show(self, node: str, text: str) -> None:
        self.append((node, text))
        self._new.set()

    def wait(self) -> None:
        assert self._new.wait(10)
        self._new.clear()


def pipes(folder: Path) -> t.List[Path]:
    return list(folder.iterdir())


def test_what_a_module_tells_is_shown_while_it_runs(tmp_path: Path) -> None:
    screen = Screen()
    with progress_shown(0.01, str(tmp_path), screen.show):
        with telling(RUNS) as tell:
            tell("n1", "half")
            screen.wait()
            tell("n1", "half")
            tell("n2", "all of \x1b[31mit\n" + "x" * 5000)
            screen.wait()
        assert pipes(tmp_path)
    assert [screen[0], screen[1][0]] == [("n1", "half"), "n2"]
    assert screen[1][1].startswith("all of \\x1b[31mit\\nxxx")
    assert len(screen[1][1]) == 300
    assert (len(screen), pipes(tmp_path), os.environ.get(VARIABLE)) == (2, [], None)


def test_no_folder_for_a_pipe(tmp_path: Path) -> None:
    with progress_shown(1, str(tmp_path / "none"), Screen().show):
        assert VARIABLE not in os.environ


def test_what_is_no_line_of_ours_is_not_shown(tmp_path: Path) -> None:
    screen = Screen()
    with progress_shown(1, str(tmp_path), screen.show):
        path = os.environ[VARIABLE].partition(":")[2]
        with open(path, "wb", buffering=0) as pipe:
            pipe.write(b'[]\n{"node": 1}\nno JSON \xff\n' + b"x" * 70000 + b'\n{"node": "n1", "text": "seen"}\n')
    assert screen == [("n1", "seen")]
