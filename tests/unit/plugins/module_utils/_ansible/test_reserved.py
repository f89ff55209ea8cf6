# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.vars.clean import strip_internal_keys
from ansible_collections.classic.swarm.plugins.module_utils._ansible.reserved import escape_reserved
from hypothesis import given
from hypothesis import strategies as st

keys = st.text("%_ansible_", max_size=12) | st.sampled_from(
    ["__ansible_type", "__ansible_unsafe", "__ansible_vault", "_ansible_no_log", "ansible_host", "zone"]
)
values: t.Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("__ansible_type", "%__ansible_type"),
        ("__ansible_unsafe", "%__ansible_unsafe"),
        ("_ansible_no_log", "%_ansible_no_log"),
        ("%__ansible_type", "%%__ansible_type"),
        ("ansible_host", "ansible_host"),
        ("com.example/__ansible_type", "com.example/__ansible_type"),
        ("__ansible", "__ansible"),
    ],
)
def test_keys(key: str, expected: str) -> None:
    assert escape_reserved({"labels": [{key: {key: "a"}}]}) == {"labels": [{expected: {expected: "a"}}]}


@given(values)
def test_no_reserved_key_is_left_and_no_two_become_one(value: t.Any) -> None:
    escaped = escape_reserved(value)
    assert unescaped(escaped) == value
    assert not [key for key in all_keys(escaped) if key.startswith(("_ansible_", "__ansible_"))]
    assert strip_internal_keys([escape_reserved(value)]) == [escaped]


def unescaped(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {
            key[1:] if key.startswith("%") and key.lstrip("%").lstrip("_").startswith("ansible_")
            and key.lstrip("%").startswith("_") else key: unescaped(each)
            for key, each in value.items()
        }  # fmt: skip
    return [unescaped(each) for each in value] if isinstance(value, list) else value


def all_keys(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from all_keys(each)
