# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter

import pytest
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


def test_what_is_reserved_comes_before_the_number_of_containers():
    nodes = (node("a", container("x", "3G"), memory="4G"), node("b", *map(container, "uvw"), memory="4G"))
    assert names(place(request(memory="1G"), *nodes)) == [("b", 25), ("a", 100)]
    assert names(place(request(), *nodes)) == [("a", 1), ("b", 3)]


def test_only_what_the_request_reserves_is_weighed():
    nodes = (node("a", container("x", "3G"), memory="4G", cpus=4), node("b", container("y", cpus=2), cpus=4))
    assert names(place(request(cpus=1), *nodes)) == [("a", 25), ("b", 75)]
    assert names(place(request(memory="1G", cpus=1), *nodes)) == [("b", 6 + 75), ("a", 100 + 25)]


@pytest.mark.parametrize(("counts", "order"), [("running", ["b", "a"]), ("all", ["a", "b"])])
def test_within_one_per_cent_the_fewest_containers_win(counts, order):
    """A hundredth of a per cent less is in use on a; the original counts whole ones."""
    nodes = (
        node("a", container("x", 50), container("y", 50), memory=10_000),
        node("b", container("z", 101), *STOPPED, memory=10_000),
    )
    placement = place(request(memory=100), *nodes, spread_counts=counts)
    assert names(placement) == [(name, 2) for name in order]


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
