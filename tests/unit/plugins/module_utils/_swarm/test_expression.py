# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import (
    Operator,
    parse_expression,
    parse_expressions,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "key", "operator", "value", "soft"),
    [
        ("zone==external", "zone", Operator.EQUAL, "external", False),
        ("zone!=external", "zone", Operator.NOT_EQUAL, "external", False),
        ("zone==~external", "zone", Operator.EQUAL, "external", True),
        ("zone!=~external", "zone", Operator.NOT_EQUAL, "external", True),
        ("Zone==External", "zone", Operator.EQUAL, "External", False),
        ("_a-b.c1==x", "_a-b.c1", Operator.EQUAL, "x", False),
        ("os==Debian GNU/Linux 12", "os", Operator.EQUAL, "Debian GNU/Linux 12", False),
        ("a===b", "a", Operator.EQUAL, "=b", False),
        ("a==b==c", "a", Operator.EQUAL, "b==c", False),
        ("a==~~b", "a", Operator.EQUAL, "~b", True),
        ("image==host:5000/redis:6", "image", Operator.EQUAL, "host:5000/redis:6", False),
    ],
)
def test_parts(text, key, operator, value, soft):
    expression = parse_expression(text)
    assert (expression.key, expression.operator, expression.value, expression.soft) == (key, operator, value, soft)
    assert expression.warning == ""


def test_a_single_equals_sign_is_taken_with_a_warning():
    expression = parse_expression("zone=external")
    assert expression == parse_expression("zone==external")
    assert expression.warning == "'zone=external' has a single '=' and is read as 'zone==external'; write it so"


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("", 0, "a key comes first"),
        ("==external", 0, "a key comes first"),
        ("1zone==external", 0, "a key comes first"),
        ("no*de==node1", 2, "== or != must follow the key"),
        ("zone", 4, "== or != must follow the key"),
        ("zone ==external", 4, "== or != must follow the key"),
        ("zone!external", 4, "== or != must follow the key"),
        ("zone=!external", 4, "'=!' is no operator"),
        ("zone==", 6, "the value is missing"),
        ("zone==~", 7, "the value is missing"),
        ("zone==  ", 6, "the value is missing"),
        ("zone== external", 6, "a space stands before the value"),
        ("zone==external ", 14, "a space stands behind the value"),
        ("zone==//", 7, "between the slashes is empty"),
        ("zone==/ab(c/", 9, "missing ), unterminated subpattern"),
        ("zone==~/x[/", 9, "unterminated character set"),
        ("zone==/[[:alpha:]]/", 7, "Possible nested set"),
        ("zone==/a{99999999999999999999}/", 7, "bad regular expression"),
    ],
)
def test_a_bad_expression_points_at_the_character(text, position, problem):
    with pytest.raises(ExpressionError, match="bad expression at character") as caught:
        parse_expression(text)
    assert problem in caught.value.problem
    assert caught.value.position == position
    assert str(caught.value).splitlines()[1:] == [f"  {text}", " " * (position + 2) + "^"]


def test_a_list_is_named_by_its_option():
    with pytest.raises(InputError, match=r"^constraints: bad expression at character 5: == or !="):
        parse_expressions(["zone==external", "zone"], "constraints")


def test_a_list_keeps_its_order():
    assert [str(expression) for expression in parse_expressions(["b==1", "a!=~2"], "affinities")] == ["b==1", "a!=~2"]


@pytest.mark.parametrize(
    ("value", "matching", "other"),
    [
        ("a.b", ["a.b"], ["aXb", "a.b ", "A.B"]),
        ("us-*", ["us-", "us-east"], ["us", "aus-east", "eu"]),
        ("*us*", ["us", "aus-east"], ["u-s"]),
        ("f*o", ["fo", "foo", "fuo", "f\no"], ["f", "o", "foob"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("a*b*c", ["abc", "axbbxc"], ["acb", "ac"]),
        ("*ab*b", ["abb", "xabxb"], ["ab"]),
        ("*", ["", "x"], []),
        ("a.*", ["a.", "a.b"], ["ab"]),
        ("[ab]*", ["[ab]c"], ["ac"]),
        ("/", ["/"], [""]),
        ("/mnt/data", ["/mnt/data"], ["mnt"]),
        ("/node[12]/", ["node1", "my-node2-x"], ["node0", "Node1"]),
        ("/(?i)^abc$/", ["aBc"], ["aBcD"]),
        ("/a*b/", ["b", "aab"], ["a"]),
    ],
)
def test_patterns(value, matching, other):
    equal, unequal = parse_expression(f"key=={value}"), parse_expression(f"key!={value}")
    for text in matching:
        assert equal.matches([text]), text
        assert not unequal.matches([text]), text
    for text in other:
        assert not equal.matches([text]), text
        assert unequal.matches([text]), text


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a==foo", [], False),
        ("a!=foo", [], True),
        ("a==foo", ["bar", "foo"], True),
        ("a!=foo", ["bar", "foo"], False),
        ("a!=foo", ["bar", "baz"], True),
    ],
)
def test_several_values(text, values, expected):
    assert parse_expression(text).matches(iter(values)) is expected


def test_expressions_are_equal_by_content():
    assert parse_expression("ZONE=a*") == parse_expression("zone==a*")
    assert hash(parse_expression("ZONE=a*")) == hash(parse_expression("zone==a*"))
    assert parse_expression("zone==a*") != parse_expression("zone==~a*")


def test_a_glob_takes_no_square_time():
    """With the usual translation into a regular expression this very match runs for longer than anybody waits."""
    assert not parse_expression("key==" + "a*" * 40 + "b").matches(["a" * 20_000 + "c"])


@given(st.text())
def test_a_text_parses_or_is_an_error_that_points_into_it(text):
    try:
        again = parse_expression(str(parse_expression(text)))
    except ExpressionError as error:
        position = error.position
    else:
        position = 0
        assert again == parse_expression(text)
    assert 0 <= position <= len(text)


@given(st.text(min_size=1), st.text())
def test_no_value_but_itself_meets_a_plain_text(value, other):
    if "*" in value or value != value.strip() or value[0] in "~=!" or value[0] == value[-1] == "/":
        return
    expression = parse_expression(f"key=={value}")
    assert expression.matches([value])
    assert expression.matches([other]) is (other == value)


@given(st.lists(st.text(alphabet="ab.+[\\"), min_size=2, max_size=5), st.lists(st.text(alphabet="ab.*"), max_size=5))
def test_a_glob_matches_what_its_pieces_are_joined_by(pieces, between):
    if not "".join(pieces):
        return
    filled = "".join(piece + filler for piece, filler in zip(pieces, [*between, *[""] * len(pieces)]))
    text = filled if len(between) < len(pieces) else filled[: len(filled) - len(between[len(pieces) - 1])]
    assert parse_expression("key==" + "*".join(pieces)).matches([text])
