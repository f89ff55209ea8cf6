# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order in which a batch of unlike requests is placed."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, request
from ansible_collections.classic.swarm.tests.unit.soak import examples
from hypothesis import given, settings
from hypothesis import strategies as st

NODES = (
    node("a", memory="4G", cpus=4, labels={"zone": "x"}),
    node("b", memory="4G", cpus=4, labels={"zone": "x"}),
    node("c", memory="8G", cpus=8, labels={"zone": "y"}),
)


def ordered(requests, nodes=NODES):
    return Scheduler(SchedulingSettings()).order(ClusterState.from_nodes(nodes), requests)


def names(requests, nodes=NODES):
    return [requests[each.index].name for each in ordered(requests, nodes)]


def test_the_fewest_candidates_first():
    requests = [request("any"), request("x", constraints=("zone==x",)), request("y", constraints=("zone==y",))]
    assert names(requests) == ["y", "x", "any"]
    assert [each.reason for each in ordered(requests)] == [
        "1 of 3 nodes take it",
        "2 of 3 nodes take it",
        "3 of 3 nodes take it",
    ]


def test_then_the_largest_share_of_the_cluster():
    """A gigabyte is a sixteenth of the memory here, and two cpus are an eighth of the cpus."""
    requests = [request("none"), request("memory", "1G"), request("cpus", cpus=2), request("both", "3G", 1)]
    assert names(requests) == ["both", "cpus", "memory", "none"]
    assert [each.reason for each in ordered(requests)] == [
        "3 of 3 nodes take it, reserves 19% of the cluster",
        "3 of 3 nodes take it, reserves 12% of the cluster",
        "3 of 3 nodes take it, reserves 6.2% of the cluster",
        "3 of 3 nodes take it",
    ]


def test_then_the_order_as_given():
    """Kinds that differ and are equally scarce do not bring their own together."""
    requests = [
        request("q", constraints=("zone==x",)),
        request("p", constraints=("zone!=y",)),
        request("o", constraints=("zone==x",)),
        request("n", constraints=("zone!=y",)),
    ]
    assert names(requests) == ["q", "p", "o", "n"]


def test_what_a_request_hangs_on_comes_before_it():
    requests = [
        request("app", affinities=("container==db",), constraints=("zone==y",)),
        request("logs", dependencies=("app",)),
        request("db"),
        request("other", constraints=("zone==x",)),
    ]
    assert names(requests) == ["other", "db", "app", "logs"]
    assert [each.reason for each in ordered(requests)][2:] == [
        "0 of 3 nodes take it, after db",
        "0 of 3 nodes take it, after app",
    ]


@pytest.mark.parametrize("affinity", ["container==web-*", "tier==front", "image==shop/api", "container==/^web-/"])
def test_a_family_that_brings_what_is_asked_for(affinity):
    front = [request(f"web-{number}", image="shop/api:1", labels={"Tier": "front"}, family="web") for number in (1, 2)]
    requests = [request("probe", affinities=(affinity,)), *front]
    assert names(requests) == ["web-1", "web-2", "probe"]
    assert ordered(requests)[2].after == ("web",)


@pytest.mark.parametrize("affinity", ["container==~db", "container!=db"])
def test_a_soft_or_an_unwanted_one_is_not_waited_for(affinity):
    requests = [request("app", "1G", affinities=(affinity,)), request("db")]
    assert names(requests) == ["app", "db"]


def test_what_a_node_has_already_is_not_waited_for():
    nodes = (*NODES, node("d", container("db")))
    requests = [request("app", affinities=("container==db",)), request("db", constraints=("zone!=q",))]
    assert names(requests, nodes) == ["app", "db"]
    assert ordered(requests, nodes)[0].reason == "1 of 4 nodes take it"


def test_requests_that_wait_for_one_another_are_placed_all_the_same():
    requests = [
        request("free"),
        request("one", dependencies=("two",)),
        request("two", dependencies=("one",)),
        request("self", affinities=("container==self",)),
    ]
    assert names(requests) == ["self", "free", "one", "two"]


def test_the_scarce_find_room_where_the_given_order_leaves_none():
    """Placed as given the big one goes where the small one must be."""
    nodes = (node("a", memory="4G", labels={"disk": "ssd"}), node("b", memory="4G", labels={"disk": "hdd"}))
    requests = [request("big", "3G"), request("pinned", "2G", constraints=("disk==ssd",))]
    scheduler = Scheduler(SchedulingSettings())
    one_by_one = scheduler.place_batch(nodes, requests)
    assert [each.node and each.node.name for each in one_by_one] == ["a", None]
    state = ClusterState.from_nodes(nodes)
    together = scheduler.place_jointly(state, requests)
    assert [(each.request.name, each.node.name) for each in together] == [("big", "b"), ("pinned", "a")]
    assert [[each.name for each in one.containers] for one in state.nodes] == [["pinned"], ["big"]]


def test_one_that_fits_nowhere_takes_nothing():
    state = ClusterState.from_nodes(NODES)
    placements = Scheduler(SchedulingSettings()).place_jointly(state, [request("huge", "9G"), request("web", "1G")])
    assert [each.node and each.node.name for each in placements] == [None, "c"]
    assert placements[0].headline() == "0 of 3 nodes: 3 memory 9G"


def test_a_container_that_is_replaced_makes_room():
    state = ClusterState.from_nodes([node("a", container("web", "3G", id="old"), memory="4G")])
    requests = [request("web", "4G", replaces="old")]
    scheduler = Scheduler(SchedulingSettings())
    assert [each.candidates for each in scheduler.order(state, requests)] == [1]
    assert [each.node.name for each in scheduler.place_jointly(state, requests)] == ["a"]
    assert [each.id for each in state.node_at("a:2375").containers] == [""]


REQUESTS = st.lists(
    st.builds(
        lambda name, memory, constraints, affinities: request(
            name, memory, constraints=constraints, affinities=affinities
        ),
        st.sampled_from(["r1", "r2", "r3"]),
        st.sampled_from([0, 2**30]),
        st.sampled_from([(), ("zone==x",), ("zone==q",)]),
        st.sampled_from([(), ("container==r1",), ("container==r*",), ("container!=r2",)]),
    ),
    max_size=6,
)


@settings(max_examples=examples(60), deadline=None)
@given(REQUESTS)
def test_every_request_once_and_asking_changes_nothing(requests):
    state = ClusterState.from_nodes(NODES)
    before = state.moment
    found = Scheduler(SchedulingSettings()).order(state, requests)
    assert sorted(each.index for each in found) == list(range(len(requests)))
    assert state.moment is before
    assert Scheduler(SchedulingSettings()).order(state, requests) == found


def test_a_thousand_of_thirty_kinds_share_their_work():
    """Each kind is asked once, however many requests it has."""
    nodes = [node(f"n{number}", labels={"zone": str(number % 30)}) for number in range(60)]
    state, scheduler = ClusterState.from_nodes(nodes), Scheduler(SchedulingSettings())
    requests = [request(f"r{number}", constraints=(f"zone=={number % 30}",)) for number in range(1000)]
    asked = []
    original = state.nodes_meeting
    state.nodes_meeting = lambda constraint: asked.append(constraint) or original(constraint)
    assert [each.index for each in scheduler.order(state, requests)] == list(range(1000))
    assert len(asked) == 30
