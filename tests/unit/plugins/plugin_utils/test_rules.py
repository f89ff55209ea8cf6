# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.plugin_utils.rules import is_included, parse_rules


@pytest.mark.parametrize(
    ("rules", "true", "expected"),
    [
        pytest.param([], set(), True, id="no rules"),
        pytest.param([{"exclude": "a"}], {"a"}, False, id="excluded"),
        pytest.param([{"exclude": "a"}], set(), True, id="no rule holds"),
        pytest.param([{"include": "a"}, {"exclude": True}], {"a"}, True, id="the first decides"),
        pytest.param([{"include": "a"}, {"exclude": True}], set(), False, id="the rest is excluded"),
        pytest.param([{"exclude": False}, {"exclude": "b"}], {"b"}, False, id="false never holds"),
    ],
)
def test_first_rule_that_holds_decides(rules: t.List[t.Dict[str, t.Any]], true: t.Set[str], expected: bool) -> None:
    assert is_included(parse_rules(rules), lambda condition: condition in true) is expected


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (["a"], "entry 1 is 'a'; it must be a mapping with one key"),
        ([{"include": "a"}, {"drop": "a"}], "entry 2 is {'drop': 'a'}"),
        ([{"include": "a", "exclude": "b"}], "with one key"),
        ([{"include": ["a"]}], r"entry 1: include is \['a'\]; it must be a Jinja2 expression"),
        ([{"exclude": None}], "exclude is None"),
        ([{"exclude": ""}], "exclude is ''"),
        ([{"exclude": "zone ="}], "entry 1: 'zone =' is not a Jinja2 expression: "),
    ],
)
def test_bad_rules(rules: t.List[t.Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_rules(rules)
