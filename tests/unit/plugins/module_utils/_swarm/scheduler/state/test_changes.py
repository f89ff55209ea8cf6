# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster that changes: a state that was changed step by step answers like one that is built anew."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import Image
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import NAME
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request, SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.journal import Moment
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, port, request
from ansible_collections.classic.swarm.tests.unit.soak import examples
from hypothesis import given, settings
from hypothesis import strategies as st

ADDRESSES = [f"10.0.0.{number}:2375" for number in range(4)]
CONTAINERS = st.builds(
    Container,
    id=st.sampled_from(["x1", "x2", "x3", "x4", "x5"]),
    name=st.sampled_from(["c0", "c1", "c2"]),
    image=st.sampled_from(["redis:6", "web"]),
    labels=st.sampled_from([{}, {"tier": "web"}, {"Tier": "db", NAME: "r"}, {NAME: "r"}]),
    state=st.sampled_from(["running", "exited"]),
    ports=st.sampled_from([(), (HostPort("", 80),), (HostPort("10.0.0.1", 80),)]),
    reservation=st.builds(Reservation, st.sampled_from([0, 1, 3]), st.sampled_from([0.0, 0.1])),
)
NODES = st.builds(
    Node,
    address=st.sampled_from(ADDRESSES),
    name=st.sampled_from(["n1", "n2", "n3"]),
    id=st.sampled_from(["id-1", "id-2"]),
    health=st.sampled_from([Health.HEALTHY, Health.HEALTHY, Health.UNHEALTHY]),
    reason=st.sampled_from(["", "no answer"]),
    labels=st.sampled_from([{}, {"zone": "a"}, {"Zone": "b", "rack": "1"}, {"zone": "a", "containerslots": "2"}]),
    cpus=st.integers(1, 2),
    memory=st.integers(0, 12),
    containers=st.lists(CONTAINERS, max_size=3, unique_by=lambda each: each.id).map(tuple),
    images=st.sampled_from([None, (), (Image("sha256:1", ("job:1",)),), (Image("sha256:2", ("web:latest", "x")),)]),
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), NODES),
        st.tuples(st.just("drop"), st.sampled_from(ADDRESSES)),
        st.tuples(st.just("health"), st.sampled_from(ADDRESSES), st.sampled_from(list(Health))),
        st.tuples(st.just("labels"), st.sampled_from(ADDRESSES), st.sampled_from([{}, {"zone": "b"}, {"Rack": "1"}])),
        st.tuples(st.just("add"), st.sampled_from(ADDRESSES), CONTAINERS),
        st.tuples(st.just("remove"), st.sampled_from(ADDRESSES)),
    ),
    max_size=8,
)
#: Together they ask every index, every test and every order there is.
QUESTIONS = [
    request(
        "r-9",
        constraints=("zone==a", "node!=~n1", "node==/n|id/"),
        affinities=("image!=job", "tier==~web", "container!=c0", "container==~/c./"),
        replaces="x1",
    ),
    request("r-8", memory=1, cpus=0.1, ports=("80/tcp", "81-82/tcp"), constraints=("zone!=b",)),
    request("r-7", memory=2, dependencies=("c1",), whitelist=("n1", "id-2")),
    request("r-6", spread_over=(SpreadOver("zone", max_skew=1), SpreadOver("node")), family="r"),
]
STRATEGIES = [
    SchedulingSettings("spread"),
    SchedulingSettings("binpack"),
    SchedulingSettings("balanced"),
    SchedulingSettings("expression", rank="free.memory"),
]


def answers(schedulers, state):
    """All that can be told of every question now."""
    return [
        (placement.headline(), placement.to_dict(explain=True))
        for scheduler in schedulers
        for placement in (scheduler.place(state, asked, explain=True) for asked in QUESTIONS)
    ]


def change(nodes, state, step):
    """Take a step on plain nodes and on the state; one on a node that is not there is none."""
    kind, where, *more = step
    if kind == "put":
        nodes[where.address] = where
        state.put(where)
    elif where not in nodes:
        return
    elif kind == "drop":
        del nodes[where]
        state.drop(where)
    elif kind == "health":
        nodes[where] = replace(nodes[where], health=more[0], reason="why")
        state.set_health(where, more[0], "why")
    elif kind == "labels":
        nodes[where] = replace(nodes[where], labels=more[0])
        state.set_labels(where, more[0])
    elif kind == "add" and more[0].id not in {each.id for each in nodes[where].containers}:
        nodes[where] = replace(nodes[where], containers=(*nodes[where].containers, more[0]))
        state.add(where, more[0])
    elif kind == "remove" and nodes[where].containers:
        gone, *others = nodes[where].containers
        nodes[where] = replace(nodes[where], containers=tuple(others))
        state.remove(where, gone)


def one_container_of_an_id(nodes):
    """Of several containers with the ID that is replaced only one goes; which one is nobody's promise."""
    return sum(each.id == "x1" for one in nodes.values() for each in one.containers) <= 1


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(NODES, max_size=3, unique_by=lambda each: each.address), CHANGES)
def test_a_state_that_follows_answers_like_a_new_one(start, steps):
    nodes, state = {each.address: each for each in start}, ClusterState.from_nodes(start)
    schedulers = [Scheduler(each) for each in STRATEGIES]
    answers(schedulers, state)
    for step in steps:
        change(nodes, state, step)
        if one_container_of_an_id(nodes):
            assert answers(schedulers, state) == answers(schedulers, ClusterState.from_nodes(nodes.values()))
    assert [(each.memory, each.nanocpus, each.running, each.total) for each in state.nodes] == [
        (each.memory, each.nanocpus, each.running, each.total) for each in ClusterState.from_nodes(nodes.values()).nodes
    ]


@settings(max_examples=examples(50), deadline=None)
@given(st.lists(NODES, max_size=3, unique_by=lambda each: each.address), CHANGES, st.randoms(use_true_random=False))
def test_what_is_told_later_is_what_was_true_then(start, steps, chance):
    """Nodes that joined, left and changed since do not matter, in whatever order the placements are read."""
    nodes, state = {each.address: each for each in start}, ClusterState.from_nodes(start)
    scheduler = Scheduler(SchedulingSettings())
    read_at_once, kept = [], []
    for step in steps:
        change(nodes, state, step)
        for asked in QUESTIONS:
            kept.append(scheduler.place(state, asked))
            told = scheduler.place(state, asked)
            read_at_once.append((told.headline(), told.to_dict(explain=True)))
    order = list(range(len(kept)))
    chance.shuffle(order)
    for at in order:
        assert (kept[at].headline(), kept[at].to_dict(explain=True)) == read_at_once[at]


def test_a_node_that_joins_takes_its_place_by_name():
    state = ClusterState.from_nodes([node("b"), node("d")])
    scheduler = Scheduler(SchedulingSettings())
    assert scheduler.place(state, request()).node.name == "b"
    state.put(node("a", labels={"zone": "x"}))
    state.put(node("c"))
    assert [each.node.name for each in state.nodes] == ["a", "b", "c", "d"]
    assert scheduler.place(state, request()).node.name == "a"
    assert scheduler.place(state, request(constraints=("zone==x",))).headline() == "1 of 4 nodes: 3 constraint zone==x"
    state.drop("a:2375")
    assert scheduler.place(state, request(constraints=("zone==x",))).headline() == "0 of 3 nodes: 3 constraint zone==x"
    with pytest.raises(KeyError):
        state.drop("a:2375")


def test_a_node_that_is_read_again_has_what_it_has_now():
    """What was placed there and is not there is gone, what changed has changed, and the rest is left alone."""
    stays, goes = container("stays", "1G"), container("goes", "2G", ports=("80/tcp",))
    state = ClusterState.from_nodes([node("a", stays, goes)])
    scheduler = Scheduler(SchedulingSettings())
    scheduler.place(state, request(ports=("80/tcp",)))
    state.add_request("a:2375", request("placed", "4G"))
    moment = state.moment
    state.put(node("a", stays, container("new", "3G")))
    assert sorted(each.name for each in state.node_at("a:2375").containers) == ["new", "stays"]
    assert state.node_at("a:2375").memory == 4 * 2**30
    assert scheduler.place(state, request(ports=("80/tcp",))).node is not None
    assert state.moment.number - moment.number == 3
    state.put(node("a", stays, container("new", "3G")))
    assert state.moment.number - moment.number == 3


def test_a_node_that_goes_down_and_comes_back():
    state = ClusterState.from_nodes([node("a", labels={"zone": "x"}), node("b")])
    scheduler = Scheduler(SchedulingSettings())
    assert scheduler.place(state, request()).node.name == "a"
    state.set_health("a:2375", Health.UNHEALTHY, "no answer")
    told = scheduler.place(state, request(constraints=("zone==x",)))
    assert told.headline() == "0 of 2 nodes: 1 constraint zone==x, 1 unhealthy"
    assert told.refusals[0].seen == "unhealthy: no answer"
    state.set_health("a:2375", Health.HEALTHY)
    state.set_labels("a:2375", {"Zone": "y"})
    told = scheduler.place(state, request(constraints=("zone==x",)))
    assert [each.seen for each in told.refusals] == ["zone is y", "no label zone"]


# A question changes nothing


@pytest.mark.parametrize("replaces", [None, "old", "nobody"])
def test_questions_leave_no_trace(replaces):
    state = ClusterState.from_nodes([node("a", container("web", id="old"), labels={"containerslots": "1"}), node("b")])
    scheduler = Scheduler(SchedulingSettings())
    asked = request(replaces=replaces)
    before = state.moment
    for _time in range(1000):
        scheduler.judge(state, asked, "a:2375")
        scheduler.place(state, asked).to_dict(explain=True)
        scheduler.explain(state, asked)
    assert state.moment is before
    assert bool(scheduler.judge(state, asked, "a:2375")) is (replaces != "old")


def test_a_view_without_a_container_answers_like_a_cluster_without_it():
    edge = container("edge", "3G", id="old", ports=("80/tcp",), labels={"tier": "web", NAME: "edge"}, image="nginx")
    twin = replace(edge, id="twin", labels={"tier": "web"}, ports=())
    asked = [
        request(replaces="old", memory="4G", ports=("80/tcp",)),
        request(replaces="old", affinities=("tier==web",)),
        request(replaces="old", affinities=("image==nginx", "container==edge")),
        request(replaces="old", family="edge", spread_over=(SpreadOver("zone", max_skew=1),)),
    ]
    for others in ((), (twin,)):
        state = ClusterState.from_nodes([node("a", edge, *others, memory="5G", labels={"zone": "x"}), node("b")])
        gone = ClusterState.from_nodes([node("a", *others, memory="5G", labels={"zone": "x"}), node("b")])
        for strategy in STRATEGIES:
            scheduler = Scheduler(strategy)
            for each in asked:
                with_view = scheduler.explain(state, each).to_dict(explain=True)
                assert with_view == scheduler.explain(gone, replace(each, replaces=None)).to_dict(explain=True)


# What is kept of the past


def moments():
    gc.collect()
    return sum(isinstance(each, Moment) for each in gc.get_objects())


def test_nothing_is_kept_of_steps_that_nobody_asks_for():
    state = ClusterState.from_nodes([node("a"), node("b")])
    scheduler = Scheduler(SchedulingSettings())
    before = moments()
    for number in range(2000):
        if not number % 500:
            state.put(node("b"))
            earlier = scheduler.place(state, request())
            state.put(node("b", container(f"c{number}")))
            assert len(earlier.ranking) == 2
            del earlier
        placement = scheduler.place(state, request(f"web-{number}", "1K", ports=("80-90/tcp",)))
        standing = state.add_request(placement.node.address, placement.request)
        state.remove(placement.node.address, standing)
        state.put(down("b") if number % 2 else node("b"))
        if not number % 100:
            state.drop("b:2375")
        del placement
    assert moments() == before


def test_a_placement_that_was_read_lets_go_of_the_state():
    state = ClusterState.from_nodes([node("a"), node("b")])
    scheduler = Scheduler(SchedulingSettings())
    placements = [scheduler.place(state, request(constraints=("node==a",))) for _time in range(3)]
    told, read = scheduler.explain(state, request(constraints=("node==a",))), placements[0]
    state.add_request("a:2375", request())
    assert read.headline() == "1 of 2 nodes: 1 constraint node==a"
    assert (len(read.ranking), len(read.verdicts)) == (1, 1)
    kept = weakref.ref(state)
    del placements, state
    gc.collect()
    assert kept() is None
    assert told.headline() == read.headline()
    assert [each.filter for each in told.verdicts if not each.passed] == ["constraint"]


def test_ports_of_a_range_after_a_change():
    state = ClusterState.from_nodes([node("a", container("x", ports=("80/tcp",)))])
    asked = Request("web", ports=(port("80-80/tcp"), port("81-82/tcp")))
    scheduler = Scheduler(SchedulingSettings())
    assert scheduler.place(state, asked).node is None
    state.put(node("a", container("x", ports=("81/tcp",))))
    assert scheduler.place(state, asked).node is not None
    assert state.add_request("a:2375", asked).ports == (HostPort("", 80), HostPort("", 82))


def test_an_expression_asked_before_a_label_changes():
    """The glob is kept up to date in the index, and a label that goes takes its node out of it."""
    state = ClusterState.from_nodes([node("a", labels={"zone": "eu-1"}), node("b", labels={"zone": "us-1"})])
    wish = parse_expression("zone==eu-*")
    assert state.nodes_meeting(wish) == 0b01
    state.set_labels("b:2375", {"zone": "eu-2"})
    assert state.nodes_meeting(wish) == 0b11
    state.set_labels("a:2375", {})
    assert state.nodes_meeting(wish) == 0b10


def test_images_of_a_node_that_is_read_again():
    state = ClusterState.from_nodes([node("a", images=("redis:6",)), node("b", images=("web:1",))])
    wish = parse_expression("image==redis")
    assert state.nodes_holding("image", wish.pattern) == 0b01
    state.put(node("a", images=("web:1",)))
    state.put(node("b", images=("web:1", "redis:7")))
    assert state.nodes_holding("image", wish.pattern) == 0b10
