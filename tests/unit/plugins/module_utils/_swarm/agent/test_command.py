# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.command import run


@pytest.mark.parametrize(
    ("arguments", "code", "output", "errors"),
    [
        (["list", "nodes://b:2,a:1"], 0, "b:2\na:1\n", ""),
        (["list", "nodes://a"], 2, "", "it has no port"),
        (["list", "consul://127.0.0.1:1/swarm"], 1, "", "Connection refused"),
        (["list", "file:///nowhere/cluster.conf"], 1, "", "does not exist"),
        (["join", "--advertise", "a:1", "nodes://a:1"], 2, "", "takes no registration of a:1"),
        (["join", "--advertise", "a:1", "--engine", "frob", "nodes://a:1"], 2, "", "'frob' is not understood"),
        (["join", "--dry-run", "--advertise", "a:1", "consul://127.0.0.1:1/swarm"], 0, "requests\n", ""),
        (["join", "--dry-run", "--advertise", "a:1", "zk://127.0.0.1:1/swarm"], 0, "kazoo\n", ""),
        (["join", "--dry-run", "--advertise", "a:1", "file:///nowhere"], 0, "", ""),
        (
            ["join", "--dry-run", "--advertise", "a:1", "nodes://h1:1"],
            2,
            "",
            "'nodes://h1:1' is read-only and takes no registration of a:1",
        ),
        (["join", "--dry-run", "--advertise", "a:1", "consul://127.0.0.1:1"], 2, "", "names no prefix"),
        (["--help"], 0, "usage: swarm", ""),
    ],
)
def test_what_it_writes_and_how_it_ends(arguments: list[str], code: int, output: str, errors: str) -> None:
    written, told = io.StringIO(), io.StringIO()
    assert run(arguments, {}, written, told) == code
    assert written.getvalue().startswith(output)
    assert bool(written.getvalue()) == bool(output)
    assert errors in told.getvalue()
    assert told.getvalue().count("\n") == bool(errors)
