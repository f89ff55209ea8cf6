# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a batch refuses, which containers it has, and what it needs before what."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import (
    ORPHAN,
    After,
    Batch,
    Entry,
    allows,
    find_cycle,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

from tests.unit.builders import down, node
from tests.unit.tasks import wanted


def entry(name, *after, per_node=False, **fields):
    conditions = [each if isinstance(each, tuple) else (each, "started") for each in after]
    return Entry(wanted(name, **fields), per_node, tuple(After(*each) for each in conditions))


ON_EACH = "containers: 'cache' is on every node that its constraints allow (per_node), and 'zone==~a' is soft; leave"


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            [entry("db"), entry("web"), entry("db")],
            "containers: 'db' is listed twice; a name is unique in the cluster",
        ),
        (
            [entry("web", count=2), entry("web-2")],
            "containers: 'web' and 'web-2' both make a container called web-2; a name is unique in the cluster",
        ),
        (
            [entry("db"), entry("web", "db", ("cache", "started"))],
            "containers: 'web' waits for 'cache', which is not listed; listed are db, web",
        ),
        (
            [entry("db"), entry("web", ("db", "ready"))],
            "containers: 'web', after: condition is 'ready'; it is one of started, healthy, completed",
        ),
        (
            [entry("db", state="stopped"), entry("web", ("db", "healthy"))],
            "containers: 'web' waits for 'db' to be healthy, and its state is stopped, so it is never started",
        ),
        (
            [entry("aa", "bb"), entry("bb", "cc"), entry("cc", "bb")],
            "after: bb waits for cc waits for bb; none of them could ever be started",
        ),
        (
            [entry("aa", "aa")],
            "after: aa waits for aa; none of them could ever be started",
        ),
        (
            [entry("aa", "bb"), entry("bb", options={"links": ["aa"]})],
            "after: aa waits for bb waits for aa; none of them could ever be started",
        ),
        (
            [entry("cache", per_node=True, count=2)],
            "containers: 'cache' has count and per_node; one of them says how many there are",
        ),
        (
            [entry("cache", per_node=True, constraints=["disk==ssd", "zone==~a"])],
            f"{ON_EACH} out the '~'",
        ),
    ],
)
def test_a_batch_that_cannot_be(entries, message):
    with pytest.raises(InputError) as caught:
        Batch(tuple(entries))
    assert str(caught.value) == message


def test_what_waits_in_one_direction_is_no_circle():
    Batch((entry("aa", "bb", "cc"), entry("bb", "cc"), entry("cc"), entry("dd", "aa", "cc")))


@pytest.mark.parametrize(
    ("edges", "cycle"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
        ({"a": [], "b": ["c"], "c": ["d"], "d": ["c"]}, ["c", "d", "c"]),
        ({"a": ["x", "b"], "x": [], "b": ["b"]}, ["b", "b"]),
        ({"z": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, ["a", "b", "c", "a"]),
    ],
)
def test_circles_are_found(edges, cycle):
    assert find_cycle(edges) == cycle


NODES = [
    node("n1", labels={"zone": "a"}, address="10.0.0.1:2375"),
    node("n2", labels={"zone": "b"}),
    node("n3", labels={"zone": "a"}, id="ID3"),
    down("n4"),
]


def test_the_members_of_a_batch_in_their_order():
    batch = Batch(
        (
            entry("web", count=2),
            entry("cache", per_node=True, constraints=["zone==a"]),
            entry("db"),
        )
    )
    assert batch.members(NODES) == (
        Member("web-1", 1, 0),
        Member("web-2", 2, 0),
        Member("cache-n1", entry=1, home="n1"),
        Member("cache-n3", entry=1, home="n3"),
        Member("db", entry=2),
    )


def test_two_nodes_of_one_name_cannot_both_have_theirs():
    batch = Batch((entry("db"), entry("cache", per_node=True)))
    with pytest.raises(InputError) as caught:
        batch.members([node("n1"), node("n1", address="10.0.0.1:2375")])
    assert str(caught.value) == (
        "containers: 'cache' is to be on each node (per_node), and two nodes are called n1; give their engines "
        "different names"
    )


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, ["n1", "n2", "n3", "n4"]),
        ({"whitelist": ("n2", "ID3")}, ["n2", "n3"]),
        ({"constraints": ["node==n1"]}, ["n1"]),
        ({"constraints": ["zone==a", "node!=n1"]}, ["n3"]),
        ({"constraints": ["zone==a"], "whitelist": ("n1", "n2")}, ["n1"]),
    ],
)
def test_the_nodes_that_an_entry_may_be_on(fields, names):
    assert [each.name for each in NODES if allows(wanted(**fields), each)] == names


def test_containers_on_the_nodes_do_not_matter_where_an_entry_may_be():
    assert allows(wanted(constraints=["node==ID3"]), NODES[2])


def test_an_entry_needs_what_it_waits_for_and_what_it_depends_on_once():
    needing = entry("app", "db", ("cache", "healthy"), options={"links": ["db", "outside"], "volumes_from": ["data"]})
    batch = Batch((entry("db"), entry("cache"), entry("data"), needing))
    assert batch.needs_of(needing) == ["db", "cache", "data"]


def test_an_orphan_goes_and_keeps_its_volumes():
    orphan = Batch.of(wanted()).wanted(Member("old", entry=ORPHAN))
    assert (orphan.absent, orphan.keep_volumes) == (True, True)
    assert Batch((entry("aa"), entry("bb"))).wanted(Member("bb", entry=1)).name == "bb"
