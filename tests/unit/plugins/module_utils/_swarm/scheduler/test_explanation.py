# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers about a placement, read when the cluster has long changed."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, request


def test_an_answer_is_that_of_its_moment():
    edge = container("edge", "1G", ports=("80/tcp",))
    state = ClusterState.from_nodes([node("a", edge, memory="4G"), node("b", container("x"), memory="1G")])
    scheduler = Scheduler(SchedulingSettings())
    wanted = request(memory="2G", ports=("80/tcp",), affinities=("container==edge",))
    refused = scheduler.place(state, wanted)
    state.remove("a:2375", edge)
    state.add("b:2375", edge)
    assert refused.headline() == "0 of 2 nodes: 1 affinity container==edge, 1 port 80/tcp"
    assert [(each.node, each.filter, each.seen) for each in refused.refusals] == [
        ("a", "port", "held by edge"),
        ("b", "affinity", "on a"),
        ("b", "resources", "1G free"),
    ]
    assert scheduler.place(state, request(memory="2G")).node.name == "a"


def test_answers_in_any_order():
    state = ClusterState.from_nodes([node("a"), node("b")])
    scheduler = Scheduler(SchedulingSettings())
    placements = []
    for number in range(4):
        placements.append(scheduler.place(state, request(f"web-{number}")))
        state.add_request(placements[-1].node.address, placements[-1].request)
    weights = {
        number: [(each.node.name, each.weight) for each in placements[number].ranking] for number in (3, 0, 2, 1)
    }
    assert weights == {
        0: [("a", 0), ("b", 0)],
        1: [("b", 0), ("a", 1)],
        2: [("a", 1), ("b", 1)],
        3: [("b", 1), ("a", 2)],
    }


def test_a_question_about_a_replaced_container_leaves_the_state_as_it_is():
    state = ClusterState.from_nodes([node("a", container("web", "3G", id="old"), memory="4G")])
    scheduler = Scheduler(SchedulingSettings())
    placement = scheduler.place(state, request(memory="4G", replaces="old"))
    assert placement.ranking[0].node.name == "a"
    assert scheduler.place(state, request(memory="4G")).node is None


def test_a_copy_of_a_placement_tells_the_same():
    state = ClusterState.from_nodes([node("a"), node("b")])
    placement = Scheduler(SchedulingSettings()).place(state, request(constraints=("node==a",)))
    state.add_request("a:2375", placement.request)
    copy = replace(placement, node=state.nodes[1].node)
    assert copy.headline() == placement.headline() == "1 of 2 nodes: 1 constraint node==a"
    assert copy.ranking == placement.ranking
