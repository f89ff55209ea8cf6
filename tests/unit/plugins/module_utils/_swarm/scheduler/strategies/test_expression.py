# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError, MissingLibraryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.node import NodeState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.strategies import expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, place, request

NODES = (
    node("a", container("x", "1G", 0.5), container("y", state="exited"), memory="4G", cpus=2, labels={"rack": "7"}),
    node("b", memory="2G", cpus=4, labels={"rack": "9"}),
)


@pytest.mark.parametrize(
    ("rank", "chosen", "weight"),
    [
        ("free.memory", "a", 3 * 2**30),
        ("free.cpus", "b", 4),
        ("memory", "a", 4 * 2**30),
        ("containers.total", "a", 2),
        ("containers.running", "a", 1),
        ("containers.stopped", "a", 1),
        ("reserved.cpus", "a", 0.5),
        ("to_number(labels.rack)", "b", 9),
        ("length(name)", "a", 1),
    ],
)
def test_the_highest_number_wins(rank, chosen, weight):
    best = place(request(), *NODES, strategy="expression", rank=rank).ranking[0]
    assert (best.node.name, best.weight) == (chosen, weight)


def test_free_is_what_the_settings_leave():
    settings = SchedulingSettings(overcommit=0.5, headroom_memory=2**30)
    assert expression.facts(NodeState(NODES[0]), settings)["free"] == {"memory": 4 * 2**30, "cpus": 2.5}


@pytest.mark.parametrize(
    ("rank", "problem"),
    [
        (None, "needs rank: a JMESPath expression such as free.memory"),
        ("", "needs rank"),
        ("free.", "rank 'free.' is not a JMESPath expression: "),
        ("nothing(name)", "rank 'nothing(name)' "),
    ],
)
def test_a_bad_rank(rank, problem):
    with pytest.raises(InputError) as caught:
        place(request(), *NODES, strategy="expression", rank=rank)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rank", "problem"),
    [
        ("labels.rack", "rank 'labels.rack' gives '7' for node a; it must give a number"),
        ("labels.nothing", "gives None for node a"),
        ("name == 'a'", "gives True for node a"),
        ("length(memory)", "rank 'length(memory)' fails on node a: "),
    ],
)
def test_a_rank_that_gives_no_number(rank, problem):
    with pytest.raises(InputError) as caught:
        place(request(), *NODES, strategy="expression", rank=rank)
    assert problem in str(caught.value)


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "jmespath", None)
    with pytest.raises(MissingLibraryError, match="strategy 'expression' needs the Python library jmespath"):
        expression.ExpressionStrategy(SchedulingSettings(strategy="expression", rank="cpus"))
