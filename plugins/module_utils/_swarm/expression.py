# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The language of constraints and affinities: ``key==value``, ``key!=value``, ``key==~value``.

A text is read from left to right: the key, the operator, a ``~`` if the wish may be dropped, the value. The value is
one of three patterns, made once and matched many times. Each takes a time that grows with what it is compared with:

========================  ==========================================================================
``external``              that very text
``us-*``                  a glob; ``*`` stands for any text, also none; nothing else is special
``/^node-[0-9]+$/``       a regular expression, found anywhere unless anchored: Python's, without
                          look-around and back-references
========================  ==========================================================================

What reads as a value and can only be a mistake (``a==1 && b==2``, quotes, a template) is refused: taken as a value, it
would hold on no node, or with ``!=`` on every node.
"""

from __future__ import annotations

import enum
import re
import typing as t
import warnings
from dataclasses import dataclass, field

from .errors import ExpressionError

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")

#: What people put between two expressions, and the beginning of a second one with something behind its operator.
_JOINED = re.compile(
    r"(?:(?P<sign>&&?|\|\|?|[,;])\s*|(?<=\s)(?:(?P<word>and|or)\s+)?)(?=[a-z_][a-z0-9_./-]*[=!]=[^=\s])", re.IGNORECASE
)
_OR = ("|", "||", "or")

_APART = "write each expression as an entry of its own"
_ONE_OF_SEVERAL = "for one of several values write a regular expression, such as node==/^(node-1|node-2)$/"
_SEVERAL_VALUES = f"a list is not a value; {_ONE_OF_SEVERAL}"

#: What no value begins with, ends with or has in it, with what to do; the first group is what is pointed at.
_MISTAKES = tuple(
    (re.compile(pattern, re.DOTALL), problem)
    for pattern, problem in (
        ("(~)", "one ~ makes the expression soft; leave out the second"),
        ("(=)", "there is one '=' too many; write == or !="),
        ("(!)", "'!' stands behind the operator; write != for a value that must not be met"),
        (r".*?(\{\{)", "there is a template in it that was not rendered"),
        (r".*?(&&)", f"expressions cannot be joined by &&; {_APART}"),
        (r".*?(\|\|)", f"expressions cannot be joined by ||; {_ONE_OF_SEVERAL}"),
        (r"([\"'])", "the value begins with a quote; leave it out"),
        (r".*([\"'])\Z", "the value ends with a quote; leave it out"),
        (r".*([,;])\Z", "the value ends with a comma or a semicolon; leave it out"),
        (r"(\^).*\$\Z", "a regular expression stands between slashes, as in /^us-/"),
    )
)

#: Keys whose values are names: none of them has such a character in it.
_NAMES = ("node", "container", "image")
_NO_NAME = re.compile(r"[|,;]")

#: How Classic Swarm took expressions in a container's environment.
_ENVIRONMENT_PREFIXES = ("constraint", "affinity")


class Operator(enum.Enum):
    """Whether the value must be met or must not be met."""

    EQUAL = "=="
    NOT_EQUAL = "!="


class Pattern:
    """What a value is compared with. Equal to another of its kind with the same source.

    :ivar source: as written; for a regular expression without the slashes
    :ivar exact: the only text that passes, None where several may
    """

    exact: t.Optional[str] = None

    def __init__(self, source: str) -> None:
        self.source = source

    def test(self, value: str) -> bool:
        """Whether ``value`` fits."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Pattern) and other.source == self.source

    def __hash__(self) -> int:
        return hash((type(self), self.source))


class ExactPattern(Pattern):
    """One text, compared as it stands."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.exact = source

    def test(self, value: str) -> bool:
        return value == self.source


class GlobPattern(Pattern):
    """A text with ``*`` in it, compared without ``re``: the time grows with the value's length, never with its square.

    Each piece between two stars is looked for at the first place where it occurs behind the piece before it; a later
    place could only leave less room for the pieces that follow.
    """

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._head, *self._pieces, self._tail = source.split("*")

    def test(self, value: str) -> bool:
        at, end = len(self._head), len(value) - len(self._tail)
        if at > end or not (value.startswith(self._head) and value.endswith(self._tail)):
            return False
        for piece in self._pieces:
            found = value.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


class RegexpPattern(Pattern):
    """A regular expression, found anywhere in the value.

    :raises re.error: it does not compile
    :raises RegexpError: it uses a construct that cannot be matched in linear time, or is too large
    """

    def __init__(self, source: str) -> None:
        # few tasks write one, and each task loads what is imported above
        from .regexp.automaton import searcher

        super().__init__(source)
        self._search = searcher(source)

    def test(self, value: str) -> bool:
        return self._search(value)


@dataclass(frozen=True)
class Expression:
    """One wish. Equal to another that asks for the same, however it was written.

    :ivar key: in lower case; keys are compared without regard to case
    :ivar value: as written, without the ``~``; with its stars or slashes
    :ivar soft: a preference; never removes a node
    :ivar text: the whole as written
    :ivar warning: a sentence for the user where the text was taken although it is not good form; else empty
    """

    key: str
    operator: Operator
    value: str
    soft: bool
    text: str = field(compare=False)
    pattern: Pattern = field(compare=False, repr=False)
    warning: str = field(default="", compare=False)

    def matches(self, values: t.Iterable[str]) -> bool:
        """``==``: whether any of ``values`` fits; ``!=``: whether none does. No values at all fail ``==`` only."""
        return any(map(self.pattern.test, values)) is (self.operator is Operator.EQUAL)

    def __str__(self) -> str:
        return f"{self.key}{self.operator.value}{'~' if self.soft else ''}{self.value}"


def parse_expression(text: str) -> Expression:
    """Read one expression.

    :raises ExpressionError: it does not parse; the error points at the character
    """
    key, at = _read_key(text)
    operator, at, warning = _read_operator(text, at)
    soft = text.startswith("~", at)
    at += soft
    value = _read_value(text, at)
    _refuse_second_expression(text, at, value)
    if not _is_regexp(value):
        _refuse_mistakes(text, at, value, key.lower())
    return Expression(key.lower(), operator, value, soft, text, _compile(text, at, value), warning)


def parse_expressions(texts: t.Sequence[str], option: str) -> t.Tuple[Expression, ...]:
    """Read each of ``texts``.

    :param option: the user's name for the list, put before an error
    :raises ExpressionError: the first that does not parse
    """
    parsed = []
    for text in texts:
        try:
            parsed.append(parse_expression(text))
        except ExpressionError as error:
            raise ExpressionError(error.text, error.position, error.problem, option) from None
    return tuple(parsed)


def _read_key(text: str) -> t.Tuple[str, int]:
    match = _KEY.match(text)
    if match is None:
        raise ExpressionError(text, 0, "a key comes first: a letter or _, then letters, digits, '-', '_', '.' and '/'")
    return match.group(), match.end()


def _read_operator(text: str, at: int) -> t.Tuple[Operator, int, str]:
    for operator in Operator:
        if text.startswith(operator.value, at):
            return operator, at + len(operator.value), ""
    if text.startswith("=!", at):
        raise ExpressionError(text, at, "'=!' is not an operator; write != for a value that must not be met")
    if text.startswith("=", at):
        right = f"{text[:at]}={text[at:]}"
        return Operator.EQUAL, at + 1, f"'{text}' has a single '=' and is read as '{right}'; write it so"
    hint = ", as in zone==external"
    if text[at : at + 1].isspace():
        hint = " without a space" + hint
    elif text[:at].lower() in _ENVIRONMENT_PREFIXES and text.startswith(":", at):
        hint += f"; leave out '{text[: at + 1]}', which belongs to the environment of a container"
    raise ExpressionError(text, at, f"== or != must follow the key{hint}")


def _read_value(text: str, at: int) -> str:
    value = text[at:]
    if not value.strip():
        raise ExpressionError(text, at, "the value is missing, as in zone==external")
    if value[0].isspace():
        raise ExpressionError(text, at, "a space stands before the value; leave it out")
    if value[-1].isspace():
        raise ExpressionError(text, len(text.rstrip()), "a space stands behind the value; leave it out")
    return value


def _is_regexp(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] == "/"


def _refuse_second_expression(text: str, at: int, value: str) -> None:
    """:raises ExpressionError: the value goes on into another expression"""
    for match in _JOINED.finditer(value):
        # Between slashes all of that may be part of a regular expression, unless the first one has ended there.
        if not value.startswith("/") or value[: match.start()].rstrip().endswith("/"):
            joint = match["sign"] or match["word"] or ""
            problem = f"expressions cannot be joined by {joint}" if joint else "a second expression begins"
            advice = _ONE_OF_SEVERAL if joint.lower() in _OR else _APART
            raise ExpressionError(text, at + match.start(), f"{problem}; {advice}")


def _refuse_mistakes(text: str, at: int, value: str, key: str) -> None:
    """:raises ExpressionError: the value can only be a mistake"""
    for pattern, problem in _MISTAKES:
        match = pattern.match(value)
        if match is not None:
            raise ExpressionError(text, at + match.start(1), problem)
    listed = _NO_NAME.search(value) if key in _NAMES else None
    if listed is not None:
        raise ExpressionError(text, at + listed.start(), _SEVERAL_VALUES)


def _compile(text: str, at: int, value: str) -> Pattern:
    if _is_regexp(value):
        return _compile_regexp(text, at + 1, value[1:-1])
    return GlobPattern(value) if "*" in value else ExactPattern(value)


def _compile_regexp(text: str, at: int, regexp: str) -> RegexpPattern:
    from .regexp.syntax import RegexpError

    if not regexp:
        raise ExpressionError(text, at, "the regular expression between the slashes is empty")
    try:
        # What Python only warns of ([[:alpha:]], flags in the middle) does not mean what its writer thinks.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return RegexpPattern(regexp)
    except re.error as error:
        raise ExpressionError(text, at + (error.pos or 0), f"bad regular expression: {error.msg}") from None
    except RegexpError as error:
        raise ExpressionError(text, at + error.position, f"bad regular expression: {error.problem}") from None
    except RecursionError:
        raise ExpressionError(text, at, "bad regular expression: it is nested too deeply") from None
    except (Warning, OverflowError) as error:
        problem = str(error).partition(" at position")[0]
        raise ExpressionError(text, at, f"bad regular expression: {problem}") from None
