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
        ("b", (3 / 4 + 2 / 4) / 2),
        ("a", (1 / 4 + 1 / 4) / 2),
    ]


def test_a_node_that_is_too_full_is_no_candidate():
    assert place(request(memory="3G"), EMPTY, FULLER, strategy="binpack").node == EMPTY


def test_without_reservations_the_most_containers_win():
    crowded = node("c", container("x"), container("y", state="exited"))
    assert place(request(), node("a", container("z")), node("b"), crowded, strategy="binpack").node == crowded


def test_a_node_that_does_not_say_its_size_weighs_nothing():
    placement = place(request(), node("a", memory=0, cpus=0), strategy="binpack")
    assert [candidate.weight for candidate in placement.ranking] == [0]
