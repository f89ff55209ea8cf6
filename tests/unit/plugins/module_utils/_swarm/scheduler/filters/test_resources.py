# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import container, node, passing, refusals, request


@pytest.mark.parametrize(
    ("memory", "settings", "passes"),
    [
        ("100G", {}, True),
        (100 * 2**30 + 1, {}, False),
        ("105G", {"overcommit": 0.05}, True),
        ("106G", {"overcommit": 0.05}, False),
        ("99G", {"headroom_memory": 2**30}, True),
        (99 * 2**30 + 1, {"headroom_memory": 2**30}, False),
    ],
)
def test_memory(memory, settings, passes):
    assert passing(request(memory=memory), node("a", memory="100G"), **settings) == (["a"] if passes else [])


@pytest.mark.parametrize(
    ("cpus", "settings", "passes"),
    [
        (2, {}, True),
        (2.1, {}, False),
        (2.2, {"overcommit": 0.1}, True),
        (1.5, {"headroom_cpus": 0.5}, True),
        (1.6, {"headroom_cpus": 0.5}, False),
    ],
)
def test_cpus(cpus, settings, passes):
    assert passing(request(cpus=cpus), node("a", cpus=2), **settings) == (["a"] if passes else [])


def test_tenths_of_cpus_add_up_to_whole_ones():
    standing = [container(f"c{number}", cpus=0.1) for number in range(9)]
    assert passing(request(cpus=0.1), node("a", *standing, cpus=1)) == ["a"]


def test_stopped_containers_keep_what_they_reserve():
    assert refusals(
        request(memory="2G", cpus=1.5), node("a", container("old", "3584M", 1, state="exited"), memory="4G", cpus=2)
    ) == {
        "a": [
            ("resources", "memory 2G", "memory 2G", "512M free"),
            ("resources", "cpus 1.5", "cpus 1.5", "1 free"),
        ]
    }


def test_a_request_without_reservation_fits_on_a_node_that_is_overfull():
    full = node("a", container("big", "8G", 9), memory="4G", cpus=2)
    assert passing(request(), full) == ["a"]
    assert refusals(request(memory=1), full)["a"][0][3] == "0B free"
