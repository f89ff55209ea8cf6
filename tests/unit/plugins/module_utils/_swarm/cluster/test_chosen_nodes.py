# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import (
    ChosenNodes,
    NodeChoice,
    Placed,
    require_all,
    require_any,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.several import parse_patterns
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node

ONE = node("n1", labels={"zone": "a"})
TWO = node("n2", labels={"zone": "b"})
# an engine that does not answer is known by its address alone
LOST = down("192.0.2.9:2375")
LOST = type(LOST)(address=LOST.name, name=LOST.name, health=LOST.health, reason="no answer")


def choose(nodes: t.Sequence[t.Any], *names: str, constraints: t.Sequence[str] = ()) -> t.Tuple[t.Any, ...]:
    choice = NodeChoice(names, parse_expressions(constraints, "constraints"))
    chosen = choice.choose(Snapshot(tuple(nodes), source="nodes://x"))
    return [each.name for each in chosen.nodes], [each.name for each in chosen.missing]


@pytest.mark.parametrize(
    ("names", "constraints", "expected", "missing"),
    [
        pytest.param((), (), ["n1", "n2"], [LOST.name], id="all"),
        pytest.param(("n2",), (), ["n2"], [], id="name"),
        pytest.param(("n1-id",), (), ["n1"], [], id="ID"),
        pytest.param(("n1:2375",), (), ["n1"], [], id="address"),
        pytest.param(("n1", LOST.address), (), ["n1"], [LOST.name], id="address of a lost one"),
        pytest.param(("n1", "n3"), (), ["n1"], [LOST.name], id="a name that the lost one may have"),
        pytest.param((), ("zone==b",), ["n2"], [LOST.name], id="constraint; labels of the lost one are not known"),
        pytest.param(("n1", "n2"), ("zone!=a",), ["n2"], [], id="name and constraint"),
        pytest.param((), ("zone==c",), [], [LOST.name], id="only the lost one may meet it"),
    ],
)
def test_choose(names: t.Any, constraints: t.Any, expected: t.List[str], missing: t.List[str]) -> None:
    assert choose((ONE, TWO, LOST), *names, constraints=constraints) == (expected, missing)


@pytest.mark.parametrize(
    ("names", "constraints", "message"),
    [
        (("n3",), (), "nodes: no node has the name, ID or address 'n3'; there are n1, n2"),
        ((), ("zone==c", "a!=b"), "constraints: none of the 2 nodes meets zone==c and a!=b"),
        (("n1",), ("zone==b",), "constraints: none of n1 meets zone==b"),
    ],
)
def test_no_node_is_meant(names: t.Any, constraints: t.Any, message: str) -> None:
    with pytest.raises(ClusterError) as caught:
        choose((ONE, TWO), *names, constraints=constraints)
    assert str(caught.value) == message


def test_a_soft_constraint_chooses_nothing() -> None:
    with pytest.raises(InputError) as caught:
        NodeChoice((), parse_expressions(["zone==~a"], "constraints"))
    assert str(caught.value) == (
        "constraints: 'zone==~a' is soft; leave out the '~', as it only chooses nodes here, and a node is chosen or it "
        "is not"
    )


def test_what_is_required() -> None:
    require_all(ChosenNodes((ONE,)))
    require_any(ChosenNodes((ONE,), (LOST,)))
    with pytest.raises(ClusterError) as caught:
        require_all(ChosenNodes((ONE,), (LOST,)))
    assert str(caught.value) == (
        "nothing was done, as require_all is set: the engine at 192.0.2.9:2375 is unhealthy: no answer"
    )
    with pytest.raises(ClusterError) as caught:
        require_any(ChosenNodes((), (LOST,)))
    assert str(caught.value) == ("none of the nodes can be used: the engine at 192.0.2.9:2375 is unhealthy: no answer")


def on(*patterns: str, groups: t.Sequence[str] = (), names: t.Sequence[str] = ()) -> NodeChoice:
    return NodeChoice(tuple(names), placed=Placed(parse_patterns(patterns, "on_containers"), tuple(groups)))


USED = (
    node("n1", container("web", labels={"classic.swarm.group": "shop"}), container("db")),
    node("n2", container("job-1", labels={"classic.swarm.name": "job"}, state="exited")),
    node("n3"),
)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param(on("web"), ["n1"], id="name"),
        pytest.param(on("job"), ["n2"], id="family, of which one has ended"),
        pytest.param(on("j*", "web"), ["n1", "n2"], id="glob, name"),
        pytest.param(on(groups=["shop"]), ["n1"], id="group"),
        pytest.param(on("job", groups=["shop"]), ["n1", "n2"], id="one or the other"),
        pytest.param(on("*", names=["n2", "n3"]), ["n2"], id="among the nodes that are named"),
        pytest.param(on(), ["n1", "n2", "n3"], id="says nothing"),
    ],
)
def test_where_containers_are(choice: NodeChoice, expected: t.List[str]) -> None:
    chosen = choice.choose(Snapshot((*USED, LOST), source="nodes://x"))
    assert [each.name for each in chosen.nodes] == expected
    # whatever it has is not known
    assert [each.name for each in chosen.missing] == ([] if choice.names else [LOST.name])


def test_containers_that_are_nowhere() -> None:
    with pytest.raises(ClusterError) as caught:
        on("web", "api", "x*", groups=["shop", "bar"]).choose(Snapshot(USED, source="nodes://x"))
    assert str(caught.value) == (
        "on_containers: no container is meant by api, x*; on_groups: no container is of the group bar"
    )
    with pytest.raises(ClusterError) as caught:
        on("api").choose(Snapshot((*USED, LOST), source="nodes://x"))
    assert str(caught.value) == (
        "on_containers: no container is meant by api; it may be where nobody answers: the engine at 192.0.2.9:2375 is "
        "unhealthy: no answer"
    )
