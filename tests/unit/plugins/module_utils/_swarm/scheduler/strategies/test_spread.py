# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter

from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, place, request

STOPPED = [container(f"old{number}", state="exited") for number in range(3)]


def names(placement):
    return [(candidate.node.name, candidate.weight) for candidate in placement.ranking]


def test_fewest_running_containers_first():
    nodes = (node("a", container("x"), container("y")), node("b", *STOPPED), node("c", container("z")))
    assert names(place(request(), *nodes)) == [("b", 0), ("c", 1), ("a", 2)]


def test_paused_and_restarting_containers_run():
    nodes = (node("a", container("x", state="paused")), node("b", container("y", state="restarting")), node("c"))
    assert names(place(request(), *nodes)) == [("c", 0), ("a", 1), ("b", 1)]


def test_containers_of_every_state_where_asked():
    nodes = (node("a", container("x"), container("y")), node("b", *STOPPED))
    assert names(place(request(), *nodes, spread_counts="all")) == [("a", 2), ("b", 3)]


def test_a_batch_is_dealt_out_evenly():
    requests = [request(f"web-{number}") for number in range(10)]
    nodes = [node("a"), node("b"), node("c")]
    placements = Scheduler(SchedulingSettings()).place_batch(nodes, requests)
    assert [placement.node.name for placement in placements[:3]] == ["a", "b", "c"]
    assert Counter(placement.node.name for placement in placements) == {"a": 4, "b": 3, "c": 3}


def test_a_request_that_does_not_start_counts_as_stopped():
    requests = [request(f"web-{number}", starts=False) for number in range(2)]
    placements = Scheduler(SchedulingSettings()).place_batch([node("a"), node("b")], requests)
    assert [placement.node.name for placement in placements] == ["a", "a"]
