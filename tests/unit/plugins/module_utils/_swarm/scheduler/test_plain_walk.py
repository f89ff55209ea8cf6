# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scheduler with its sets, watches and orders chooses what one chooses who walks everything each time."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Dependency, Request, SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state import ranking
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.benchmark.naive import RANK, NaiveCluster
from ansible_collections.classic.swarm.tests.unit.soak import examples
from hypothesis import given, settings
from hypothesis import strategies as st

ID = "0123456789abcdef" * 4
IMAGES = st.sampled_from(["redis:6", "web", "job:1"])
LABELS = st.sampled_from(
    [{}, {"tier": "web"}, {"classic.swarm.name": "r"}, {"Tier": "db"}, {"tier": "web", "TIER": "db"}]
)
RESERVATIONS = st.builds(Reservation, st.sampled_from([0, 0, 1, 3]), st.sampled_from([0.0, 0.0, 0.1, 0.5]))
HOST_PORTS = st.builds(HostPort, st.sampled_from(["", "10.0.0.1", "::"]), st.integers(80, 82))
# No two fixed ports of one request collide: that is an error of the input.
PORT_WISHES = st.one_of(
    st.just(()),
    st.builds(lambda number: (HostPortRequest("", number, number),), st.integers(80, 82)),
    st.builds(lambda address: (HostPortRequest(address, 80, 80),), st.sampled_from(["10.0.0.1", "10.0.0.2", "::1"])),
    st.builds(lambda last: (HostPortRequest("", 80, last),), st.integers(81, 83)),
    st.just((HostPortRequest("", 80, 82), HostPortRequest("", 81, 81), HostPortRequest("10.0.0.1", 82, 83))),
)


def some(*texts):
    return st.lists(st.sampled_from(texts).map(parse_expression), max_size=2).map(tuple)


CONSTRAINTS = some("zone==a", "zone!=a", "zone==~b", "zone==/a|b/", "node!=n1", "node==~n*", "gpu!=~yes")
AFFINITIES = some(
    "container==c0", "container!=c1", "container==~r*", f"container=={ID[:12]}", "tier==web", "tier!=/b$/", "tier==~d*",
    "image==redis", "image!=~job:1", "image==/e/",
)  # fmt: skip
CONTAINERS = st.builds(
    Container,
    id=st.sampled_from(["", "x1", "x2", ID]),
    name=st.sampled_from(["c0", "c1", "c2"]),
    image=IMAGES,
    labels=LABELS,
    state=st.sampled_from(["running", "exited"]),
    ports=st.lists(HOST_PORTS, max_size=1).map(tuple),
    reservation=RESERVATIONS,
)
NODE_LABELS = st.sampled_from(
    [{}, {"zone": "a"}, {"Zone": "b"}, {"zone": "a", "containerslots": "3"}, {"containerslots": "x"}]
)
NODES = st.lists(
    st.builds(
        Node,
        address=st.just(""),
        name=st.sampled_from(["n1", "n2", "n3"]),
        id=st.sampled_from(["id-1", "id-2"]),
        health=st.sampled_from([Health.HEALTHY, Health.HEALTHY, Health.HEALTHY, Health.UNHEALTHY, Health.PENDING]),
        labels=NODE_LABELS,
        cpus=st.integers(0, 2),
        memory=st.integers(0, 12),
        containers=st.lists(CONTAINERS, max_size=3).map(tuple),
    ),
    max_size=6,
).map(lambda nodes: [replace(node, address=f"10.0.0.{number}:2375") for number, node in enumerate(nodes)])
LEVELS = st.builds(
    SpreadOver,
    key=st.sampled_from(["zone", "node", "containerslots"]),
    shares=st.sampled_from([{}, {}, {"a": 2}]),
    max_skew=st.sampled_from([None, None, 1, 2]),
)
REQUESTS = st.builds(
    Request,
    name=st.sampled_from(["r0", "r1", "r2"]),
    image=IMAGES,
    labels=LABELS,
    constraints=CONSTRAINTS,
    affinities=AFFINITIES,
    whitelist=st.sampled_from([(), (), ("n1", "id-2")]),
    ports=PORT_WISHES,
    reservation=RESERVATIONS,
    dependencies=st.sampled_from([(), (), (Dependency("c0", "links"),), (Dependency(ID[:20], "volumes_from"),)]),
    starts=st.booleans(),
    avoid=st.sampled_from([{}, {}, {"10.0.0.0:2375": "refused"}]),
    replaces=st.sampled_from([None, None, "x1"]),
    spread_over=st.one_of(st.just(()), st.lists(LEVELS, max_size=2, unique_by=lambda level: level.key).map(tuple)),
    family=st.sampled_from(["", "r", "r", "s"]),
)
BATCHES = st.lists(REQUESTS, min_size=1, max_size=12)
STRATEGIES = st.sampled_from(["spread", "binpack", "balanced", "random", "expression"])
SETTINGS = st.builds(
    lambda strategy, **more: SchedulingSettings(strategy, rank=RANK if strategy == "expression" else None, **more),
    STRATEGIES,
    seed=st.integers(0, 3),
    overcommit=st.sampled_from([0.0, 0.5]),
    headroom_memory=st.integers(0, 2),
    headroom_cpus=st.sampled_from([0.0, 0.25]),
    spread_counts=st.sampled_from(["running", "all"]),
)


def chosen(placements):
    return [placement.node and placement.node.address for placement in placements]


def one_container_of_an_id(nodes):
    """Of several containers with the ID that is replaced only one goes; which one is nobody's promise."""
    replaced = [(node, each) for node in nodes for each in node.containers if each.id == "x1"]
    return len(replaced) <= 1


@settings(max_examples=examples(200))
@given(NODES.filter(one_container_of_an_id), BATCHES, SETTINGS)
def test_a_batch_goes_where_the_plain_walk_puts_it(nodes, batch, scheduling):
    naive = NaiveCluster(nodes)
    assert chosen(Scheduler(scheduling).place_batch(nodes, batch)) == [
        naive.place(request, scheduling) for request in batch
    ]


@settings(max_examples=examples(100))
@given(NODES.filter(one_container_of_an_id), BATCHES, SETTINGS, st.data())
def test_one_after_another_with_containers_that_go(nodes, batch, scheduling, data):
    naive, state, scheduler = NaiveCluster(nodes), ClusterState.from_nodes(nodes), Scheduler(scheduling)
    standing = []
    for request in (replace(each, replaces=None) for each in batch):
        placement = scheduler.place(state, request)
        assert (placement.node and placement.node.address) == naive.place(request, scheduling)
        if placement.node is not None:
            standing.append((placement.node.address, state.add_request(placement.node.address, request)))
        if standing and data.draw(st.booleans()):
            address, container = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            state.remove(address, container)
            naive.standing[address].remove(container)


@settings(max_examples=examples(100))
@given(NODES, BATCHES, SETTINGS, st.booleans())
def test_what_is_told_later_is_what_was_true_then(nodes, batch, scheduling, explain):
    """Read at once, or read when the whole batch stands, in any order: the same words."""
    scheduler, state = Scheduler(scheduling), ClusterState.from_nodes(nodes)
    read_at_once = []
    for request in batch:
        placement = scheduler.place(state, request, explain)
        read_at_once.append((placement.headline(), placement.to_dict(explain=True)))
        if placement.node is not None:
            if request.replaces:
                state.take_out(request.replaces)
            state.add_request(placement.node.address, request)
    read_later = [
        (placement.headline(), placement.to_dict(explain=True))
        for placement in reversed(scheduler.place_batch(nodes, batch, explain))
    ]
    assert read_later[::-1] == read_at_once


def unlike(nodes):
    return len({node.name for node in nodes}) == len(nodes)


@settings(max_examples=examples(50))
@given(NODES.filter(unlike), BATCHES, SETTINGS, st.booleans())
def test_refusals_by_reason_are_those_of_the_verdicts(nodes, batch, scheduling, explain):
    for placement in Scheduler(scheduling).place_batch(nodes, batch, explain):
        assert (
            placement.refusals_by_reason()
            == replace(placement, verdicts=tuple(placement.verdicts)).refusals_by_reason()
        )
        first = {verdict.address for verdict in placement.refusals}
        assert all(0 < refusal.nodes <= len(first) for refusal in placement.refusals_by_reason())


@settings(max_examples=examples(100))
@given(NODES, BATCHES, SETTINGS)
def test_the_chosen_node_is_the_first_of_the_ranking(nodes, batch, scheduling):
    for placement in Scheduler(scheduling).place_batch(nodes, batch):
        assert placement.node == (placement.ranking[0].node if placement.ranking else None)
        assert placement.headline().startswith(f"{len(placement.ranking)} of ")


SOFT = st.lists(st.sampled_from([f"k{number}==~{value}" for number in range(4) for value in "ab"]), max_size=5)
SOFT_LABELS = st.dictionaries(st.sampled_from(["k0", "k1", "k2", "k3"]), st.sampled_from("ab"))


@given(st.lists(SOFT_LABELS, min_size=1, max_size=6), SOFT, STRATEGIES)
def test_most_soft_expressions_win(labels, texts, strategy):
    nodes = [Node(f"{number}:1", f"n{number}", labels=each) for number, each in enumerate(labels)]
    scheduling = SchedulingSettings(strategy, rank=RANK if strategy == "expression" else None, seed=1)
    batch = [Request(f"r{number}", constraints=tuple(map(parse_expression, texts))) for number in range(3)]
    naive = NaiveCluster(nodes)
    placements = Scheduler(scheduling).place_batch(nodes, batch)
    assert chosen(placements) == [naive.place(request, scheduling) for request in batch]


@mock.patch.object(ranking, "_BLOCK", 2)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=150), st.sampled_from(["spread", "binpack"]))
def test_orders_of_many_blocks(steps, strategy):
    """As above with so many nodes and such small blocks that blocks are cut, filled and emptied."""
    nodes = [
        Node(f"{number:02}:1", f"n{number:02}", memory=100, labels={"third": str(number % 3)}) for number in range(41)
    ]
    scheduling = SchedulingSettings(strategy)
    naive, state, scheduler = NaiveCluster(nodes), ClusterState.from_nodes(nodes), Scheduler(scheduling)
    for number, (at, memory) in enumerate(steps):
        container = Container("", f"c{number}", reservation=Reservation(memory))
        state.add(nodes[at].address, container)
        naive.standing[nodes[at].address].append(container)
        request = Request(
            "r", constraints=(parse_expression(f"third=={number % 3}"),), reservation=Reservation(number % 2)
        )
        placement = scheduler.place(state, request)
        assert (placement.node and placement.node.address) == naive.place(request, scheduling)
        if placement.node is not None:
            state.add_request(placement.node.address, request)
