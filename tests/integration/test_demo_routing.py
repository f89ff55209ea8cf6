# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo of routing as a user runs it: no request fails while a container moves, and a dead engine has successors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.lab import Lab
from tests.tools.check.workspace import environment

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"(.+?) +([0-9]+) +([0-9]+) +[0-9.]+ s  (.*)")


def test_requests_through_a_router(lab: Lab) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.tools.demo_routing", "--name", lab.spec.name, "--subnet", lab.spec.subnet],
            cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=180, check=False,
        )  # fmt: skip
    finally:
        lab.reset()
    said = done.stdout
    assert done.returncode == 0, said
    rows = {row[1]: (int(row[2]), int(row[3]), row[4]) for row in map(_ROW.fullmatch, said.splitlines()) if row}
    edge, web, moved, died = rows.values()
    assert (edge[1], web[1], moved[1]) == (0, 0, 0), said
    assert min(edge[0], web[0], moved[0], died[0]) > 300, said
    assert re.fullmatch(r"dockerhost02: [0-9]+ by 1", edge[2])
    assert re.fullmatch(r"dockerhost02: [0-9]+ by 1, dockerhost03: [0-9]+ by 1", moved[2])
    assert sum(map(int, re.findall("by ([0-9]+)", web[2]))) == 10
    # Those whose connection broke in the middle of an answer are lost; what came afterwards is answered by the others.
    assert died[1] < 20, said
    assert "edge_webserver is on dockerhost03: create, start, drain, stop, remove, rename" in said
