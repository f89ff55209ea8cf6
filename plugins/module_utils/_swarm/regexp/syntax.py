# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From the text of a regular expression to a tree.

The text is Python's, and ``re`` has compiled it before it comes here, so that it is known to be well-formed.
Look-around, back-references, conditions, atomic groups and possessive quantifiers are refused. They cannot be matched
in linear time, and the original did not have them either: its regular expressions were those of Go.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

#: Whether one character fits.
Test = t.Callable[[str], bool]


class RegexpError(ValueError):
    """A regular expression that ``re`` compiles and that is not taken here.

    :ivar problem: in words
    :ivar position: index of the construct in the text, from 0
    """

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position


def _unsupported(construct: str, position: int) -> RegexpError:
    return RegexpError(f"{construct} is not supported, as it cannot be matched in linear time", position)


@dataclass(frozen=True)
class Character:
    """One character that passes ``test``."""

    test: Test


@dataclass(frozen=True)
class Assertion:
    r"""A place between two characters.

    :ivar kind: ``A``, ``Z``, ``b`` or ``B`` as in ``\A``; ``^`` and ``$`` for those two at any line
    :ivar ascii: word characters are those of ASCII
    """

    kind: str
    ascii: bool = False


@dataclass(frozen=True)
class Sequence:
    """One after the other; nothing at all where there are no items."""

    items: t.Tuple[Tree, ...]


@dataclass(frozen=True)
class Choice:
    """One of several."""

    options: t.Tuple[Tree, ...]


@dataclass(frozen=True)
class Repeat:
    """The item again and again. :ivar most: None for without end"""

    item: Tree
    least: int
    most: t.Optional[int]


Tree = t.Union[Character, Assertion, Sequence, Choice, Repeat]

_QUANTIFIER = re.compile(r"[*+?]|\{(?!\})(?P<least>[0-9]*)(?P<comma>,)?(?P<most>[0-9]*)\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:0[0-7]{0,2}|[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|[1-9][0-9]?|.)",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?(?P<on>[a-zA-Z]*)(?:-(?P<off>[a-zA-Z]+))?(?P<end>[:)])")
_NAMED_GROUP = re.compile(r"\(\?P<[^>]*>")
_COMMENTS = re.compile(r"(?:\(\?#[^)]*\))+")
_REFUSED_GROUPS = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?P=", "a back-reference"),
    ("(?(", "a condition on a group"),
    ("(?>", "an atomic group"),
)

#: Flags that change what a character is compared with. ``u`` changes nothing, and ``L`` is for bytes only.
_FLAGS_OF_CHARACTERS = frozenset("isa")


def parse(text: str) -> Tree:
    """The tree of a regular expression.

    :param text: compiles with ``re.compile``
    :raises RegexpError: it uses a construct that is not taken
    """
    return _Parser(text).choice(frozenset())


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def choice(self, flags: t.FrozenSet[str]) -> Tree:
        """Everything up to the end of the group."""
        options: t.List[Tree] = []
        items: t.List[Tree] = []
        while self._at < len(self._text) and self._text[self._at] != ")":
            if self._text[self._at] == "|":
                self._at += 1
                options.append(Sequence(tuple(items)))
                items = []
                continue
            changed = self._flags_from_here(flags)
            if changed is not None:
                flags = changed
            elif not self._skip_comments():
                items.append(self._quantified(self._item(flags)))
        options.append(Sequence(tuple(items)))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _flags_from_here(self, flags: t.FrozenSet[str]) -> t.Optional[t.FrozenSet[str]]:
        """The flags behind ``(?i)``, which ``re`` allows at the beginning only; None where there is no such thing."""
        match = _FLAGS.match(self._text, self._at)
        if match is None or match["end"] == ":":
            return None
        changed = self._changed(flags, match)
        self._at = match.end()
        return changed

    def _skip_comments(self) -> bool:
        match = _COMMENTS.match(self._text, self._at)
        if match is None:
            return False
        self._at = match.end()
        return True

    def _changed(self, flags: t.FrozenSet[str], match: t.Match[str]) -> t.FrozenSet[str]:
        if "x" in match["on"]:
            raise RegexpError("the flag x is not supported; write the expression without spaces", match.start())
        flags = (flags | set(match["on"])) - set(match["off"] or "")
        return flags - {"a"} if "u" in match["on"] else flags

    def _item(self, flags: t.FrozenSet[str]) -> Tree:
        character = self._text[self._at]
        if character == "(":
            return self._group(flags)
        if character == "[":
            return self._character(_CLASS, flags)
        if character == "\\":
            return self._escape(flags)
        self._at += 1
        if character == "^":
            return Assertion("^" if "m" in flags else "A")
        if character == "$":
            return Assertion("$" if "m" in flags else "end")
        if character == ".":
            return Character(_tester(".", flags))
        return Character(character.__eq__ if "i" not in flags else _tester(re.escape(character), flags))

    def _group(self, flags: t.FrozenSet[str]) -> Tree:
        for opening, name in _REFUSED_GROUPS:
            if self._text.startswith(opening, self._at):
                raise _unsupported(name, self._at)
        flagged = _FLAGS.match(self._text, self._at)
        named = _NAMED_GROUP.match(self._text, self._at)
        if flagged is not None:
            flags = self._changed(flags, flagged)
        opened = flagged or named
        self._at = opened.end() if opened else self._at + 1
        tree = self.choice(flags)
        self._at += 1
        return tree

    def _escape(self, flags: t.FrozenSet[str]) -> Tree:
        kind = self._text[self._at + 1]
        if kind in "AZz":
            self._at += 2
            return Assertion("A" if kind == "A" else "Z")
        if kind in "bB":
            self._at += 2
            return Assertion(kind, "a" in flags)
        return self._character(_ESCAPE, flags)

    def _character(self, form: t.Pattern[str], flags: t.FrozenSet[str]) -> Tree:
        match = form.match(self._text, self._at)
        if match is None:
            raise RegexpError("it cannot be read from here on", self._at)
        if re.fullmatch(r"\\[1-9][0-9]?", match.group()):
            raise _unsupported("a back-reference", self._at)
        self._at = match.end()
        return Character(_tester(match.group(), flags))

    def _quantified(self, item: Tree) -> Tree:
        self._skip_comments()
        match = _QUANTIFIER.match(self._text, self._at)
        if match is None:
            return item
        self._at = match.end()
        if self._text.startswith("+", self._at):
            raise _unsupported("a possessive quantifier", match.start())
        # A lazy quantifier finds something else first, and never something where the greedy one finds nothing.
        self._at += self._text.startswith("?", self._at)
        return Repeat(item, *_bounds(match))


def _bounds(match: t.Match[str]) -> t.Tuple[int, t.Optional[int]]:
    symbol = match.group()
    if symbol in ("*", "+", "?"):
        return int(symbol == "+"), 1 if symbol == "?" else None
    least = int(match["least"] or 0)
    if not match["comma"]:
        return least, least
    return least, int(match["most"]) if match["most"] else None


def _tester(source: str, flags: t.FrozenSet[str]) -> Test:
    """What a character is compared with is left to ``re``: classes, case and Unicode are as everybody knows them."""
    written = "".join(sorted(flags & _FLAGS_OF_CHARACTERS))
    matches = re.compile(f"(?{written}){source}" if written else source).fullmatch
    return lambda character: matches(character) is not None
