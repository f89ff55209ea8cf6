# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every cluster and every batch."""

from __future__ import annotations

import itertools
from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from hypothesis import assume, given, settings
from hypothesis import strategies as st

ADDRESSES = st.sampled_from(["", "0.0.0.0", "10.0.0.1", "10.0.0.2", "::1"])
NUMBERS = st.integers(80, 84)
PROTOCOLS = st.sampled_from(["tcp", "udp"])
RESERVATIONS = st.builds(Reservation, st.integers(0, 6), st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0, 2.5]))
TIERS = st.sampled_from([{}, {"tier": "web"}, {"Tier": "db"}])
PORT_WISHES = st.builds(
    lambda address, first, more, protocol: HostPortRequest(address, first, first + more, protocol),
    ADDRESSES,
    NUMBERS,
    st.integers(0, 2),
    PROTOCOLS,
)
EXPRESSIONS = st.lists(
    st.sampled_from(["zone==a", "zone!=a", "zone==~a", "zone!=~b", "zone==/[ab]/", "node==n1", "node!=~n*"]).map(
        parse_expression
    ),
    max_size=2,
).map(tuple)
AFFINITIES = st.lists(
    st.sampled_from(
        ["container==r0", "container!=r1", "container==~r*", "tier==web", "tier!=~/./", "image==i", "image!=~j*"]
    ).map(parse_expression),
    max_size=2,
).map(tuple)


@st.composite
def nodes(draw):
    found = []
    for number in range(draw(st.integers(1, 4))):
        standing = tuple(
            Container(
                id=f"{number}-{position}",
                name=f"c{number}-{position}",
                image=draw(st.sampled_from(["i:1", "j"])),
                labels=draw(TIERS),
                state=draw(st.sampled_from(["running", "exited"])),
                reservation=draw(RESERVATIONS),
            )
            for position in range(draw(st.integers(0, 2)))
        )
        labels = {
            **draw(st.sampled_from([{}, {"zone": "a"}, {"zone": "b"}])),
            **draw(st.sampled_from([{}, {"containerslots": "2"}, {"containerslots": "4"}, {"containerslots": "x"}])),
        }
        health = draw(st.sampled_from([Health.HEALTHY, Health.HEALTHY, Health.HEALTHY, Health.UNHEALTHY]))
        found.append(
            Node(
                address=f"10.0.0.{number}:2375",
                name=f"n{number}",
                labels=labels,
                health=health,
                cpus=draw(st.integers(0, 3)),
                memory=draw(st.integers(0, 10)),
                containers=standing,
            )
        )
    return found


@st.composite
def requests(draw):
    return [
        Request(
            name=f"r{number}",
            image=draw(st.sampled_from(["i:1", "k"])),
            labels=draw(TIERS),
            constraints=draw(EXPRESSIONS),
            affinities=draw(AFFINITIES),
            ports=tuple(draw(st.lists(PORT_WISHES, max_size=2))),
            reservation=draw(RESERVATIONS),
            starts=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 6)))
    ]


SETTINGS = st.builds(
    SchedulingSettings,
    strategy=st.sampled_from(["spread", "binpack", "balanced", "random"]),
    seed=st.integers(0, 3),
    overcommit=st.sampled_from([0.0, 0.5]),
    headroom_memory=st.integers(0, 2),
    spread_counts=st.sampled_from(["running", "all"]),
)


def is_possible(request):
    fixed = [HostPort(wish.address, wish.first, wish.protocol) for wish in request.ports if wish.fixed]
    return not any(one.collides_with(other) for one, other in itertools.combinations(fixed, 2))


def chosen(placements):
    return [placement.node and placement.node.address for placement in placements]


@settings(deadline=None)
@given(nodes(), requests(), SETTINGS)
def test_placing_never_overfills_a_node(cluster, batch, scheduling):
    """Replayed by hand, on plain sums: memory, cpus, slots and ports hold after every single step."""
    assume(all(map(is_possible, batch)))
    standing = {node.address: list(node.containers) for node in cluster}
    by_address = {node.address: node for node in cluster}
    state = ClusterState.from_nodes(cluster)
    scheduler = Scheduler(scheduling)
    for request in batch:
        placement = scheduler.place(state, request)
        if placement.node is None:
            continue
        node = by_address[placement.node.address]
        placed = state.add_request(node.address, request)
        here = standing[node.address]
        assert node.healthy
        assert_free(placed, here)
        here.append(placed)
        slots = node.labels.get("containerslots", "")
        assert not slots.isdigit() or len(here) <= int(slots)
        if request.reservation.memory:
            limit = node.memory * (1 + scheduling.overcommit) - scheduling.headroom_memory
            assert sum(each.reservation.memory for each in here) <= limit
        if request.reservation.cpus:
            limit = node.cpus * (1 + scheduling.overcommit)
            assert sum(each.reservation.cpus for each in here) <= limit + 1e-6


def assert_free(placed, here):
    held = [port for each in here for port in each.ports]
    for position, port in enumerate(placed.ports):
        assert not any(map(port.collides_with, held + list(placed.ports[:position])))


@settings(deadline=None)
@given(nodes(), requests(), SETTINGS, st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_containers_changes_nothing(cluster, batch, scheduling, chance):
    assume(all(map(is_possible, batch)))
    shuffled = [
        replace(node, containers=tuple(chance.sample(node.containers, len(node.containers)))) for node in cluster
    ]
    chance.shuffle(shuffled)
    scheduler = Scheduler(scheduling)
    placements, again = scheduler.place_batch(cluster, batch), scheduler.place_batch(shuffled, batch)
    assert chosen(placements) == chosen(again)
    assert [placement.headline() for placement in placements] == [placement.headline() for placement in again]


@settings(deadline=None)
@given(nodes(), requests(), SETTINGS)
def test_a_soft_expression_never_removes_a_node(cluster, batch, scheduling):
    assume(all(map(is_possible, batch)))
    scheduler = Scheduler(scheduling)
    state = ClusterState.from_nodes(cluster)
    for request in batch:
        hard = replace(
            request,
            constraints=tuple(each for each in request.constraints if not each.soft),
            affinities=tuple(each for each in request.affinities if not each.soft),
        )
        with_soft, without = scheduler.place(state, request), scheduler.place(state, hard)
        assert {each.node.name for each in with_soft.ranking} == {each.node.name for each in without.ranking}


@settings(deadline=None)
@given(nodes(), requests(), SETTINGS)
def test_a_batch_is_the_same_as_one_fresh_snapshot_after_another(cluster, batch, scheduling):
    """The working state, kept up to date, answers as one that is built anew for each request."""
    assume(all(map(is_possible, batch)))
    scheduler = Scheduler(scheduling)
    current = list(cluster)
    one_by_one = []
    for request in batch:
        fresh = ClusterState.from_nodes(current)
        placement = scheduler.place(fresh, request)
        one_by_one.append(placement.node and placement.node.address)
        if placement.node is not None:
            placed = fresh.add_request(placement.node.address, request)
            current = [
                replace(node, containers=(*node.containers, placed)) if node.address == placement.node.address else node
                for node in current
            ]
    assert chosen(scheduler.place_batch(cluster, batch)) == one_by_one


@settings(deadline=None)
@given(nodes(), requests(), SETTINGS)
def test_every_node_is_either_ranked_or_refused(cluster, batch, scheduling):
    assume(all(map(is_possible, batch)))
    for placement in Scheduler(scheduling).place_batch(cluster, batch, explain=True):
        ranked = {each.node.address for each in placement.ranking}
        refused = {verdict.address for verdict in placement.refusals}
        assert ranked | refused == {node.address for node in cluster}
        assert not ranked & refused
        assert (placement.node is None) is (not ranked)
