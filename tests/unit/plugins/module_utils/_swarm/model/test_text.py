# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.text import refuse_unusable_text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("s3\0cret", "x: the text has a NUL character, which cannot be sent to an engine; take it out"),
        (
            ["ok", {"a": ["\ud800"]}],
            "x, item 2.a, item 1: the text has half of a character (a lone surrogate), which cannot be sent to an "
            "engine; take it out",
        ),
        ({"a\0": "s3cret"}, "x: the name 'a\\x00' has a NUL character; take it out"),
    ],
)
def test_says_where_it_stands_and_keeps_the_text_to_itself(value: t.Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        refuse_unusable_text(value, "x")
    assert caught.value.message == message


@pytest.mark.parametrize("value", [None, True, 1.5, "é\n\x1b", {"a": ["\U0001f433", {1: None}]}])
def test_takes_the_rest(value: t.Any) -> None:
    refuse_unusable_text(value, "x")
