# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from hypothesis import given
from hypothesis import strategies as st

#: What a terminal obeys, or does not show.
_OBEYED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

anything = st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs", "L", "P", "S"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n1 of zone größe: 日本", "n1 of zone größe: 日本"),
        (r"C:\x1b and /a\.b/", r"C:\x1b and /a\.b/"),
        ("\x1b[2Jn1", r"\x1b[2Jn1"),
        ("\x07bell", r"\x07bell"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("\x9b31m", r"\x9b31m"),
        ("a\x7fb", r"a\x7fb"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("a\u2066b\u200bc\ufeffd", r"a\u2066b\u200bc\ufeffd"),
        ("a\u2028b\u0085c", r"a\u2028b\x85c"),
        ("a\xa0b", r"a\xa0b"),
        ("a\ud800b", r"a\ud800b"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_lines_of_ones_own_stay() -> None:
    assert visible("bad expression:\n  a\x1b==b\r\n    ^", lines=True) == "bad expression:\n  a\\x1b==b\\r\n    ^"


@given(anything, st.booleans())
def test_nothing_is_left_that_a_terminal_would_obey(text: str, lines: bool) -> None:
    shown = visible(text, lines)
    assert not [each for each in shown.replace("\n", "" if lines else "\n") if unicodedata.category(each) in _OBEYED]
    assert len(shown.splitlines()) <= (1 + text.count("\n") if lines else 1)
    assert visible(shown, lines) == shown
    shown.encode("utf-8")


def test_a_long_line_keeps_its_ends() -> None:
    text = f"short\nbegin{'x' * 10_000}end\nshort"
    assert visible(text, lines=True) == (
        f"short\nbegin{'x' * 1995}... (7,008 more characters) ...{'x' * 997}end\nshort"
    )
    assert visible("x" * 4000) == "x" * 4000
