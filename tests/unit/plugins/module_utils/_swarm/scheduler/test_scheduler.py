# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import (
    container,
    down,
    node,
    passing,
    place,
    refusals,
    request,
)


def chosen(placements):
    return [placement.node and placement.node.name for placement in placements]


def place_batch(nodes, requests, **settings):
    return Scheduler(SchedulingSettings(**settings)).place_batch(nodes, requests)


def test_soft_expressions_come_before_the_strategy():
    nodes = (
        node("a"),
        node("b", container("x"), labels={"disk": "ssd"}),
        node("c", container("y"), container("z"), labels={"disk": "ssd", "zone": "eu"}),
    )
    placement = place(request(constraints=("disk==~ssd", "zone==~eu")), *nodes)
    assert [(each.node.name, each.soft) for each in placement.ranking] == [("c", 2), ("b", 1), ("a", 0)]


def test_a_soft_expression_that_no_node_meets_leaves_the_others_their_say():
    nodes = (node("a"), node("b", container("web-1"), labels={"disk": "ssd"}))
    wanted = request(constraints=("disk==~ssd", "zone==~nowhere"), affinities=("container!=~web-*",))
    assert [(each.node.name, each.soft) for each in place(wanted, *nodes).ranking] == [("a", 1), ("b", 1)]
    assert place(request(constraints=("disk==~ssd", "zone==~nowhere")), *nodes).node == nodes[1]


def test_ties_break_by_name_and_then_by_address():
    nodes = [node("b"), node("a", address="10.0.0.2:2375"), node("a", address="10.0.0.1:2375")]
    placement = place(request(), *nodes)
    assert [each.node.address for each in placement.ranking] == ["10.0.0.1:2375", "10.0.0.2:2375", "b:2375"]


def test_filters_that_are_not_chosen_are_not_asked():
    taken = node("a", container("edge", ports=("80/tcp",)))
    wanted = request(ports=("80/tcp",), constraints=("zone==eu",))
    assert passing(wanted, taken, filters=("health", "resources")) == ["a"]
    assert passing(wanted, taken, filters=("port",)) == []


def test_when_nothing_fits_every_filter_has_been_asked_about_every_node():
    nodes = (node("a", container("edge", ports=("80/tcp",))), node("b", labels={"zone": "eu"}, memory="1G"), down("c"))
    placement = place(request(ports=("80/tcp",), constraints=("zone==eu",), memory="2G"), *nodes)
    assert placement.node is None
    assert placement.ranking == ()
    answers = {(verdict.node, verdict.filter): verdict.passed for verdict in placement.verdicts}
    assert len(answers) == 3 * 10
    assert {key for key, passed in answers.items() if not passed} == {
        ("a", "port"),
        ("a", "constraint"),
        ("b", "resources"),
        ("c", "health"),
        ("c", "constraint"),
    }
    assert placement.headline() == "0 of 3 nodes: 1 memory 2G, 1 port 80/tcp, 1 unhealthy"


def test_on_success_only_refusals_are_kept_unless_asked():
    nodes = (node("a"), node("b", labels={"zone": "eu"}))
    wanted = request(constraints=("zone==eu",))
    assert [verdict.node for verdict in place(wanted, *nodes).verdicts] == ["a"]
    assert len(place(wanted, *nodes, explain=True).verdicts) == 2 * 10


def test_a_batch_is_placed_as_if_asked_one_after_another():
    nodes = [node("a", memory="4G"), node("b", memory="2G")]
    requests = [
        request("one", memory="2G", ports=("80/tcp",)),
        request("two", memory="2G", ports=("80/tcp",)),
        request("three", ports=("80/tcp",)),
        request("four", memory="2G"),
        request("five", memory="1"),
        request("six", affinities=("container==two",)),
    ]
    placements = place_batch(nodes, requests)
    assert chosen(placements) == ["a", "b", None, "a", None, "b"]
    assert placements[2].headline() == "0 of 2 nodes: 2 port 80/tcp"
    assert placements[4].headline() == "0 of 2 nodes: 2 memory 1B"


def test_what_a_batch_places_is_seen_by_labels_images_and_globs():
    nodes = [node("a"), node("b")]
    requests = [
        request("first", labels={"tier": "web"}, image="redis:6", constraints=("node==b",)),
        request("by-label", affinities=("tier==web",)),
        request("by-image", affinities=("image==redis",)),
        request("by-glob", affinities=("container==by-*",)),
        request("away", affinities=("container!=/^by-/",)),
    ]
    assert chosen(place_batch(nodes, requests)) == ["b", "b", "b", "b", "a"]


def test_the_container_that_goes_away_does_not_count():
    old = container("web", "3G", 1, ports=("80/tcp",), id="old")
    here = node("a", old, memory="4G", labels={"containerslots": "1"})
    wanted = request("web", memory="4G", ports=("80/tcp",))
    assert passing(wanted, here) == []
    assert passing(request("web", memory="4G", ports=("80/tcp",), replaces="old"), here) == ["a"]


def test_a_question_leaves_the_state_as_it_is():
    state = ClusterState.from_nodes([node("a", container("web", "3G", ports=("80/tcp",), id="old"), memory="4G")])
    scheduler = Scheduler(SchedulingSettings())
    scheduler.place(state, request(memory="4G", replaces="old"))
    assert scheduler.place(state, request(ports=("80/tcp",), memory="2G")).headline() == "0 of 1 nodes: 1 port 80/tcp"


def test_in_a_batch_a_replaced_container_is_gone_for_those_that_follow():
    nodes = [node("a", container("web", "3G", id="old"), memory="4G"), node("b", memory="4G")]
    requests = [
        request("web", memory="1G", replaces="old", constraints=("node==b",)),
        request("next", memory="4G"),
        request("stays", memory="4G", replaces="nobody"),
    ]
    assert chosen(place_batch(nodes, requests)) == ["b", "a", None]


def test_a_replaced_container_stays_where_its_successor_fits_nowhere():
    nodes = [node("a", container("web", "3G", id="old"), memory="4G")]
    requests = [request("web", memory="5G", replaces="old"), request("next", memory="4G")]
    assert chosen(place_batch(nodes, requests)) == [None, None]


def test_judge_answers_for_one_node():
    state = ClusterState.from_nodes([node("a"), node("b", container("web", id="old"), labels={"containerslots": "1"})])
    scheduler = Scheduler(SchedulingSettings())
    wanted = request(constraints=("node==a", "zone==~eu"))
    assert scheduler.judge(state, wanted, "a:2375") == ()
    assert [verdict.reason for verdict in scheduler.judge(state, wanted, "b:2375")] == [
        "containerslots",
        "constraint node==a",
    ]
    assert scheduler.judge(state, request(replaces="old"), "b:2375") == ()


def test_the_strategy_goes_by_its_own_name():
    scheduler = Scheduler(SchedulingSettings(strategy="binpacking"))
    assert scheduler.strategy_name == "binpack"


@pytest.mark.parametrize(
    ("strategy", "weighs"), [("spread", False), ("binpack", False), ("balanced", True), ("expression", True)]
)
def test_which_strategies_hang_on_reservations_also_for_a_request_without_any(strategy, weighs):
    rank = "free.memory" if strategy == "expression" else None
    assert Scheduler(SchedulingSettings(strategy, rank=rank)).weighs_reservations is weighs


@pytest.mark.parametrize(
    ("ports", "problem"),
    [
        (("80/tcp", "80/tcp"), "web: host port 80/tcp is asked for twice"),
        (("80/tcp", "127.0.0.1:80/tcp"), "web: host ports 80/tcp and 127.0.0.1:80/tcp collide"),
    ],
)
def test_a_request_that_collides_with_itself(ports, problem):
    with pytest.raises(InputError, match=problem):
        place(request(ports=ports), node("a"))


def test_very_many_ports_are_compared_by_their_numbers():
    """Comparing each with each took four times as long for twice as many: 16,000 took half a minute."""
    began = time.process_time()
    ports = tuple(f"{number}/tcp" for number in range(1, 40_001))
    assert place(request(ports=ports), *(node(f"n{number}") for number in range(10))).node.name == "n0"
    assert time.process_time() - began < 15
    with pytest.raises(InputError, match="web: host port 40000/tcp is asked for twice"):
        place(request(ports=(*ports, "40000/tcp")), node("a"))


def test_one_number_on_two_addresses_or_protocols_is_no_collision():
    ports = ("127.0.0.1:80/tcp", "127.0.0.2:80/tcp", "127.0.0.1:80/udp", "80-90/tcp")
    assert refusals(request(ports=ports), node("a")) == {}


def test_an_empty_cluster():
    assert place(request()).headline() == "0 of 0 nodes: the cluster is empty"
