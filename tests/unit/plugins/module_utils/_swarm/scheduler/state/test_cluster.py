# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import ExactPattern
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.references import reference_pattern
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.node import NANO, NodeState
from ansible_collections.classic.swarm.tests.unit.builders import container, node, request

EDGE = container("edge", "1G", 0.1, ports=("10.0.0.1:80/tcp",), labels={"Tier": "web"}, image="nginx")


def state_of(*nodes):
    return ClusterState.from_nodes(nodes)


def test_sums_of_a_node():
    state = NodeState(node("a", EDGE, container("old", "1G", 0.2, state="exited")))
    assert (state.total, state.running, state.memory, state.nanocpus) == (2, 1, 2 * 2**30, round(0.3 * NANO))


def test_ports_of_a_node():
    state = NodeState(node("a", EDGE))
    assert not state.port_is_free(HostPort("", 80))
    assert state.port_is_free(HostPort("10.0.0.2", 80))
    assert state.port_holders(HostPort("", 80)) == ["edge"]


def test_removing_undoes_adding():
    cluster = state_of(node("a", container("other", ports=("81/tcp",))))
    state = cluster.node_at("a:2375")
    kept = (state.total, state.running, state.memory, state.nanocpus)
    for key in ("container", "image", "tier"):
        cluster.nodes_holding(key, ExactPattern("x"))
    cluster.add("a:2375", EDGE)
    assert cluster.nodes_holding("tier", ExactPattern("web"))
    cluster.remove("a:2375", EDGE)
    assert (state.total, state.running, state.memory, state.nanocpus) == kept
    assert state.port_is_free(HostPort("", 80))
    for key, value in (("container", "edge"), ("container", "edge-id"), ("image", "nginx"), ("tier", "web")):
        assert not cluster.nodes_holding(key, ExactPattern(value))


def test_a_request_holds_what_it_asked_for():
    cluster = state_of(node("a", EDGE))
    standing = cluster.add_request("a:2375", request("web", "1G", 0.5, ports=("80-81/tcp", "443/tcp"), starts=False))
    assert standing.ports == (HostPort("", 81), HostPort("", 443))
    state = cluster.node_at("a:2375")
    assert (state.total, state.running, state.memory, state.nanocpus) == (2, 1, 2 * 2**30, round(0.6 * NANO))
    cluster.remove("a:2375", standing)
    assert state.port_is_free(HostPort("", 443))


def test_a_request_placed_without_the_port_filter_still_claims_its_port():
    cluster = state_of(node("a", EDGE))
    assert cluster.add_request("a:2375", request(ports=("80/tcp",))).ports == (HostPort("", 80),)


def test_two_containers_of_one_name_on_one_node_are_counted_apart():
    cluster = state_of(node("a"))
    cluster.nodes_holding("container", ExactPattern("web"))
    first = cluster.add_request("a:2375", request("web", "1G"))
    cluster.add_request("a:2375", request("web", "1G"))
    cluster.remove("a:2375", first)
    assert cluster.node_at("a:2375").total == 1
    assert cluster.nodes_holding("container", ExactPattern("web"))


def test_take_out():
    cluster = state_of(node("a"), node("b", EDGE))
    assert cluster.take_out("edge") is None
    assert cluster.take_out("edge-id") == ("b:2375", EDGE)
    assert cluster.take_out("edge-id") is None
    assert cluster.node_at("b:2375").total == 0


@pytest.mark.parametrize("key", ["unknown", "a"])
def test_a_node_is_known_by_its_address(key):
    with pytest.raises(KeyError):
        state_of(node("a")).add(key, EDGE)


@pytest.mark.parametrize(
    ("reference", "value", "fits"),
    [
        ("0123456789ab", "0123456789ab" + "c" * 52, True),
        ("0123456789ab", "0123456789ab", True),
        ("0123456789ab", "0123456789ab-web", False),
        ("01234567", "0123456789ab" + "c" * 52, True),
        ("0123456", "0123456789ab" + "c" * 52, False),
        ("web", "web-1", False),
    ],
)
def test_references(reference, value, fits):
    assert reference_pattern(reference).test(value) is fits


def test_sums_come_back_to_nothing_when_all_is_gone():
    thirds = [container(f"c{number}", cpus=number / 3) for number in (1, 2, 4, 5)]
    state = NodeState(node("a", *thirds))
    for each in thirds:
        state.remove(each)
    assert state.nanocpus == 0
