# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every step of every kind of plan fails in every way: what is on the engines then, what was done, what is said."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml

from tests.unit.plugins.module_utils._swarm.cluster.failing import FAULTS, PLANS, outcome, put_fault

ROWS = yaml.safe_load(Path(__file__).with_name("failing_steps.yml").read_text("utf-8"))
NOTHING = {"engines": [], "actions": [], "error": "", "warnings": []}

EVERY = [(plan, step, fault) for plan, (_make, steps) in PLANS.items() for step in steps for fault in FAULTS]


@pytest.mark.parametrize(
    ("row", "fault"),
    [pytest.param(row, fault, id=f"{row['plan']}, {row['step']}: {fault}") for row in ROWS for fault in row["faults"]],
)
def test_a_step_that_fails(row, fault):
    cluster, task = PLANS[row["plan"]][0]()
    put_fault(cluster, row["step"], fault)
    seen = outcome(cluster, task)
    row = {key: value for key, value in row.items() if key not in ("plan", "step", "faults")}
    expected = {**NOTHING, **row}
    expected["error"] = expected["error"].replace("FAULT", fault)
    expected["warnings"] = [warning.replace("FAULT", fault) for warning in expected["warnings"]]
    assert seen == expected


def test_the_table_is_complete():
    told = [(row["plan"], row["step"], fault) for row in ROWS for fault in row["faults"]]
    assert sorted(told) == sorted(EVERY)


#: What serves before each of these plans begins must serve when it has failed.
SERVING = ("recreate", "relocate")


@pytest.mark.parametrize(
    ("plan", "first", "second"),
    [
        pytest.param(plan, first, second, id=f"{plan}, {first[0]}: {first[1]}, {second[0]}: {second[1]}")
        for plan in SERVING
        for first, second in itertools.combinations(
            [(step, fault) for step in PLANS[plan][1] for fault in ("500", "before", "after")], 2
        )
        if first[0] != second[0]
    ],
)
def test_whatever_two_steps_fail_nothing_is_lost_unsaid(plan, first, second):
    """No engine dies here. Where the way back fails too, the message says which container is where."""
    cluster, task = PLANS[plan][0]()
    put_fault(cluster, *first)
    put_fault(cluster, *second)
    seen = outcome(cluster, task)
    said = seen["error"] + " ".join(seen["warnings"])
    assert any(line.endswith(" running") for line in seen["engines"]) or "could not be restored" in said, seen
    for line in seen["engines"]:
        name = line.split()[1]
        assert name == "web" or name in said + " ".join(seen["actions"]) or "(OLD on n1)" in said, seen
