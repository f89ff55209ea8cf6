# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.spread_over import (
    SpreadOver,
    parse_spread_over,
)


@pytest.mark.parametrize(
    ("wanted", "levels"),
    [
        (None, ()),
        ([], ()),
        ("Zone", (SpreadOver("zone"),)),
        ({"key": "zone"}, (SpreadOver("zone"),)),
        (
            {"key": "zone", "shares": {"a": "2", 1: 0.5}, "max_skew": "2"},
            (SpreadOver("zone", {"a": 2.0, "1": 0.5}, 2),),
        ),
        (
            ["zone", {"key": "rack", "shares": None, "max_skew": 1}, "node"],
            (SpreadOver("zone"), SpreadOver("rack", {}, 1), SpreadOver("node")),
        ),
    ],
)
def test_what_is_asked_for(wanted, levels):
    assert parse_spread_over(wanted) == levels


_NO_LEVEL = "is no level; write a label of nodes such as zone, or node, or a mapping of key with shares and max_skew"


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (3, f"spread_over: 3 {_NO_LEVEL}"),
        ([["zone"]], f"spread_over: ['zone'] {_NO_LEVEL}"),
        ({"shares": {}}, "spread_over: {'shares': {}} " + _NO_LEVEL),
        ("", "spread_over: the key is empty; it is a label of nodes, such as zone, or node"),
        ({"key": "z", "skew": 1, "a": 1}, "spread_over: a, skew is unknown; a level has key, shares, max_skew"),
        ({"key": "z", "shares": [1]}, "spread_over z: shares is [1]; write a mapping such as {a: 2, b: 1}"),
        ({"key": "z", "shares": {"a": "x"}}, "spread_over z: the share of a is 'x'; it must be a number"),
        ({"key": "z", "shares": {"a": True}}, "spread_over z: the share of a is True; it must be a number"),
        ({"key": "z", "shares": {"a": "inf"}}, "spread_over z: the share of a is 'inf'; it must be a number"),
        ({"key": "z", "shares": {"a": -1}}, "spread_over z: the share of a is -1; it must be above 0"),
        ({"key": "z", "max_skew": 1.5}, "spread_over z: max_skew is 1.5; it must be a whole number"),
        ({"key": "z", "max_skew": 0}, "spread_over z: max_skew is 0; it must be 1 or more"),
        (["zone", "ZONE"], "spread_over: zone is there twice; each level needs a key of its own"),
    ],
)
def test_what_cannot_be(wanted, problem):
    with pytest.raises(InputError) as caught:
        parse_spread_over(wanted)
    assert str(caught.value) == problem
