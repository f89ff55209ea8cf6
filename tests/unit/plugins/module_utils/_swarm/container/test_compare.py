# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.compare import matches, parse_comparisons
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.options import COMPARABLE
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.rule import Mode, Shape
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

STRICT, MORE, IGNORE = Mode.STRICT, Mode.ALLOW_MORE_PRESENT, Mode.IGNORE


@pytest.mark.parametrize(
    ("shape", "wanted", "seen", "strict", "more"),
    [
        (Shape.VALUE, 1, 1, True, True),
        (Shape.VALUE, 1, 2, False, False),
        (Shape.VALUE, False, None, False, False),
        (Shape.LIST, ["a", "b"], ["a", "b"], True, True),
        (Shape.LIST, ["a", "b"], ["b", "a"], False, False),
        (Shape.LIST, ["a", "c"], ["a", "b", "c"], False, True),
        (Shape.LIST, ["a", "a"], ["a"], False, False),
        (Shape.LIST, [], None, True, True),
        (Shape.SET, ["a", "b"], ["b", "a"], True, True),
        (Shape.SET, ["a"], ["a", "b"], False, True),
        (Shape.SET, ["a", "b"], ["a"], False, False),
        (Shape.SET, [], None, True, True),
        (Shape.SET, [], ["a"], False, True),
        (Shape.SET_OF_DICTS, [{"a": 1}], [{"a": 1, "b": 2}], True, True),
        (Shape.SET_OF_DICTS, [{"a": 1}], [{"a": 1}, {"a": 2}], False, True),
        (Shape.SET_OF_DICTS, [{"a": 1}], [{"a": 2}], False, False),
        (Shape.SET_OF_DICTS, [{"a": None}], [{"b": 1}], False, False),
        (Shape.DICT, {"a": 1}, {"a": 1}, True, True),
        (Shape.DICT, {"a": 1}, {"a": 1, "b": 2}, False, True),
        (Shape.DICT, {"a": 1}, {"a": 2}, False, False),
        (Shape.DICT, {"a": 1}, None, False, False),
        (Shape.DICT, {}, {"a": 1}, False, True),
    ],
)
def test_matches(shape: Shape, wanted: t.Any, seen: t.Any, strict: bool, more: bool) -> None:
    assert matches(wanted, seen, STRICT, shape) is strict
    assert matches(wanted, seen, MORE, shape) is more
    assert matches(wanted, seen, IGNORE, shape) is True


def _modes(comparisons: t.Optional[t.Dict[str, t.Any]], networks_set: bool = False) -> t.Dict[str, Mode]:
    return parse_comparisons(comparisons, COMPARABLE, networks_set=networks_set)


@pytest.mark.parametrize(
    ("option", "mode"),
    [
        ("image", STRICT),
        ("command", STRICT),
        ("dns_servers", STRICT),
        ("memory", STRICT),
        ("stop_timeout", IGNORE),
        ("env", MORE),
        ("labels", MORE),
        ("mounts", MORE),
        ("networks", MORE),
        ("published_ports", MORE),
        ("tmpfs", MORE),
    ],
)
def test_modes_where_the_user_says_nothing(option: str, mode: Mode) -> None:
    assert _modes(None)[option] is mode


def test_one_option_is_set_by_its_name_or_alias() -> None:
    modes = _modes({"env": "strict", "ports": "ignore", "log_opt": "strict"})
    assert (modes["env"], modes["published_ports"], modes["log_options"], modes["labels"]) == (
        STRICT,
        IGNORE,
        STRICT,
        MORE,
    )


def test_the_wildcard_comes_first() -> None:
    modes = _modes({"env": "allow_more_present", "*": "strict"})
    assert modes.pop("env") is MORE
    assert modes.pop("networks") is MORE
    assert set(modes.values()) == {STRICT}


def test_the_wildcard_reaches_networks_only_where_they_are_set() -> None:
    assert _modes({"*": "strict"}, networks_set=True)["networks"] is STRICT
    assert _modes({"networks": "strict"})["networks"] is STRICT


@pytest.mark.parametrize(
    ("comparisons", "problem"),
    [
        ({"envs": "strict"}, "'envs' is not an option that describes a container"),
        ({"state": "strict"}, "'state' is not an option that describes a container"),
        ({"env_file": "strict"}, "'env_file' is not an option"),
        ({"env": "stirct"}, "'env' is 'stirct'; the mode must be one of strict, ignore, allow_more_present"),
        ({"memory": "allow_more_present"}, "it is a single value, so the mode must be one of strict, ignore$"),
        ({"*": "allow_more_present"}, r"'\*' is 'allow_more_present'; it must be 'strict' or 'ignore'"),
        ({"ports": "strict", "published_ports": "strict"}, "'ports' and 'published_ports' are the same option"),
        ({"env": None}, "'env' is 'None'"),
        ({"env": ["strict"]}, "must be one of"),
    ],
)
def test_refuses(comparisons: t.Dict[str, t.Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        _modes(comparisons)
