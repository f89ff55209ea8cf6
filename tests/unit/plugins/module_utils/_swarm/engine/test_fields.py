# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of an engine's reply."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fields import Fields
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError

TAKE: dict[str, t.Callable[[Fields], t.Any]] = {
    "text": lambda fields: fields.text("K"),
    "number": lambda fields: fields.number("K"),
    "within": lambda fields: fields.within("K").text("inner"),
    "objects": lambda fields: [each.text("inner") for each in fields.objects("K")],
    "texts": lambda fields: fields.texts("K"),
    "map_of_texts": lambda fields: fields.map_of_texts("K"),
}


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        ("text", "abc", "abc"),
        ("number", 7, 7),
        ("within", {"inner": "x"}, "x"),
        ("objects", [{"inner": "x"}, {}], ["x", ""]),
        ("texts", ["a", "b"], ["a", "b"]),
        ("map_of_texts", {"a": "b"}, {"a": "b"}),
    ],
)
def test_a_field_of_the_right_kind_is_taken(kind: str, value: t.Any, taken: t.Any) -> None:
    assert TAKE[kind](Fields("a:1", "/x", {"K": value})) == taken


@pytest.mark.parametrize("reply", [{}, {"K": None}])
@pytest.mark.parametrize(
    ("kind", "empty"),
    [("text", ""), ("number", 0), ("within", ""), ("objects", []), ("texts", []), ("map_of_texts", {})],
)
def test_a_missing_field_is_empty(kind: str, empty: t.Any, reply: dict[str, None]) -> None:
    assert TAKE[kind](Fields("a:1", "/x", reply)) == empty


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", ["a"]),
        ("number", "5"),
        ("number", 5.5),
        ("within", "x"),
        ("within", {"inner": 5}),
        ("objects", {"a": "b"}),
        ("objects", ["x"]),
        ("texts", "x"),
        ("texts", [5]),
        ("map_of_texts", ["x"]),
        ("map_of_texts", {"a": 5}),
    ],
)
def test_a_field_of_another_kind_is_a_sentence(kind: str, value: t.Any) -> None:
    with pytest.raises(
        EngineError, match=r"^a:1 answers /x with \w+.* = .* where .* belongs; is it a Docker engine\?$"
    ):
        TAKE[kind](Fields("a:1", "/x", {"K": value}))


def test_a_field_can_be_required() -> None:
    assert Fields("a:1", "/x", {"K": 0}).require("K").number("K") == 0
    for reply in ({}, {"K": None}):
        with pytest.raises(EngineError, match=r"^a:1 answers /x without K; is it a Docker engine\?$"):
            Fields("a:1", "/x", reply).require("K")


def test_a_reply_that_is_no_object_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="a:1 answers /x with an entry = 'text' where an object belongs"):
        Fields("a:1", "/x", "text")


def test_a_long_value_is_not_shown_whole() -> None:
    with pytest.raises(EngineError) as caught:
        Fields("a:1", "/x", {"K": "y" * 10_000}).number("K")
    assert len(str(caught.value)) < 200
