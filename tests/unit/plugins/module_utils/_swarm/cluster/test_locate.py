# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import ChosenNodes, NodeChoice
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.locate import (
    find_container,
    parse_reference,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    AmbiguousNameError,
    ClusterError,
    InputError,
)
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node

WEB, DB, TWIN, LIKE = "a1b2c3d4" + "0" * 56, "b1" * 32, "c1" * 32, "a1b2c3d4" + "1" * 56
ONE = node("n1", container("web", id=WEB), container("twin", id=TWIN))
TWO = node("n2", container("db", id=DB), container("twin", id="d1" * 32), container("like", id=LIKE))
LOST = down("n3")


def find(text: str, *nodes: t.Any, chosen: t.Optional[ChosenNodes] = None) -> t.Tuple[str, str]:
    home, found = find_container(parse_reference(text), Snapshot(nodes or (ONE, TWO), source="nodes://x"), chosen)
    return home.name, found.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web", ("n1", "web")),
        ("/web", ("n1", "web")),
        (" web ", ("n1", "web")),
        (DB, ("n2", "db")),
        (DB[:8], ("n2", "db")),
        ("n2/db", ("n2", "db")),
        ("n1/twin", ("n1", "twin")),
        ("n2-id/twin", ("n2", "twin")),
        ("n2:2375/twin", ("n2", "twin")),
        # the beginning of two IDs, one of them there
        ("n1/a1b2c3d4", ("n1", "web")),
    ],
)
def test_one_is_found(text: str, expected: t.Tuple[str, str]) -> None:
    assert find(text) == expected


def test_nodes_that_are_chosen_narrow_it_down() -> None:
    snapshot = Snapshot((ONE, TWO), source="nodes://x")
    assert find("twin", chosen=NodeChoice(("n2",)).choose(snapshot)) == ("n2", "twin")


def test_found_twice_names_both_places() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        find("twin")
    assert str(caught.value) == (
        "'twin' is in the cluster 2 times: n1 (n1:2375, c1c1c1c1c1c1), n2 (n2:2375, d1d1d1d1d1d1). Write the node "
        "before the name, as in n1/twin, or remove or rename all but one"
    )


def test_the_beginning_of_two_ids_is_refused() -> None:
    with pytest.raises(AmbiguousNameError, match=r"the IDs of 2 containers begin with 'a1b2c3d4'"):
        find("a1b2c3d4")


@pytest.mark.parametrize(
    ("text", "nodes", "message"),
    [
        ("app", (ONE, TWO), "no container has the name or ID 'app' on any of the 2 nodes"),
        ("n1/db", (ONE, TWO), "no container has the name or ID 'db' on n1"),
        ("n7/db", (ONE, TWO), "container: no node has the name, ID or address 'n7'; there are n1, n2"),
        # seven characters are no ID
        (DB[:7], (ONE, TWO), "no container has the name or ID 'b1b1b1b' on any of the 2 nodes"),
        (
            "app",
            (ONE, LOST),
            "no container has the name or ID 'app' on n1; it may be where nobody answers: the engine at n3:2375 is "
            "unhealthy: no answer",
        ),
    ],
)
def test_nowhere(text: str, nodes: t.Any, message: str) -> None:
    with pytest.raises(ClusterError) as caught:
        find(text, *nodes)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "a b", "n1/", "web*", "-web", "ä"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_reference(text)
    assert str(caught.value) == (
        f"container: '{text}' is not a container; write its name, its ID or the first eight characters of it, with a "
        "node before it if need be, as in node-1/web"
    )


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("web.1", ({"name": ["^/?web[.]1$"]},)),
        ("n1/web", ({"name": ["^/?web$"]},)),
        # what may be an ID is found by no filter of names
        ("deadbeef", None),
        (WEB, None),
    ],
)
def test_what_is_read_for_it(text: str, filters: t.Any) -> None:
    assert parse_reference(text).filters() == filters
