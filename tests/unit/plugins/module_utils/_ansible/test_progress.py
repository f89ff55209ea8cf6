# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible import progress
from ansible_collections.classic.swarm.plugins.module_utils._ansible.progress import VARIABLE, telling
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.progress import silent

RUNS = SimpleNamespace(check_mode=False)


def test_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with telling(RUNS) as tell:
        assert tell is silent
    for value in ("1:", "soon:/dev/null/x", f"1:{tmp_path}", f"1:{tmp_path}/none"):
        monkeypatch.setenv(VARIABLE, value)
        with telling(RUNS) as tell:
            assert tell is silent
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setenv(VARIABLE, f"1:{tmp_path}/pipe")
    with telling(SimpleNamespace(check_mode=True)) as tell:
        assert tell is silent
    with telling(RUNS) as tell:
        assert tell is not silent
    os.close(reader)


def test_a_reader_that_is_slow_or_gone_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    line = {"node": "n1", "text": "x" * 300}
    # more than a pipe holds
    assert all(progress._written(writer, line) for _number in range(1000))
    os.close(reader)
    assert not progress._written(writer, line)
    os.close(writer)
