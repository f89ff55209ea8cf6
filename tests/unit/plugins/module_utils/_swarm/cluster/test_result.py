# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task has done, as it is told."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.executor import Outcome
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Tools, Work
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.plan import MemberPlan
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.reconcile import engine_warnings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.result import (
    Result,
    as_if_undone,
    some_of,
    with_node,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member

from tests.unit.builders import node
from tests.unit.clock import TestClock


def test_warnings_are_given_once():
    result = Result(warnings=["a"])
    result.warn(each for each in ("b", "a", "b", "c"))
    assert result.warnings == ["a", "b", "c"]


def test_actions_change_unless_they_say_otherwise():
    result = Result()
    result.note([{"action": "pull", "changed": False}])
    assert result.changed is False
    result.note([{"action": "create"}, {"action": "pull", "changed": False}])
    assert (result.changed, [action["action"] for action in result.actions]) == (True, ["pull", "create", "pull"])


@pytest.mark.parametrize(
    ("count", "expected"), [(0, ""), (1, "0"), (5, "0; 1; 2; 3; 4"), (6, "0; 1; 2; 3; 4; and 1 more")]
)
def test_some_of_many_sentences(count, expected):
    assert some_of([str(number) for number in range(count)]) == expected


@pytest.mark.parametrize(
    ("settled", "changed"), [(0, [True, False, False]), (2, [True, True, False]), (3, [True, True, True])]
)
def test_what_was_rolled_back_changed_nothing(settled, changed):
    work = Work(Tools(None, TestClock(), Secrets(), None))
    work.actions += [
        {"action": "pull", "changed": True},
        {"action": "update", "changed": True},
        {"action": "start", "changed": True},
    ]
    outcome = Outcome(MemberPlan(Member("web"), node("n1"), "keep"), work, settled=settled)
    assert [action["changed"] for action in as_if_undone(outcome)] == changed
    assert all(action["changed"] for action in work.actions)


@pytest.mark.parametrize(
    ("address", "host"), [("10.0.0.1:2375", "10.0.0.1"), ("[fd00:1::2]:2375", "fd00:1::2"), ("n1:2375", "n1")]
)
def test_the_node_beside_the_reply(address, host):
    place = node("n1", address=address, cpus=3, memory="2G", labels={"zone": "a"})
    assert with_node({"Id": "x"}, place) == {
        "Id": "x",
        "Node": {
            "ID": "n1-id",
            "Name": "n1",
            "Addr": address,
            "IP": host,
            "Cpus": 3,
            "Memory": 2 << 30,
            "Labels": {"zone": "a"},
        },
    }


def test_what_engines_warn_of_is_told_once():
    def made(name, *warnings):
        return {"action": "create", "container": name, "node": "n1", "warnings": list(warnings)}

    actions = [made(f"web-{number}", "no swap") for number in range(1, 6)]
    assert engine_warnings([*actions[:1], made("db", "other"), {"action": "start"}]) == [
        "web-1 on n1: no swap",
        "db on n1: other",
    ]
    assert engine_warnings(actions[:3]) == ["web-1 on n1, web-2 on n1, web-3 on n1: no swap"]
    assert engine_warnings(actions) == ["web-1 on n1, web-2 on n1, web-3 on n1 and 2 more: no swap"]
