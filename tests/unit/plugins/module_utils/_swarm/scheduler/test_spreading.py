# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``spread_over`` as a preference: which domain comes before which."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import NAME
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node, place, request


def member(name):
    return container(name, labels={NAME: "web"})


def batch(count, *levels, **fields):
    return [request(f"web-{number}", family="web", spread_over=levels, **fields) for number in range(1, count + 1)]


def placed(nodes, requests, **settings):
    placements = Scheduler(SchedulingSettings(**settings)).place_batch(nodes, requests)
    return [placement.node.name for placement in placements]


#: One zone has three nodes and the other one: by nodes alone it would get three in four.
UNEVEN = [
    node("a1", labels={"Zone": "a"}),
    node("a2", labels={"zone": "a"}),
    node("a3", labels={"zone": "a"}),
    node("b1", labels={"zone": "b"}),
]


@pytest.mark.parametrize("strategy", ["spread", "binpack"])
def test_as_many_in_each_zone(strategy):
    zones = Counter(name[0] for name in placed(UNEVEN, batch(8, SpreadOver("zone")), strategy=strategy))
    assert zones == {"a": 4, "b": 4}
    assert Counter(name[0] for name in placed(UNEVEN, batch(8), strategy="spread")) == {"a": 6, "b": 2}


def test_within_a_domain_the_strategy_decides():
    assert placed(UNEVEN, batch(6, SpreadOver("zone"))) == ["a1", "b1", "a2", "b1", "a3", "b1"]
    assert placed(UNEVEN, batch(6, SpreadOver("zone")), strategy="binpack") == ["a1", "b1"] * 3


def test_shares():
    zones = Counter(name[0] for name in placed(UNEVEN, batch(9, SpreadOver("zone", {"b": 2}))))
    assert zones == {"a": 3, "b": 6}


def test_a_hierarchy_level_by_level():
    """Zone a has racks 1 and 2 with one node and three; rack 1 is another one in zone b."""
    nodes = [
        node("a-1-x", labels={"zone": "a", "rack": "1"}),
        *(node(f"a-2-{letter}", labels={"zone": "a", "rack": "2"}) for letter in "xyz"),
        node("b-1-x", labels={"zone": "b", "rack": "1"}),
        node("b-1-y", labels={"zone": "b", "rack": "1"}),
    ]
    counts = Counter(placed(nodes, batch(12, SpreadOver("zone"), SpreadOver("rack"), SpreadOver("node"))))
    assert counts == {"a-1-x": 3, "a-2-x": 1, "a-2-y": 1, "a-2-z": 1, "b-1-x": 3, "b-1-y": 3}


def test_what_stands_already_counts():
    nodes = [node("a", member("web-7"), member("web-8"), labels={"zone": "a"}), node("b", labels={"zone": "b"})]
    assert placed(nodes, batch(3, SpreadOver("zone"))) == ["b", "b", "a"]


def test_nodes_without_the_label_come_last():
    nodes = [node("a"), node("b", *map(member, "uvw"), labels={"zone": "b"})]
    placement = place(batch(1, SpreadOver("zone"))[0], *nodes)
    assert placement.node.name == "b"
    assert [candidate["spread_over"] for candidate in placement.to_dict()["ranking"]] == [
        [{"key": "zone", "domain": "b", "members": 3, "share": 1.0}],
        [{"key": "zone", "domain": "(no zone)", "members": 0, "share": 1.0}],
    ]
    assert placed(nodes, batch(2, SpreadOver("zone"), constraints=("node!=b",))) == ["a", "a"]


def test_without_spread_over_nothing_is_told_of_it():
    assert "spread_over" not in place(request(), node("a")).to_dict()["ranking"][0]


def test_soft_wishes_come_before_domains():
    nodes = [node("a", *map(member, "uvw"), labels={"zone": "a", "disk": "ssd"}), node("b", labels={"zone": "b"})]
    assert placed(nodes, batch(1, SpreadOver("zone"), constraints=("disk==~ssd",))) == ["a"]


def test_a_family_of_one_is_its_own_name():
    nodes = [node("a", container("web", labels={NAME: "solo"}), labels={"zone": "a"}), node("b", labels={"zone": "b"})]
    asked = request("solo", spread_over=(SpreadOver("zone"),))
    assert place(asked, *nodes, strategy="binpack").node.name == "b"


def test_the_container_that_is_replaced_does_not_count():
    nodes = [node("a", member("web-1"), labels={"zone": "a"}), node("b", member("web-2"), labels={"zone": "b"})]
    asked = request("web-2", family="web", spread_over=(SpreadOver("zone"),), replaces="web-2-id")
    assert place(asked, *nodes).node.name == "b"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"key": ""}, "spread_over: the key is empty; it is a label of nodes, such as zone, or node"),
        ({"key": "zone", "shares": {"a": 0}}, "spread_over zone: the share of a is 0; it must be above 0"),
        ({"key": "zone", "shares": {"a": float("nan")}}, "spread_over zone: the share of a is nan; it must be above 0"),
        ({"key": "zone", "max_skew": 0}, "spread_over zone: max_skew is 0; it must be 1 or more"),
    ],
)
def test_levels_that_cannot_be(fields, problem):
    with pytest.raises(InputError) as caught:
        SpreadOver(**fields)
    assert str(caught.value) == problem


def test_levels_that_ask_the_same_are_one():
    assert hash(SpreadOver("Zone", {"a": 1, "b": 2})) == hash(SpreadOver("zone", {"b": 2, "a": 1}))
    assert SpreadOver("Zone", {"a": 1, "b": 2}) == SpreadOver("zone", {"b": 2, "a": 1})
