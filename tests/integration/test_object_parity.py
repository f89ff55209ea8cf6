# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What community.docker holds of its modules for volumes, networks and commands, held of ours: a row is a task, and
whether it changes something. Each table goes on from what its rows before have left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes
from tests.lab import Lab

ONE = "dockerhost01"
CHANGES, STAYS = True, False

Row = tuple[dict[str, Any], bool]

GONE: dict[str, Any] = {"state": "absent"}
ANEW: dict[str, Any] = {"recreate": "options-changed"}
#: Options of the driver that differ in one value.
SMALL, LARGE = ({"driver": "local", "driver_options": {"type": "tmpfs", "device": "tmpfs", "o": f"size={each}m"}}
                for each in (100, 200))  # fmt: skip
FIRST, SECOND, THIRD = {"test.1": "hello"}, {"test.2": "world"}, {"test.3": "again"}
ICC = "com.docker.network.bridge.enable_icc"

VOLUMES: dict[str, list[Row]] = {
    "there, anew, gone": [
        ({}, CHANGES),
        ({}, STAYS),
        (ANEW, STAYS),
        ({"recreate": "always"}, CHANGES),
        (GONE, CHANGES),
        (GONE, STAYS),
    ],
    "options of a driver": [(SMALL, CHANGES), (SMALL, STAYS), (LARGE, STAYS), ({**LARGE, **ANEW}, CHANGES)],
    "labels": [
        ({"labels": {**FIRST, **SECOND}}, CHANGES),
        ({"labels": {**SECOND, **FIRST}}, STAYS),
        ({"labels": FIRST}, STAYS),
        ({"labels": FIRST, **ANEW}, STAYS),
        ({"labels": {**FIRST, **THIRD}}, STAYS),
        ({"labels": {**FIRST, **THIRD}, **ANEW}, CHANGES),
    ],
}
NETWORKS: dict[str, list[Row]] = {
    "internal": [({"internal": True}, CHANGES), ({"internal": True}, STAYS), ({"internal": False}, CHANGES)],
    "options of a driver": [
        ({"driver_options": {ICC: "false"}}, CHANGES),
        ({"driver_options": {ICC: "false"}}, STAYS),
        ({"driver_options": {ICC: False}}, STAYS),
        ({"driver_options": {ICC: "true"}}, CHANGES),
        ({"driver_options": {ICC: True}}, STAYS),
    ],
    "scope": [({"driver": "bridge", "scope": "local"}, CHANGES), ({"driver": "bridge", "scope": "local"}, STAYS)],
    "attachable": [({"attachable": True}, CHANGES), ({"attachable": True}, STAYS), ({"attachable": False}, CHANGES)],
    "labels": [
        ({"labels": {**FIRST, **SECOND}}, CHANGES),
        ({"labels": {**SECOND, **FIRST}}, STAYS),
        ({"labels": FIRST}, STAYS),
        ({"labels": {**FIRST, **THIRD}}, CHANGES),
    ],
    "containers": [
        ({}, CHANGES),
        ({"connected": ["box-a"]}, CHANGES),
        ({"connected": ["box-a"]}, STAYS),
        ({"connected": ["box-a", "box-b"]}, CHANGES),
        ({"connected": ["box-a", "box-b"]}, STAYS),
        ({"connected": ["box-c"], "appends": True}, CHANGES),
        ({"connected": ["box-c"], "appends": True}, STAYS),
        ({"connected": ["box-b", "box-c"]}, CHANGES),
        ({"connected": ["box-b", "box-c"]}, STAYS),
        (GONE, CHANGES),
        (GONE, STAYS),
    ],
}
ROWS = [("swarm_volume", name) for name in VOLUMES] + [("swarm_network", name) for name in NETWORKS]


@pytest.fixture(scope="module")
def nodes(lab: Lab) -> OnNodes:
    lab.reset()
    for name in ("box-a", "box-b", "box-c"):
        lab.engine(ONE).docker("run", "--detach", "--name", name, "busybox", "sleep", "600")
    return OnNodes(lab)


@pytest.mark.parametrize(("module", "table"), ROWS)
def test_what_changes_and_what_stays(module: str, table: str, nodes: OnNodes) -> None:
    named = {"name": "parity", "nodes": [ONE]}
    rows = VOLUMES[table] if module == "swarm_volume" else NETWORKS[table]
    nodes.run(module, **named, **GONE)
    wrong = []
    for number, (options, changes) in enumerate(rows):
        # a check foresees it
        for check in (True, False):
            if nodes.run(module, check=check, **named, **options)["changed"] is not changes:
                wrong.append((number, check, options))
    nodes.run(module, **named, **GONE)
    assert wrong == []


@pytest.mark.parametrize("module", ["swarm_volume", "swarm_network"])
def test_a_label_that_is_no_text_is_refused(module: str, nodes: OnNodes) -> None:
    assert "labels" in nodes.refused(module, name="parity", nodes=[ONE], labels={"foo": 1.0})["msg"]


LONG = ["something long " * 10_000, "something else " * 5_000]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"argv": ["sh", "-c", "cat"]}, "", id="no input at all"),
        pytest.param({"argv": ["cat"], "stdin": "Hi!", "strip_empty_ends": False}, "Hi!\n", id="a line break is added"),
        pytest.param(
            {"argv": ["cat"], "stdin": "Hi!", "stdin_add_newline": False, "strip_empty_ends": False},
            "Hi!",
            id="none is added",
        ),
        pytest.param({"argv": ["cat"], "stdin": "Hi!"}, "Hi!", id="added and left out again"),
        pytest.param({"argv": ["cat"], "stdin": "\n".join(LONG)}, "\n".join(LONG), id="long lines"),
        pytest.param({"command": "sh -c 'echo a  b'"}, "a b", id="a string that is split as a shell does it"),
        pytest.param(
            {"argv": ["sh", "-c", 'echo "$FOO"'], "env": {"FOO": "bar\nbaz"}}, "bar\nbaz", id="lines in a variable"
        ),
    ],
)
def test_what_a_command_writes(options: dict[str, Any], expected: str, nodes: OnNodes) -> None:
    done = nodes.run("swarm_container_exec", container="box-a", **options)
    assert (done["rc"], done["stdout"], done["stderr"], done["changed"]) == (0, expected, "", True)


def test_a_command_that_is_not_waited_for(nodes: OnNodes) -> None:
    done = nodes.run("swarm_container_exec", container="box-a", argv=["sleep", "1"], detach=True)
    assert (done["changed"], len(done["exec_id"])) == (True, 64)
    assert not {"rc", "stdout", "stderr"} & set(done)
