# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import NAME
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import SpreadOver
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, passing, refusals, request


def members(count, family="web"):
    return tuple(container(f"{family}-{number}", labels={NAME: family}) for number in range(count))


def zoned(name, zone, count=0, **labels):
    return node(name, *members(count), labels={"zone": zone, **labels})


def spread(*levels, **fields):
    return request("web-9", family="web", spread_over=levels, **fields)


HARD = SpreadOver("zone", max_skew=1)


@pytest.mark.parametrize(
    ("counts", "max_skew", "allowed"),
    [
        ((0, 0), 1, ["a", "b"]),
        ((1, 0), 1, ["b"]),
        ((1, 0), 2, ["a", "b"]),
        ((3, 2), 1, ["b"]),
        ((2, 2), 1, ["a", "b"]),
        ((5, 2), 3, ["b"]),
        ((4, 2), 3, ["a", "b"]),
    ],
)
def test_a_domain_is_at_most_so_far_ahead(counts, max_skew, allowed):
    nodes = (zoned("a", "x", counts[0]), zoned("b", "y", counts[1]))
    assert passing(spread(SpreadOver("zone", max_skew=max_skew)), *nodes) == allowed


def test_the_words():
    nodes = (zoned("a", "x", 2), zoned("b", "y", 1), zoned("c", "z", 0), node("d"))
    assert refusals(spread(HARD), *nodes) == {
        "a": [("spread_over", "spread_over zone", "web over zone, max_skew 1", "2 in zone x, 0 in z")],
        "b": [("spread_over", "spread_over zone", "web over zone, max_skew 1", "1 in zone y, 0 in z")],
        "d": [("spread_over", "spread_over zone", "web over zone, max_skew 1", "no label zone")],
    }


def test_a_level_without_max_skew_removes_no_node():
    assert passing(spread(SpreadOver("zone")), zoned("a", "x", 5), zoned("b", "y"), node("c")) == ["a", "b", "c"]


def test_members_of_a_domain_are_those_of_all_its_nodes():
    nodes = (zoned("a", "x", 1), zoned("b", "x", 0), zoned("c", "y", 0))
    assert passing(spread(HARD), *nodes) == ["c"]


def test_stopped_members_count_and_others_do_not():
    stopped = container("web-1", state="exited", labels={NAME: "web"})
    other = container("web-2", labels={NAME: "website", "name": "web"})
    nodes = (node("a", stopped, labels={"zone": "x"}), node("b", other, labels={"zone": "y"}))
    assert passing(spread(HARD), *nodes) == ["b"]


@pytest.mark.parametrize(("counts", "allowed"), [((1, 0), ["a", "b"]), ((2, 0), ["b"]), ((2, 1), ["a", "b"])])
def test_shares(counts, allowed):
    """Zone x is to get twice as many: two there are as many as one in y."""
    nodes = (zoned("a", "x", counts[0]), zoned("b", "y", counts[1]))
    assert passing(spread(SpreadOver("zone", {"x": 2}, max_skew=1)), *nodes) == allowed


def test_thirds_are_not_rounded_into_a_skew():
    nodes = (zoned("a", "x", 2), zoned("b", "y", 0))
    assert passing(spread(SpreadOver("zone", {"x": 3, "y": 3}, max_skew=1)), *nodes) == ["a", "b"]


@pytest.mark.parametrize(
    "fields", [{"constraints": ("zone!=z",)}, {"whitelist": ("a", "b")}, {"constraints": ("zone!=z", "disk==~ssd")}]
)
def test_a_domain_that_the_request_does_not_allow_is_not_waited_for(fields):
    nodes = (zoned("a", "x", 1), zoned("b", "y", 1), zoned("c", "z", 0))
    assert passing(spread(HARD), *nodes) == ["c"]
    assert passing(spread(HARD, **fields), *nodes) == ["a", "b"]


def test_a_domain_of_nodes_that_are_down_is_not_waited_for():
    dead = down("c")
    assert passing(spread(HARD), zoned("a", "x", 1), zoned("b", "y", 1), dead) == ["a", "b"]


def test_a_soft_constraint_still_waits_for_the_others():
    nodes = (zoned("a", "x", 1), zoned("b", "y", 0))
    assert passing(spread(HARD, constraints=("zone==~x",)), *nodes) == ["b"]


def test_a_rack_is_compared_with_those_of_its_own_zone():
    """Rack 1 of zone y has none, which is not a matter to the racks of zone x; nor is it the rack 1 of x."""
    nodes = (
        zoned("a", "x", 2, rack="1"),
        zoned("b", "x", 1, rack="2"),
        zoned("c", "y", 0, rack="1"),
    )
    wanted = spread(SpreadOver("zone"), SpreadOver("rack", max_skew=1))
    assert passing(wanted, *nodes) == ["b", "c"]
    assert refusals(wanted, *nodes) == {
        "a": [("spread_over", "spread_over rack", "web over rack, max_skew 1", "2 in rack 1, 1 in 2")]
    }


def test_each_node_for_itself():
    nodes = (node("a", *members(1)), node("b"), node("c", *members(1)))
    assert passing(spread(SpreadOver("node", max_skew=1)), *nodes) == ["b"]
    assert refusals(spread(SpreadOver("node", max_skew=1)), *nodes)["c"][0][3] == "1 in node c, 0 in b"


def test_nodes_of_one_name_are_two():
    nodes = (node("a", *members(1), address="10.0.0.1:1"), node("a", address="10.0.0.2:1", id="other"))
    wanted = spread(SpreadOver("node", max_skew=1))
    assert refusals(wanted, *nodes)["a"][0][3] == "1 in node a (10.0.0.1:1), 0 in a (10.0.0.2:1)"
