# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.plugin_utils.names import (
    RESERVED,
    NameWish,
    distinct_identifiers,
    give_names,
    host_name,
    identifier,
    is_host_name,
    rename_groups,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dockerhost01", True),
        ("node-1.example.com", True),
        ("10.77.0.11", True),
        ("", False),
        ("-node", False),
        ("node 1", False),
        ("node\n", False),
        ("{{ 1+1 }}", False),
        ("10.77.0.11:2376", False),
        ("web[1:3]", False),
    ],
)
def test_is_host_name(text: str, expected: bool) -> None:
    assert is_host_name(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[fd00::1]:2376", "fd00-1-2376"), ("node 1", "node-1"), ("{{ }}", "unnamed"), ("node-1", "node-1")],
)
def test_host_name(text: str, expected: str) -> None:
    assert host_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("com.example/zone", "com_example_zone"),
        ("zone", "zone"),
        ("größe", "gr__e"),
        ("busybox:latest", "busybox_latest"),
    ],
)
def test_identifier(text: str, expected: str) -> None:
    assert identifier(text) == expected


@pytest.mark.parametrize(
    ("wishes", "taken", "expected"),
    [
        pytest.param([("a", "a-1"), ("b", "b-1")], set(), ["a", "b"], id="free"),
        pytest.param(
            [("a", "a-1"), ("b", "b-1"), ("a", "a-2")], set(), ["a-1", "b", "a-2"], id="nobody gets a shared name"
        ),
        pytest.param([("web", "web-1")], {"web"}, ["web-1"], id="taken by a group"),
        pytest.param([("localhost", "localhost-10.0.0.1")], set(RESERVED), ["localhost-10.0.0.1"], id="reserved"),
        pytest.param([("{{ x }}", "{{ x }}-10.0.0.1:2")], set(), ["x--10.0.0.1-2"], id="no host name"),
        pytest.param(
            [("a-1", "z"), ("a", "a-1"), ("a", "a-1")], set(), ["a-1", "a-1-2", "a-1-3"], id="alternative taken"
        ),
    ],
)
def test_give_names(wishes: t.List[t.Tuple[str, str]], taken: t.Set[str], expected: t.List[str]) -> None:
    assert give_names([NameWish(*wish) for wish in wishes], taken) == expected


@given(
    st.lists(st.tuples(st.text("ab-:{", max_size=3), st.text("ab-:{", max_size=3))), st.sets(st.text("ab", max_size=2))
)
def test_names_are_unique_free_and_valid(wishes: t.List[t.Tuple[str, str]], taken: t.Set[str]) -> None:
    names = give_names([NameWish(*wish) for wish in wishes], taken)
    assert len(set(names)) == len(wishes)
    assert not set(names) & taken
    assert all(is_host_name(name) for name in names)


def test_a_host_that_is_there_already_keeps_its_name() -> None:
    wishes = [
        NameWish("web", "web-n1", lambda name: name == "web"),
        NameWish("db", "db-n1", lambda name: name == "db-n1"),
        NameWish("app", "app-n1", lambda name: name == "app"),
    ]
    assert give_names(wishes, {"web", "db", "db-n1"}) == ["web", "db-n1", "app"]
    # Nobody is localhost, whatever the variables of one that is there say.
    assert give_names([NameWish("localhost", "x-1", lambda name: True)], RESERVED) == ["x-1"]


@pytest.mark.parametrize(
    ("groups", "hosts", "expected"),
    [
        (["web", "db"], {"n1"}, {}),
        (["web", "db"], {"web"}, {"web": "web_group"}),
        (["web", "web_group", "web_group_2"], {"web"}, {"web": "web_group_3"}),
        (
            ["all", "ungrouped", "localhost"],
            set(),
            {name: f"{name}_group" for name in ("all", "localhost", "ungrouped")},
        ),
        (["web"], {"web", "web_group"}, {"web": "web_group_2"}),
    ],
)
def test_groups_that_cannot_have_their_name(groups: t.List[str], hosts: t.Set[str], expected: t.Dict[str, str]) -> None:
    assert rename_groups(groups, hosts) == expected


def test_no_two_texts_have_one_identifier() -> None:
    assert distinct_identifiers(["n-1", "n.1", "n1", "n_1"]) == {
        "n-1": "n_1", "n.1": "n_1_2", "n1": "n1", "n_1": "n_1_3",
    }  # fmt: skip
