# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals of many nodes: put together by reason, and bounded whatever engines and users write."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.results import failure, placement_result
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.observe import is_about_room
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler import explanation, spreading
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import PlacementError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.node import NodeState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, place, request
from ansible_collections.classic.swarm.tests.unit.tasks import plan, wanted

MANY = [node(f"node-{number:04}", labels={"zone": f"z{number % 4}"}) for number in range(1000)]


def test_a_thousand_nodes_are_said_once():
    refused = place(request(constraints=("zone==nowhere",)), *MANY)
    assert refused.headline() == "0 of 1000 nodes: 1000 constraint zone==nowhere"
    assert refused.matrix() == (
        "constraint zone==nowhere: 1000 nodes; zone is z0: 250 (node-0000, node-0004, node-0008, ...), "
        "zone is z1: 250 (node-0001, node-0005, node-0009, ...), "
        "zone is z2: 250 (node-0002, node-0006, node-0010, ...), "
        "zone is z3: 250 (node-0003, node-0007, node-0011, ...)"
    )


def test_the_cause_of_most_nodes_comes_first():
    nodes = [node(f"n{number:02}", container("edge", ports=("80/tcp",))) for number in range(7)]
    nodes += [node(f"n{number:02}", labels={"zone": "a"}) for number in range(7, 11)] + [down("n11")]
    refused = place(request(constraints=("zone==b",), ports=("80/tcp",)), *nodes)
    assert refused.matrix().splitlines() == [
        "constraint zone==b: 12 nodes; no label zone: 8 (n00, n01, n02, ...), zone is a: 4 (n07, n08, n09, ...)",
        "port 80/tcp: 7 nodes; held by edge: 7 (n00, n01, n02, ...)",
        "unhealthy: 1 node; unhealthy: no answer: 1 (n11)",
    ]
    assert refused.headline() == "0 of 12 nodes: 7 port 80/tcp, 4 constraint zone==b, 1 unhealthy"


def test_of_many_answers_the_most_frequent_are_told():
    nodes = [node(f"n{number:02}", labels={"zone": f"z{number}" if number < 8 else "same"}) for number in range(12)]
    assert place(request(constraints=("zone==a",)), *nodes).matrix() == (
        "constraint zone==a: 12 nodes; zone is same: 4 (n08, n09, n10, ...), zone is z0: 1 (n00), zone is z1: 1 (n01), "
        "zone is z2: 1 (n02), zone is z3: 1 (n03), others: 4"
    )


def test_nodes_of_one_name_are_told_apart():
    nodes = [node("twin", address=f"10.0.0.{number}:2375") for number in (1, 2)]
    nodes += [node(f"n{number:02}", labels={"zone": "a"}) for number in range(9)]
    assert place(request(constraints=("zone==a",)), *nodes).matrix() == (
        "constraint zone==a: 2 nodes; no label zone: 2 (twin (10.0.0.1:2375), twin (10.0.0.2:2375))"
    )


def test_ten_nodes_have_a_table():
    assert place(request(constraints=("zone==nowhere",)), *MANY[:10]).matrix().splitlines()[1:3] == [
        "node-0000  constraint  zone==nowhere  zone is z0",
        "node-0001  constraint  zone==nowhere  zone is z1",
    ]
    assert len(place(request(constraints=("zone==nowhere",)), *MANY[:11]).matrix().splitlines()) == 1


LONG = "\N{SNOWMAN}" * 5000


@pytest.mark.parametrize("count", [1, 3, 9, 11, 300])
@pytest.mark.parametrize(
    "constraints",
    [
        ("zone==nowhere",),
        (f"zone=={LONG}",),
        tuple(f"k{number}==a" for number in range(200)),
        (f"zone=={LONG}", "a==b"),
    ],
    ids=["short", "long", "many", "long and short"],
)
def test_what_is_printed_is_bounded(count, constraints):
    nodes = [
        node(f"{LONG}{number}", labels={"zone": f"{number}{LONG}\n\x1b[2J", **{f"k{key}": "b" for key in range(200)}})
        for number in range(count)
    ]
    refused = place(request(constraints=constraints), *nodes)
    text = f"no node takes web: {refused.headline()}\n{refused.matrix()}"
    assert len(text.splitlines()) <= 40
    assert len(text.encode()) <= 2 * 8192 if len(constraints) > 20 else len(text.encode()) <= 8192 + 1024
    assert all(line.isprintable() for line in text.splitlines())
    assert refused.matrix().startswith(("constraint ", "NODE "))


def test_of_reasons_without_number_the_rest_is_counted():
    nodes = [node(f"n{number:02}") for number in range(11)]
    refused = place(request(constraints=tuple(f"k{number:03}==a" for number in range(100))), *nodes)
    lines = refused.matrix().splitlines()
    assert lines[0] == "constraint k000==a: 11 nodes; no label k000: 11 (n00, n01, n02, ...)"
    assert lines[-1] == "and 62 more reasons"


def test_the_result_has_the_refusals_by_reason_and_the_verdicts_of_ten_nodes():
    result = placement_result(place(request(constraints=("zone==nowhere",), memory="32G"), *MANY))
    assert [(each["reason"], each["nodes"]) for each in result["refusals"]] == [
        ("constraint zone==nowhere", 1000),
        ("memory 32G", 1000),
    ]
    assert result["refusals"][0]["seen"][0] == {
        "seen": "zone is z0",
        "nodes": 250,
        "names": ["node-0000", "node-0004", "node-0008"],
    }
    assert [each["node"] for each in result["verdicts"]] == [
        f"node-{number:04}" for number in range(10) for _reason in range(2)
    ]
    assert len(json.dumps(result)) < 8192


def test_a_success_has_the_verdicts_of_ten_nodes():
    result = placement_result(place(request(constraints=("zone==z3",)), *MANY))
    assert [each["node"] for each in result["verdicts"]] == [
        f"node-{number:04}" for number in range(13) if number % 4 != 3
    ]
    assert [(each["reason"], each["nodes"]) for each in result["refusals"]] == [("constraint zone==z3", 750)]


def test_who_asks_for_everything_gets_it():
    explained = place(request(constraints=("zone==nowhere",)), *MANY, explain=True)
    assert len(placement_result(explained)["verdicts"]) >= 9 * 1000
    assert len(explained.to_dict()["verdicts"]) == 1000
    assert len(explained.matrix().splitlines()) == 1


def test_a_plain_value_tells_the_same():
    state = ClusterState.from_nodes(MANY)
    scheduler = Scheduler(SchedulingSettings())
    wish = request(constraints=("zone==nowhere", "node!=node-0001"), memory="32G")
    assert scheduler.explain(state, wish).matrix() == scheduler.place(state, wish).matrix()


def test_a_hundred_that_fit_nowhere_cost_one_text(monkeypatch):
    """What each verdict would cost is not paid a hundred times, neither in time nor in the result."""
    asked = []
    told = explanation.Explanation.refusals
    monkeypatch.setattr(explanation.Explanation, "refusals", lambda self: asked.append(self) or told(self))
    monkeypatch.setattr(explanation.Explanation, "verdicts", None)
    with pytest.raises(PlacementError) as caught:
        plan(wanted(count=100, constraints=("zone==nowhere",)), MANY)
    assert caught.value.message.startswith(
        "no node takes web-1, web-2, web-3, web-4, web-5 and 95 more: 0 of 1000 nodes: 1000 constraint zone==nowhere\n"
        "constraint zone==nowhere: 1000 nodes; zone is z0: 250 (node-0000, node-0004, node-0008, ...), "
    )
    assert len(caught.value.placements) == 100
    assert len(asked) == 1


def test_a_failure_costs_little_more_than_a_success():
    """A bound with room: it was eighty times as much for the message, and more than a megabyte for the result."""
    scheduler, state = Scheduler(SchedulingSettings()), ClusterState.from_nodes(MANY)
    begun = time.process_time()
    with pytest.raises(PlacementError) as caught:
        plan(wanted(count=100, constraints=("zone==nowhere",)), MANY)
    assert len(json.dumps(failure(caught.value))) < 65536
    failed = time.process_time() - begun
    begun = time.process_time()
    result = [placement_result(scheduler.place(state, request(f"web-{number}")), brief=True) for number in range(100)]
    assert result
    succeeded = time.process_time() - begun
    assert failed < 5 * succeeded + 0.5


def test_what_stands_in_domains_is_counted_once_for_all_nodes(monkeypatch):
    """Counted for each node of a thousand it took two seconds."""
    made = []
    counted = spreading.Spreading.__init__
    monkeypatch.setattr(spreading.Spreading, "__init__", lambda self, *rest: made.append(self) or counted(self, *rest))
    nodes = [
        node(f"n{number:02}", container(f"w{number}", labels={"classic.swarm.name": "web"})) for number in range(1, 20)
    ]
    wish = request("web-1", memory="1G", family="web", spread_over=(SpreadOver("node", max_skew=1),))
    refused = place(wish, node("n00", memory="1M"), *nodes)
    assert refused.headline() == "0 of 20 nodes: 19 spread_over node, 1 memory 1G"
    made.clear()
    assert refused.matrix().splitlines()[0].startswith("spread_over node: 19 nodes; 1 in node n01, 0 in n00: 1 (n01), ")
    assert len(made) == 2
    assert len(tuple(refused.verdicts)) >= 20 * 9
    assert len(made) == 4


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (request(constraints=("zone==nowhere",)), False),
        (request(constraints=("zone==nowhere",), memory="32G"), True),
        (request(constraints=("zone==nowhere",), ports=("80/tcp",)), True),
    ],
)
def test_room_is_found_behind_the_first_reason(wish, expected):
    taken = [node(f"n{number:02}", container("edge", ports=("80/tcp",))) for number in range(12)]
    assert is_about_room(PlacementError("", [place(wish, *taken)])) is expected


@pytest.mark.parametrize("nodes", [5, 300])
def test_a_refusal_of_many_ports_looks_at_a_node_a_hundred_times_at_most(monkeypatch, nodes):
    """Each port on each node was looked at, several times, and each look was kept: hundreds of megabytes."""
    ports = tuple(f"{number}/tcp" for number in range(1, 2001))
    edge = container("edge", ports=ports)
    refused = place(request(ports=ports), *(node(f"n{number:03}", edge) for number in range(nodes)))
    looks = []
    held = NodeState.port_holders
    monkeypatch.setattr(NodeState, "port_holders", lambda self, port: looks.append(port) or held(self, port))
    assert refused.headline() == f"0 of {nodes} nodes: {nodes} port 1/tcp"
    assert len(refused.refused_only_by({"port"})) == nodes
    lines = refused.matrix().splitlines()
    assert lines[0].startswith(f"port 1/tcp: {nodes} nodes; held by edge: {nodes} (n000, n001, n002, ...)")
    assert lines[-1] == f"and {2000 - len(lines) + 1} more reasons"
    assert len(json.dumps(failure(PlacementError("", [refused])))) < 1 << 19
    # for the message and for the result, and once more for the verdicts of five nodes that are listed
    assert len(looks) <= 2 * 100 * nodes + 2000


def test_refusals_behind_the_hundredth_reason_are_counted():
    ports = tuple(f"{number}/tcp" for number in range(1, 151))
    few, many = container("few", ports=ports), container("many", ports=ports[100:])
    nodes = [node("n00", few), *(node(f"n{number:02}", many) for number in range(1, 12))]
    refusals = place(request(ports=ports), *nodes).refusals_by_reason()
    assert [len(refusal.seen) for refusal in refusals] == [2] * 50 + [1] * 50 + [0] * 50
    assert [refusal.nodes for refusal in refusals] == [12] * 50 + [1] * 100


@pytest.mark.parametrize("explained", [False, True])
def test_nodes_that_only_some_filters_refused(explained):
    """Told without the verdicts as with them."""
    taken = container("edge", ports=("80/tcp",))
    nodes = [node("n1", taken, labels={"zone": "a"}), node("n2", taken), node("n3", labels={"zone": "a"}, memory="1M")]
    refused = place(request(constraints=("zone==a",), ports=("80/tcp",), memory="1G"), *nodes)
    if explained:
        refused = replace(refused, verdicts=tuple(refused.verdicts))
    names = {each.address: each.name for each in nodes}
    assert sorted(names[address] for address in refused.refused_only_by({"port", "resources"})) == ["n1", "n3"]
    assert sorted(names[address] for address in refused.refused_only_by({"port"})) == ["n1"]
    assert refused.refused_only_by({"constraint"}) == set()
