# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.environment import parse_env_file
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("", {}),
        ("A=1\nB=x=y\n", {"A": "1", "B": "x=y"}),
        ("# A=0\n\n   \nA=\n", {"A": ""}),
        ("  A=1  \r\nA=2", {"A": "2"}),
        ('A="quoted"', {"A": '"quoted"'}),
        ("A=1  \r\n", {"A": "1  "}),
        ("A=1\rB=2", {"A": "1\rB=2"}),
        ("\ufeffA=1\n\ufeffB=2", {"A": "1", "\ufeffB": "2"}),
        ("  # indented\n\t#A=0\n\u2003# em space\nA=1 # part of it", {"A": "1 # part of it"}),
        (
            "A=a\u2028b\nB=a\x85b\nC=a\x0cb\nD=a\x0bb\nE=a\x1cb",
            {k: f"a{c}b" for k, c in zip("ABCDE", "\u2028\x85\x0c\x0b\x1c")},
        ),
        ("A\u00a0B=1", {"A\u00a0B": "1"}),
        ("\x1cA=1", {"\x1cA": "1"}),
    ],
)
def test_env_file(text: str, environment: t.Dict[str, str]) -> None:
    assert parse_env_file(text) == environment


@pytest.mark.parametrize("text", ["A=1\ns3cret\n", "A=1\n=s3cret"])
def test_a_faulty_line_is_named_by_its_number_alone(text: str) -> None:
    with pytest.raises(InputError, match=r"^env_file: line 2 is not NAME=value$"):
        parse_env_file(text)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "export A=s3cret",
            "has a blank in its name; write NAME=value, without 'export' and without blanks around the '='",
        ),
        ("A\t=s3cret", "has a blank in its name; write NAME=value, without 'export' and without blanks around the '='"),
        ("A=s3\0cret", "has a NUL character, which no variable can hold; take it out"),
        ("s3cret", "is not NAME=value"),
    ],
)
def test_what_the_cli_refuses(line: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_env_file(f"# A=1\n{line}\n")
    assert caught.value.message == f"env_file: line 2 {problem}"


_NAMES = st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=1)
_VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126))


@given(st.dictionaries(_NAMES, _VALUES))
def test_what_is_written_is_read(environment: t.Dict[str, str]) -> None:
    assert parse_env_file("".join(f"{name}={value}\n" for name, value in environment.items())) == environment


def test_env_goes_before_env_file() -> None:
    config = ContainerConfig.from_options({"env": {"A": "option"}}, "A=file\nB=file")
    assert config.environment == {"A": "option", "B": "file"}


def test_env_file_alone() -> None:
    assert ContainerConfig.from_options({}, "B=file").environment == {"B": "file"}


@pytest.mark.parametrize(
    ("env", "problem"),
    [
        ({"A": 1}, "the value of 'A' is of type int, not a string, .* put it in quotes"),
        ({"A": True}, "the value of 'A' is of type bool"),
        ({"A": None}, "the value of 'A' is null; write '' for an empty one, or leave 'A' out"),
        ({"A": ["s3cret"]}, "the value of 'A' is of type list"),
        ({"": "s3cret"}, "'' is not the name of a variable"),
        ({"A=B": "s3cret"}, "'A=B' is not the name of a variable"),
    ],
)
def test_env_refuses_and_keeps_the_value_to_itself(env: t.Dict[str, t.Any], problem: str) -> None:
    with pytest.raises(InputError, match=f"^env: {problem}") as caught:
        ContainerConfig.from_options({"env": env})
    assert "s3cret" not in caught.value.message
