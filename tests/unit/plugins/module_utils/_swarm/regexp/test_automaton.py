# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular expressions mean what they mean to ``re``, and take linear time."""

from __future__ import annotations

import re
import time

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.regexp import automaton
from ansible_collections.classic.swarm.plugins.module_utils._swarm.regexp.automaton import Automaton, searcher
from ansible_collections.classic.swarm.plugins.module_utils._swarm.regexp.syntax import RegexpError, parse
from hypothesis import given
from hypothesis import strategies as st

ATOMS = [
    *("a", "b", "A", "ä", "-", "1", "{", "}", "{}", ".", "^", "$", "(?#note)"),
    *("[ab]", "[^a]", "[]a]", "[^]b]", r"[a\]]", "[b-z_]"),
    *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\.", r"\n", r"\x61", r"\u0062", r"\141", r"\012", r"\0"),
    *(r"\A", r"\Z", r"\b", r"\N{LATIN SMALL LETTER A}"),
]
QUANTIFIERS = ["*", "+", "?", "{2}", "{0,2}", "{,2}", "{1,}", "{,}", "{0}", "*?", "+?", "??", "{1,2}?", "(?#note)*"]
OPENINGS = ["(", "(?:", "(?P<name>", "(?i:", "(?m:", "(?s:", "(?im-s:", "(?-i:"]


def larger(smaller):
    return st.one_of(
        st.lists(smaller, max_size=3).map("".join),
        st.lists(smaller, min_size=2, max_size=3).map("|".join),
        st.builds("{}{})".format, st.sampled_from(OPENINGS), smaller),
        st.builds("(?:{}){}".format, smaller, st.sampled_from(QUANTIFIERS)),
    )


REGEXPS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "", "(?i)", "(?m)", "(?s)", "(?ims)", "(?a)", "(?u)"]),
    st.recursive(st.sampled_from(ATOMS), larger, max_leaves=8),
)


@given(REGEXPS, st.lists(st.text(alphabet="aabbAB1äÄ_- .\n]{}\0", max_size=8), min_size=1, max_size=8))
def test_it_finds_what_re_finds(regexp, texts):
    try:
        search = re.compile(regexp).search
    except re.error:
        return
    expected = [search(text) is not None for text in texts]
    assert list(map(Automaton(parse(regexp)).search, texts)) == expected
    assert list(map(searcher(regexp), texts)) == expected


@pytest.mark.parametrize(
    ("regexp", "text", "found"),
    [
        ("", "", True),
        ("", "x", True),
        ("a$", "a\n", True),
        (r"a\Z", "a\n", False),
        ("a$", "a\n\n", False),
        ("(?m)^b$", "a\nb\nc", True),
        ("^b$", "a\nb\nc", False),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        (r"\Bb\B", "abc", True),
        (r"\Bb\B", "ab", False),
        (r"(?a)\bä", "aä", True),
        (r"\bä", "aä", False),
        (r"(?a:\w)ä", "ää", False),
        ("(?i)STRASSE|ä", "Ä", True),
        ("(a*)*b", "aac", False),
        ("(|a){3}b", "b", True),
        ("x{3,5}", "xx", False),
        ("^x{3,5}$", "xxxxxx", False),
        ("^(?:ab?){0}c", "c", True),
        (r"a\|b", "a|b", True),
    ],
)
def test_rows(regexp, text, found):
    assert Automaton(parse(regexp)).search(text) is found
    assert searcher(regexp)(text) is found


@pytest.mark.parametrize(
    ("regexp", "position", "problem"),
    [
        ("ab(?=c)", 2, "look-ahead"),
        ("ab(?!c)", 2, "look-ahead"),
        ("(?<=a)b", 0, "look-behind"),
        ("x(?<!a)b", 1, "look-behind"),
        (r"(a)b\1", 4, "a back-reference"),
        ("(?P<n>a)(?P=n)", 8, "a back-reference"),
        ("(a)?(?(1)b|c)", 4, "a condition on a group"),
    ],
)
def test_what_takes_more_than_linear_time_is_refused(regexp, position, problem):
    with pytest.raises(RegexpError) as caught:
        searcher(regexp)
    assert caught.value.problem == f"{problem} is not supported, as it cannot be matched in linear time"
    assert caught.value.position == position


def test_the_flag_for_spaces_is_refused():
    with pytest.raises(RegexpError, match=r"^the flag x is not supported; write the expression without spaces$"):
        searcher("(?x) a b")


@pytest.mark.parametrize("regexp", ["a{1018}", "(a{100}){11}", "((a{1000}){1000}){1000}", "(){1020}", "(|){510}"])
def test_an_expression_that_is_too_large_is_refused_before_it_is_written_out(regexp):
    with pytest.raises(
        RegexpError, match=r"^it is too large: its repetitions, written out, add more than 1000 characters$"
    ):
        searcher(regexp)


def test_the_largest_expression_is_taken():
    largest = searcher("^a{1000}$")
    assert largest("a" * 1000)
    assert not largest("a" * 999)


@pytest.mark.parametrize("form", ["^({})$", "^({})+$"])
def test_many_names_are_no_large_expression(form):
    names = [f"host-{number:04}" for number in range(1000)]
    found = searcher(form.format("|".join(names)))
    assert all(map(found, names))
    assert not found("host-1000")


@pytest.mark.parametrize(
    ("regexp", "text"),
    [
        ("(a+)+$", "a" * 20_000 + "b"),
        ("^(a|a)*$", "a" * 20_000 + "b"),
        ("(x+x+)+y", "x" * 20_000),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 20_000),
        ("(.*)(.*)(.*)(.*)(.*)z", "a" * 20_000),
        ("(a|b)*a(a|b){20}c", "ab" * 10_000),
        (r"(\w+\s?)+!", "word " * 4_000),
        ("(a|a)" * 60 + "b", "a" * 60),
        ("(a|a|(a|a))" * 30 + "b", "a" * 60),
    ],
)
def test_what_blows_up_elsewhere_does_not_here(regexp, text):
    begun = time.process_time()
    assert not searcher(regexp)(text)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("regexp", "by_hand"),
    [("node[12]", False), ("^(a|b)$", False), ("(a|b)(c|d)", True), ("((a|b)|c)", True), ("a+", True), ("a{1}", True)],
)
def test_what_can_be_tried_in_one_go_is_left_to_re(monkeypatch, regexp, by_hand):
    made = []
    monkeypatch.setattr(automaton.Automaton, "__init__", lambda self, tree: made.append(tree))
    searcher(regexp)
    assert bool(made) is by_hand


def test_states_are_not_kept_without_bound(monkeypatch):
    monkeypatch.setattr(automaton, "_KEPT_PLACES", 500)
    many = Automaton(parse("(a|b)*a(a|b){6}c"))
    texts = ["".join("ab"[number >> bit & 1] for bit in range(9)) + end for number in range(512) for end in "cd"]
    assert [many.search(text) for text in texts] == [re.search("(a|b)*a(a|b){6}c", text) is not None for text in texts]
    assert 2 < len(many._states) <= 250
