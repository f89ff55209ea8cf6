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
        ("a==b==c", "a", Operator.EQUAL, "b==c", False),
        ("topology.kubernetes.io/zone==eu-1", "topology.kubernetes.io/zone", Operator.EQUAL, "eu-1", False),
        ("paths==/a/b", "paths", Operator.EQUAL, "/a/b", False),
        ("features==a,b|c", "features", Operator.EQUAL, "a,b|c", False),
        ("owner==O'Brien and sons", "owner", Operator.EQUAL, "O'Brien and sons", False),
        ("key==YQ==,Yg==", "key", Operator.EQUAL, "YQ==,Yg==", False),
        ("node==/^(a|b)$/", "node", Operator.EQUAL, "/^(a|b)$/", False),
        ("text==/a&&b|c==d, 'e'/", "text", Operator.EQUAL, "/a&&b|c==d, 'e'/", False),
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
        ("zone=!external", 4, "'=!' is not an operator"),
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
        ("zone==/x(?=y)/", 8, "bad regular expression: look-ahead is not supported, as it cannot be matched in linear"),
        (
            "zone==/(a{100}){11}/",
            7,
            "bad regular expression: it is too large: its repetitions, written out, add more than",
        ),
        ("zone==/" + "(" * 5000 + "a" + ")" * 5000 + "/", 7, "bad regular expression: it is nested too deeply"),
    ],
)
def test_a_bad_expression_points_at_the_character(text, position, problem):
    with pytest.raises(ExpressionError, match="bad expression at character") as caught:
        parse_expression(text)
    assert problem in caught.value.problem
    assert caught.value.position == position
    assert str(caught.value).splitlines()[1:] == [f"  {text}", " " * (position + 2) + "^"]


_JOINED_BY_OR = "for one of several values write a regular expression, such as node==/^(node-1|node-2)$/"


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("node!=a && node!=b", 8, "expressions cannot be joined by &&; write each expression as an entry of its own"),
        ("node!=a&&node!=b", 7, "expressions cannot be joined by &&; write each expression as an entry of its own"),
        (
            "node!=/a/ && zone!=/b/",
            10,
            "expressions cannot be joined by &&; write each expression as an entry of its own",
        ),
        ("zone==a || zone==b", 8, f"expressions cannot be joined by ||; {_JOINED_BY_OR}"),
        ("zone==/a/||zone==/b/", 9, f"expressions cannot be joined by ||; {_JOINED_BY_OR}"),
        ("zone==a | zone==b", 8, f"expressions cannot be joined by |; {_JOINED_BY_OR}"),
        ("zone==a & disk!=b", 8, "expressions cannot be joined by &; write each expression as an entry of its own"),
        ("zone==a and disk!=b", 8, "expressions cannot be joined by and; write each expression as an entry of its own"),
        ("zone==a OR zone==b", 8, f"expressions cannot be joined by OR; {_JOINED_BY_OR}"),
        ("node!=a, node!=b", 7, "expressions cannot be joined by ,; write each expression as an entry of its own"),
        ("node!=a;node!=b", 7, "expressions cannot be joined by ;; write each expression as an entry of its own"),
        ("node!=a\nnode!=~b", 8, "a second expression begins; write each expression as an entry of its own"),
        ("node!=a io.x/zone==b", 8, "a second expression begins; write each expression as an entry of its own"),
        ("node!=a && b", 8, "expressions cannot be joined by &&; write each expression as an entry of its own"),
        ("zone==a || b", 8, f"expressions cannot be joined by ||; {_JOINED_BY_OR}"),
        ("node==a|b", 7, f"a list is not a value; {_JOINED_BY_OR}"),
        ("container!=~a*,b*", 14, f"a list is not a value; {_JOINED_BY_OR}"),
        ("container==~~web", 12, "one ~ makes the expression soft; leave out the second"),
        ("a!=~~~b", 4, "one ~ makes the expression soft; leave out the second"),
        ("a===b", 3, "there is one '=' too many; write == or !="),
        ("a!==b", 3, "there is one '=' too many; write == or !="),
        ("a==!b", 3, "'!' stands behind the operator; write != for a value that must not be met"),
        ("zone=='external'", 6, "the value begins with a quote; leave it out"),
        ('zone==~"external', 7, "the value begins with a quote; leave it out"),
        ("zone==external'", 14, "the value ends with a quote; leave it out"),
        ("zone==external,", 14, "the value ends with a comma or a semicolon; leave it out"),
        ("zone=={{ zone }}", 6, "there is a template in it that was not rendered"),
        ("node==^web-[0-9]+$", 6, "a regular expression stands between slashes, as in /^us-/"),
        (
            "constraint:zone==a",
            10,
            "== or != must follow the key, as in zone==external; leave out 'constraint:', which belongs to the "
            "environment of a container",
        ),
        ("zone == a", 4, "== or != must follow the key without a space, as in zone==external"),
    ],
)
def test_what_can_only_be_a_mistake_is_refused_with_the_way_to_write_it(text, position, problem):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert (caught.value.problem, caught.value.position) == (problem, position)


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


@pytest.mark.parametrize("value", ["a" * 27, "a" * 20_000])
def test_a_regular_expression_takes_no_more_than_linear_time(value):
    """For 27 characters Python's own matcher takes 16 seconds here, and twice as long for each one more."""
    assert not parse_expression("key==/(a+)+$/").matches([value + "b"])
    assert parse_expression("key==/(a+)+$/").matches([value])


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


#: Every character but those of which mistakes are made.
PLAIN = st.characters(exclude_characters="*~=!&|;,^{\"'")


@given(st.text(alphabet=PLAIN, min_size=1), st.text())
def test_no_value_but_itself_meets_a_plain_text(value, other):
    if value != value.strip() or value[0] == value[-1] == "/":
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
