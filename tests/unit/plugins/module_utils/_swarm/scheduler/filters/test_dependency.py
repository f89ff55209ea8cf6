# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import AmbiguousNameError
from ansible_collections.classic.swarm.tests.unit.builders import container, node, passing, refusals, request

ID = "0123456789ab" + "c" * 52
NODES = (
    node("a", container("data", id=ID), container("cache")),
    node("b", container("db", state="exited")),
    node("c"),
)


@pytest.mark.parametrize(
    ("dependencies", "nodes"),
    [
        ((), ["a", "b", "c"]),
        (("data",), ["a"]),
        (("data", "cache"), ["a"]),
        ((ID,), ["a"]),
        ((ID[:12],), ["a"]),
        ((ID[:30],), ["a"]),
        ((ID[:8],), ["a"]),
        ((ID[:7],), []),
        (("db",), ["b"]),
        (("data", "db"), []),
        (("da*",), []),
        (("nowhere",), []),
    ],
)
def test_dependencies(dependencies, nodes):
    assert passing(request(dependencies=dependencies), *NODES) == nodes


def test_a_name_comes_before_the_beginning_of_an_id():
    nodes = (NODES[0], node("b", container(ID[:8])))
    assert passing(request(dependencies=(ID[:8],)), *nodes) == ["b"]


def test_the_beginning_of_two_ids_is_refused_with_both_of_them():
    nodes = (NODES[0], node("b", container("db", id="0123456789ff" + "d" * 52)))
    with pytest.raises(AmbiguousNameError) as caught:
        passing(request(dependencies=(ID[:10],)), *nodes)
    assert caught.value.message == (
        "the IDs of 2 containers begin with '0123456789': data (0123456789abcccc) on a, db (0123456789ffdddd) on b; "
        "write more of the ID, or the name"
    )
    assert passing(request(dependencies=(ID[:12],)), *nodes) == ["a"]


def test_it_says_where_the_container_is():
    assert refusals(request(dependencies=("data", "nowhere")), *NODES[1:], NODES[0]) == {
        "a": [("dependency", "dependency nowhere for links", "nowhere for links", "on no node")],
        "b": [
            ("dependency", "dependency data for links", "data for links", "on a"),
            ("dependency", "dependency nowhere for links", "nowhere for links", "on no node"),
        ],
        "c": [
            ("dependency", "dependency data for links", "data for links", "on a"),
            ("dependency", "dependency nowhere for links", "nowhere for links", "on no node"),
        ],
    }
