# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, place, request

BIG = node("big", memory="12G", cpus=12)
SMALL = node("small", memory="4G", cpus=4)


@pytest.mark.parametrize("wanted", [{}, {"memory": "100M"}, {"cpus": 0.1}, {"memory": "100M", "cpus": 0.1}])
def test_a_node_takes_as_much_as_it_is_big(wanted):
    requests = [request(f"web-{number}", **wanted) for number in range(40)]
    placements = Scheduler(SchedulingSettings(strategy="balanced")).place_batch([BIG, SMALL], requests)
    assert Counter(placement.node.name for placement in placements) == {"big": 30, "small": 10}


def test_the_weight_is_the_fraction_in_use_with_the_container():
    half = node("a", container("x", "1G", 1), memory="4G", cpus=4, labels={"containerslots": "4"})
    placement = place(request(memory="1G", cpus=1), half, strategy="balanced")
    assert [candidate.weight for candidate in placement.ranking] == [pytest.approx(0.5)]


def test_slots_decide_where_memory_and_cpus_are_alike():
    nodes = (node("a", labels={"containerslots": "4"}), node("b", labels={"containerslots": "8"}))
    assert place(request(), *nodes, strategy="balanced").node == nodes[1]


def test_a_label_that_allows_none_is_no_division_by_zero():
    nothing = node("a", labels={"containerslots": "0"})
    assert place(request(), nothing, strategy="balanced", filters=("port",)).node == nothing
