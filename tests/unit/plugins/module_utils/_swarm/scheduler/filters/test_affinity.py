# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import AmbiguousNameError
from ansible_collections.classic.swarm.tests.unit.builders import container, node, passing, refusals, request

ID = "0123456789ab" + "c" * 52
NODES = (
    node(
        "a",
        container("edge", id=ID, labels={"com.example.Tier": "front"}, image="nginx"),
        images=("nginx:latest", "host:5000/redis:6"),
    ),
    node("b", container("db", labels={"com.example.tier": "back"}, state="exited", image="postgres:15"), images=()),
    node("c", container("job", image="redis:7", image_id="sha256:feed")),
)


@pytest.mark.parametrize(
    ("affinity", "nodes"),
    [
        ("container==edge", ["a"]),
        ("container!=edge", ["b", "c"]),
        ("container==e*", ["a"]),
        ("container==/^(db|job)$/", ["b", "c"]),
        (f"container=={ID}", ["a"]),
        (f"container=={ID[:12]}", ["a"]),
        (f"container!={ID[:12]}", ["b", "c"]),
        (f"container=={ID[:8]}", ["a"]),
        (f"container=={ID[:7]}", []),
        ("container==nowhere", []),
        ("container!=nowhere", ["a", "b", "c"]),
        ("image==nginx", ["a"]),
        ("image==nginx:latest", ["a"]),
        ("image==nginx:1", []),
        ("image==host:5000/redis", ["a"]),
        ("image==sha256:nginx:latest-id", ["a"]),
        ("image==*redis*", ["a", "c"]),
        ("image==redis", ["c"]),
        ("image==redis:7", ["c"]),
        ("image==feed", ["c"]),
        ("image!=redis", ["a", "b"]),
        ("com.example.tier==front", ["a"]),
        ("COM.EXAMPLE.TIER==/./", ["a", "b"]),
        ("com.example.tier!=back", ["a", "c"]),
        ("container==~nowhere", ["a", "b", "c"]),
    ],
)
def test_affinities(affinity, nodes):
    assert passing(request(affinities=(affinity,)), *NODES) == nodes


def test_all_must_hold():
    assert passing(request(affinities=("container!=edge", "container!=db")), *NODES) == ["c"]
    assert passing(request(affinities=("container==edge", "container==db")), *NODES) == []


def test_a_name_comes_before_the_beginning_of_an_id():
    nodes = (NODES[0], node("b", container(ID[:8])))
    assert passing(request(affinities=(f"container=={ID[:8]}",)), *nodes) == ["b"]
    assert passing(request(affinities=(f"container!={ID[:8]}",)), *nodes) == ["a"]
    assert passing(request(affinities=(f"container=={ID[:9]}",)), *nodes) == ["a"]


@pytest.mark.parametrize("affinity", ["container=={}", "container!={}", "container==~{}"])
def test_the_beginning_of_two_ids_is_refused_with_both_of_them(affinity):
    nodes = (NODES[0], node("b", container("db", id="0123456789ff" + "d" * 52)))
    with pytest.raises(AmbiguousNameError) as caught:
        passing(request(affinities=(affinity.format("0123456789"),)), *nodes)
    assert caught.value.message == (
        "the IDs of 2 containers begin with '0123456789': db (0123456789ffdddd) on b, edge (0123456789abcccc) on a; "
        "write more of the ID, or the name"
    )


def test_one_container_on_two_nodes_is_no_riddle():
    twice = (node("a", container("edge", id=ID)), node("b", container("edge", id=ID)), node("c"))
    assert passing(request(affinities=(f"container=={ID[:8]}",)), *twice) == ["a", "b"]


def test_it_says_what_is_there_instead():
    asked = request(affinities=("container==edge", "com.example.tier==front", "container!=d*", "container!=~edge"))
    assert refusals(asked, *NODES) == {
        "b": [
            ("affinity", "affinity container==edge", "container==edge", "on a"),
            ("affinity", "affinity com.example.tier==front", "com.example.tier==front", "com.example.tier is back"),
            ("affinity", "affinity container!=d*", "container!=d*", "is here"),
        ],
        "c": [
            ("affinity", "affinity container==edge", "container==edge", "on a"),
            (
                "affinity",
                "affinity com.example.tier==front",
                "com.example.tier==front",
                "no container has a label com.example.tier",
            ),
        ],
    }
