# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.plugin_utils.names import (
    RESERVED,
    NameWish,
    give_names,
    host_name,
    identifier,
    is_host_name,
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
