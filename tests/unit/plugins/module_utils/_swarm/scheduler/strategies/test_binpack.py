# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import container, node, place, request

FULLER = node("b", container("big", "2G", 1), memory="4G", cpus=4)
EMPTY = node("a", memory="4G", cpus=4)


@pytest.mark.parametrize("name", ["binpack", "binpacking"])
def test_the_fullest_that_fits(name):
    placement = place(request(memory="1G", cpus=1), EMPTY, FULLER, strategy=name)
    assert placement.strategy == "binpack"
    assert [(candidate.node.name, candidate.weight) for candidate in placement.ranking] == [
        ("b", 75 + 50),
        ("a", 25 + 25),
    ]


@pytest.mark.parametrize(("wanted", "weights"), [({"memory": "1G"}, [75, 25]), ({"cpus": 1}, [50, 25])])
def test_only_what_the_request_reserves_is_weighed(wanted, weights):
    """By the mean of both the other node would win: it has more memory in use than this one has cpus."""
    placement = place(request(**wanted), EMPTY, FULLER, strategy="binpack")
    assert [candidate.weight for candidate in placement.ranking] == weights


def test_a_node_full_in_what_is_not_reserved_does_not_win():
    memory, cpus = node("a", container("x", "3G"), memory="4G"), node("b", container("y", cpus=1), cpus=4)
    assert place(request(cpus=1), memory, cpus, strategy="binpack").node == cpus


def test_within_one_per_cent_the_most_containers_win():
    """A hundredth of a per cent more is in use on a; the original counts whole ones."""
    nodes = (
        node("a", container("x", 101), memory=10_000),
        node("b", container("y", 50), container("z", 50, state="exited"), memory=10_000),
    )
    placement = place(request(memory=100), *nodes, strategy="binpack")
    assert [(candidate.node.name, candidate.weight) for candidate in placement.ranking] == [("b", 2), ("a", 2)]


def test_per_cents_are_those_of_the_capacity():
    held = node("a", container("x", "1G"), memory="4G")
    placement = place(request(memory="1G"), held, strategy="binpack", overcommit=0.25, headroom_memory=2**30)
    assert [candidate.weight for candidate in placement.ranking] == [50]
    placement = place(request(memory="1G"), held, strategy="binpack", overcommit=1.0)
    assert [candidate.weight for candidate in placement.ranking] == [25]


def test_a_node_that_is_too_full_is_no_candidate():
    assert place(request(memory="3G"), EMPTY, FULLER, strategy="binpack").node == EMPTY


def test_without_reservations_the_most_containers_win():
    crowded = node("c", container("x"), container("y", state="exited"))
    assert place(request(), node("a", container("z")), node("b"), crowded, strategy="binpack").node == crowded


def test_without_reservations_what_others_reserve_is_not_weighed():
    big, many = node("a", container("x", "15G", 7)), node("b", container("y"), container("z"))
    placement = place(request(), big, many, strategy="binpack")
    assert [(candidate.node.name, candidate.weight) for candidate in placement.ranking] == [("b", 2), ("a", 1)]


def test_a_node_that_does_not_say_its_size_weighs_nothing():
    placement = place(request(memory=1), node("a", memory=0, cpus=0), strategy="binpack", filters=("port",))
    assert [candidate.weight for candidate in placement.ranking] == [0]
