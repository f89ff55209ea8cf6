# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the original's own tests hold to be true of its filters and strategies, restated as data.

Left out where this product decided otherwise: a single ``=`` is taken with a warning, a dot may stand in a key, and a
soft expression prefers where the original removed nodes first and gave them back when nothing was left.
"""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.environment import split_environment
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, passing, place, request


def named(name, *containers, **fields):
    return node(f"{name}-name", *containers, id=f"{name}-id", address=f"{name}:2375", **fields)


REGIONS = (
    named("node-0", labels={"name": "node0", "group": "1", "region": "us-west"}),
    named("node-1", labels={"name": "node1", "group": "1", "region": "us-east"}),
    named("node-2", labels={"name": "node2", "group": "2", "region": "eu"}),
    named("node-3"),
)
STRANGE = (*REGIONS[:3], named("node-3", labels={"name": "aBcDeF", "group": "2", "region": "eu"}))


def numbers(names):
    """``node-0-name`` as 0."""
    return [int(name.split("-")[1]) for name in names]


def asked_by_environment(*entries):
    split = split_environment(entries)
    return request(constraints=split.constraints, affinities=split.affinities, whitelist=split.whitelist)


@pytest.mark.parametrize(
    ("nodes", "entries", "expected"),
    [
        (REGIONS, (), [0, 1, 2, 3]),
        (REGIONS, ("constraint:does_not_exist==true",), []),
        (REGIONS, ("constraint:name==node1",), [1]),
        (REGIONS, ("constraint:group==1",), [0, 1]),
        (REGIONS, ("constraint:node==node-2-id",), [2]),
        (REGIONS, ("constraint:node==node-1-name",), [1]),
        (REGIONS, ("constraint:name==node0", "constraint:group==1"), [0]),
        (REGIONS, ("constraint:region==us",), []),
        (REGIONS, ("constraint:region==us*",), [0, 1]),
        (REGIONS, ("constraint:region==*us*",), [0, 1]),
        (REGIONS, ("constraint:name!=node0",), [1, 2, 3]),
        (REGIONS, ("constraint:name!=does_not_exist",), [0, 1, 2, 3]),
        (REGIONS, ("constraint:name!=n*",), [3]),
        (REGIONS, ("constraint:region!=us*",), [2, 3]),
        (REGIONS, (r"constraint:name==/node\d/",), [0, 1, 2]),
        (REGIONS, ("constraint:name==/node[12]/",), [1, 2]),
        (REGIONS, ("constraint:name!=/node[12]/",), [0, 3]),
        (REGIONS, ("constraint:node!=/node-[01]-id/",), [2, 3]),
        (STRANGE, ("constraint:name==/abcdef/",), []),
        (STRANGE, ("constraint:name==/(?i)abcdef/",), [3]),
        (STRANGE, ("constraint:name!=/(?i)abc*/",), [0, 1, 2]),
        (REGIONS, ("whitelist:node==node-5-name|node-6-name|node-7-name",), []),
        (REGIONS, ("whitelist:node==node-5-name",), []),
        (REGIONS, ("whitelist:node==node-1-name",), [1]),
        (REGIONS, ("whitelist:node==node-1-name|node-2-name",), [1, 2]),
        (REGIONS, ("whitelist:node==node-1-name|node-2-name|node-5-name|node-6-name",), [1, 2]),
        (
            REGIONS,
            (
                "whitelist:node==node-0-name|node-1-name|node-2-name",
                "whitelist:node==node-1-name|node-2-name|node-3-name",
            ),
            [1, 2],
        ),
    ],
)
def test_constraints_and_whitelists(nodes, entries, expected):
    assert numbers(passing(asked_by_environment(*entries), *nodes)) == expected


@pytest.mark.parametrize(
    ("entry", "preferred"),
    [
        ("constraint:node==~node-1-name", [1]),
        ("constraint:name!=~/(?i)abc*/", [0, 1, 2, 3]),
        ("constraint:region!=~us*", [2, 3]),
        ("constraint:region!=~can*", [0, 1, 2, 3]),
    ],
)
def test_soft_constraints_prefer_what_the_original_kept(entry, preferred):
    ranking = place(asked_by_environment(entry), *REGIONS).ranking
    assert len(ranking) == 4
    assert numbers(sorted(each.node.name for each in ranking if each.soft)) == preferred


def standing(name):
    return container(f"{name}-name", id=f"{name}-id")


CROWD = (
    named("node-0", standing("container-n0-0"), standing("container-n0-1"), images=("image-0:tag1", "image-0:tag2")),
    named(
        "node-1",
        standing("container-n1-0"),
        standing("container-n1-1"),
        images=("image-1:tag1", "image-0:tag3", "image-1:tag2"),
    ),
    named("node-2"),
)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((), [0, 1, 2]),
        (("affinity:container==does_not_exist",), []),
        (("affinity:container==container-n0*",), [0]),
        (("affinity:container==container-*",), [0, 1]),
        (("affinity:container==container-n0-0-id",), [0]),
        (("affinity:container!=container-n0-0-id",), [1, 2]),
        (("affinity:container!=container-n0-1-id",), [1, 2]),
        (("affinity:container==container-n1-0-name",), [1]),
        (("affinity:container!=container-n1-0-name",), [0, 2]),
        (("affinity:container!=container-n1-1-name",), [0, 2]),
        (("affinity:image==sha256:image-0:tag1-id",), [0]),
        (("affinity:image==image-0:tag3",), [1]),
        (("affinity:image!=image-0:tag3",), [0, 2]),
        (("affinity:image==image-1",), [1]),
        (("affinity:image!=image-1",), [0, 2]),
        (("affinity:container!=container-n0-1-id", "affinity:container!=container-n1-1-id"), [2]),
        (("affinity:container==container-n0-1-id", "affinity:container==container-n1-1-id"), []),
    ],
)
def test_affinities(entries, expected):
    assert numbers(passing(asked_by_environment(*entries), *CROWD)) == expected


@pytest.mark.parametrize("text", ["1node", "node ==node1", "no*de==node1", "name=!node0"])
def test_expressions_that_do_not_parse(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize("text", ["_node==_node1", "node==*node*", "node==/(?i)^[a-b]+c*(n|b)$/", "node==node 1"])
def test_expressions_that_parse(text):
    assert str(parse_expression(text)) == text


@pytest.mark.parametrize(
    ("held", "asked", "expected"),
    [
        ([(), (), ()], "80/tcp", [0, 1, 2]),
        ([("4242/tcp",), (), ()], "80/tcp", [0, 1, 2]),
        ([("80/tcp",), (), ()], "80/tcp", [1, 2]),
        ([("80/tcp",), (), ()], "127.0.0.1:80/tcp", [1, 2]),
        ([(), ("127.0.0.1:4242/tcp",), ()], "127.0.0.1:4242/tcp", [0, 2]),
        ([(), ("127.0.0.1:4242/tcp",), ()], "0.0.0.0:4242/tcp", [0, 2]),
        ([(), ("127.0.0.1:4242/tcp",), ()], "4242/tcp", [0, 2]),
        ([(), ("127.0.0.1:4242/tcp",), ()], "192.168.1.1:4242/tcp", [0, 1, 2]),
    ],
)
def test_ports(held, asked, expected):
    nodes = [named(f"node-{number}", container("c", ports=ports)) for number, ports in enumerate(held)]
    assert numbers(passing(request(ports=(asked,)), *nodes)) == expected


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [
        ((), [0, 1, 2]),
        (("c0",), [0]),
        (("c2",), [1]),
        (("c0", "c1"), [0]),
        (("c0", "c1", "c1"), [0]),
        (("c0", "c2"), []),
        (("c0", "c2", "c1"), []),
    ],
)
def test_dependencies(dependencies, expected):
    nodes = (named("node-0", container("c0"), container("c1")), named("node-1", container("c2")), named("node-2"))
    assert numbers(passing(request(dependencies=dependencies), *nodes)) == expected


@pytest.mark.parametrize(
    ("slots", "containers", "expected"),
    [
        (("3", "3"), (1, 0), [0, 1]),
        (("3", "3"), (3, 0), [1]),
        ((None, None), (3, 0), [0, 1]),
        (("3", "3"), (3, 3), []),
        (("3", "foo"), (3, 3), [1]),
    ],
)
def test_slots(slots, containers, expected):
    nodes = [
        named(
            f"node-{number}",
            *(container(f"c{number}-{each}") for each in range(count)),
            labels={} if label is None else {"containerslots": label},
        )
        for number, (label, count) in enumerate(zip(slots, containers))
    ]
    assert numbers(passing(request(), *nodes)) == expected


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((node("a"), node("b")), ["a", "b"]),
        ((down("a"), node("b")), ["b"]),
        ((down("a"), down("b")), []),
    ],
)
def test_health(nodes, expected):
    assert passing(request(), *nodes) == expected


def run(strategy, nodes, steps):
    """Place one container after another on the node that is chosen.

    :param steps: memory in G and cpus of each
    :returns: name of the node for each, None where none takes it
    """
    requests = [request(f"c{number}", f"{memory}G", cpus) for number, (memory, cpus) in enumerate(steps)]
    placements = Scheduler(SchedulingSettings(strategy=strategy)).place_batch(nodes, requests)
    return [placement.node and placement.node.name for placement in placements]


def sized(count, memory, cpus):
    return [node(f"node-{number}", memory=f"{memory}G", cpus=cpus) for number in range(count)]


@pytest.mark.parametrize(
    ("strategy", "nodes", "steps", "expected"),
    [
        ("binpack", sized(2, 2, 0), [(1, 0)] * 2, ["node-0", "node-0"]),
        ("binpack", sized(2, 0, 2), [(0, 1)] * 2, ["node-0", "node-0"]),
        ("spread", sized(2, 2, 0), [(1, 0)] * 2, ["node-0", "node-1"]),
        ("spread", sized(2, 0, 2), [(0, 1)] * 2, ["node-0", "node-1"]),
        ("binpack", sized(2, 4, 4), [(2, 0), (3, 0), (1, 0)], ["node-0", "node-1", "node-1"]),
        ("spread", sized(2, 4, 4), [(2, 0), (3, 0), (1, 0)], ["node-0", "node-1", "node-0"]),
        (
            "binpack",
            sized(3, 2, 4),
            [(10, 0), (1, 0), (1, 0), (2, 0), (1, 0), (1, 0), (1, 0)],
            [None, "node-0", "node-0", "node-1", "node-2", "node-2", None],
        ),
    ],
)
def test_strategies(strategy, nodes, steps, expected):
    assert run(strategy, nodes, steps) == expected


@pytest.mark.parametrize("strategy", ["spread", "binpack"])
def test_a_hundred_nodes_are_filled_to_the_last(strategy):
    steps = [(0, 1)] * 101 + [(1, 0)] * 101
    chosen = run(strategy, sized(100, 1, 1), steps)
    assert [place for place, name in enumerate(chosen) if name is None] == [100, 201]


@pytest.mark.parametrize(("strategy", "expected"), [("binpack", "node-1"), ("spread", "node-0")])
def test_nodes_of_equal_weight(strategy, expected):
    nodes = [
        node("node-0", container("c1", "2G"), memory="4G", cpus=0),
        node("node-1", container("c2", "1G"), container("c3", "1G"), memory="4G", cpus=0),
    ]
    assert run(strategy, nodes, [(1, 0)]) == [expected]


def test_room_that_comes_back_is_used():
    middle = container("c3", "2G")
    full = [
        node("node-0", container("c1", "2G"), memory="2G"),
        node("node-1", middle, memory="2G"),
        node("node-2", container("c4", "2G"), memory="2G"),
    ]
    state = ClusterState.from_nodes(full)
    scheduler = Scheduler(SchedulingSettings(strategy="binpack"))
    assert scheduler.place(state, request(memory="1G")).node is None
    state.remove("node-1:2375", middle)
    assert scheduler.place(state, request(memory="1G")).node == full[1]
