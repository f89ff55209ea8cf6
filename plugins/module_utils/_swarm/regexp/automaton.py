# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Regular expressions that are matched in a time that grows with the length of the text, whatever is asked.

``re`` tries one way after another and needs time that doubles with each character for ``(a+)+$``. Here all ways are
followed at once: a state is the set of the places in the expression that can be reached by what has been read, and each
character leads from one state to the next. States are made when they are first reached and kept, so that most
characters cost one look into a dictionary.
"""

from __future__ import annotations

import re
import typing as t

from .syntax import Assertion, Character, Choice, RegexpError, Repeat, Sequence, Test, Tree, parse

#: By how much counted repetitions may make an expression larger when they are written out, beside what may come of the
#: text alone: each instruction costs a little for each character that is compared.
_MOST_ADDED = 1000

#: How many places of states are kept. A few expressions have states without number.
_KEPT_PLACES = 200_000

_UNICODE_WORD = re.compile(r"\w").match
_ASCII_WORD = re.compile(r"(?a)\w").match

#: What is read behind the last character, and in place of a newline that is the last character.
_END = ""
_LAST_NEWLINE = "\n$"

#: Of the character before a place: whether it is a newline, a word character, a word character of ASCII.
_Before = t.Optional[t.Tuple[bool, bool, bool]]

_OTHER: _Before = (False, False, False)
_START: _Before = None


class _Jump(t.NamedTuple):
    """Go on at each of these places."""

    to: t.Tuple[int, ...]


class _Read(t.NamedTuple):
    """Read a character that passes, and go on at the next place."""

    test: Test


class _Check(t.NamedTuple):
    """Go on at the next place if the assertion holds."""

    assertion: Assertion


_Instruction = t.Union[_Jump, _Read, _Check]


class _State:
    """Places that can be reached, and what has just been read. :ivar next: the states behind the next character"""

    __slots__ = ("before", "next", "places")

    def __init__(self, places: t.FrozenSet[int], before: _Before) -> None:
        self.places = places
        self.before = before
        self.next: t.Dict[str, _State] = {}


#: In place of a state that is not looked at any more.
_FOUND = _State(frozenset(), _OTHER)
_NOT_FOUND = _State(frozenset(), _OTHER)


def searcher(text: str) -> t.Callable[[str], bool]:
    """What tells whether a regular expression is found in a text: anywhere, unless it is anchored.

    It means what it means to ``re.search``.

    :raises re.error: it does not compile
    :raises RegexpError: it is too large, or uses a construct that is not taken
    """
    compiled = re.compile(text)
    tree = parse(text)
    if _size(tree) > 2 * len(text) + _MOST_ADDED:
        raise RegexpError(f"it is too large: its repetitions, written out, add more than {_MOST_ADDED} characters", 0)
    if _forks(tree) > 1:
        return Automaton(tree).search
    # With one choice of ways, and that not repeated, there is nothing to try again and again.
    return lambda value: compiled.search(value) is not None


class Automaton:
    """A regular expression, found anywhere in a text unless it is anchored."""

    def __init__(self, tree: Tree) -> None:
        self._program: t.List[_Instruction] = []
        self._write(tree)
        self._asserts = any(isinstance(each, _Check) for each in self._program)
        self._forget()

    def search(self, text: str) -> bool:
        """Whether the expression is found in ``text``."""
        state = self._start
        last = text.endswith("\n")
        for character in text[:-1] if last else text:
            state = state.next.get(character) or self._step(state, character)
            if state is _FOUND:
                return True
        for symbol in (_LAST_NEWLINE, _END) if last else (_END,):
            state = state.next.get(symbol) or self._step(state, symbol)
            if state is _FOUND:
                return True
        return False

    # from the tree to a program

    def _write(self, tree: Tree) -> None:
        """Append the instructions of ``tree``; behind them one goes on at the next place."""
        if isinstance(tree, Character):
            self._program.append(_Read(tree.test))
        elif isinstance(tree, Assertion):
            self._program.append(_Check(tree))
        elif isinstance(tree, Sequence):
            for item in tree.items:
                self._write(item)
        elif isinstance(tree, Choice):
            self._write_choice(tree)
        else:
            self._write_repeat(tree)

    def _write_choice(self, choice: Choice) -> None:
        fork = self._reserve()
        starts, ends = [], []
        for option in choice.options:
            starts.append(len(self._program))
            self._write(option)
            ends.append(self._reserve())
        self._program[fork] = _Jump(tuple(starts))
        for end in ends:
            self._program[end] = _Jump((len(self._program),))

    def _write_repeat(self, repeat: Repeat) -> None:
        for _time in range(repeat.least):
            self._write(repeat.item)
        if repeat.most is None:
            fork = self._reserve()
            self._write(repeat.item)
            self._program.append(_Jump((fork,)))
            self._program[fork] = _Jump((fork + 1, len(self._program)))
            return
        forks = []
        for _time in range(repeat.most - repeat.least):
            forks.append(self._reserve())
            self._write(repeat.item)
        for fork in forks:
            self._program[fork] = _Jump((fork + 1, len(self._program)))

    def _reserve(self) -> int:
        """A place that is written later."""
        self._program.append(_Jump(()))
        return len(self._program) - 1

    # from state to state

    def _forget(self) -> None:
        self._states: t.Dict[t.Tuple[t.FrozenSet[int], _Before], _State] = {}
        self._kept = 0
        self._start = self._state(frozenset((0,)), _START if self._asserts else _OTHER)

    def _state(self, places: t.FrozenSet[int], before: _Before) -> _State:
        return self._states.setdefault((places, before), _State(places, before))

    def _step(self, state: _State, symbol: str) -> _State:
        """The state behind ``symbol``."""
        if self._kept > _KEPT_PLACES:
            self._forget()
        after = state.next[symbol] = self._reach(state, symbol)
        self._kept += 1 + len(after.places)
        return after

    def _reach(self, state: _State, symbol: str) -> _State:
        reading = self._follow(state, symbol)
        if reading is None:
            return _FOUND
        if symbol == _END:
            return _NOT_FOUND
        character = symbol[0]
        places = {0}
        for place in reading:
            instruction = self._program[place]
            if isinstance(instruction, _Read) and instruction.test(character):
                places.add(place + 1)
        return self._state(frozenset(places), _class_of(character) if self._asserts else _OTHER)

    def _follow(self, state: _State, symbol: str) -> t.Optional[t.List[int]]:
        """The places that read a character next; None where the end of the expression is among those reached."""
        seen, waiting, reading = set(state.places), list(state.places), []
        while waiting:
            place = waiting.pop()
            if place == len(self._program):
                return None
            instruction = self._program[place]
            following: t.Tuple[int, ...] = ()
            if isinstance(instruction, _Jump):
                following = instruction.to
            elif isinstance(instruction, _Read):
                reading.append(place)
            elif _holds(instruction.assertion, state.before, symbol):
                following = (place + 1,)
            for each in following:
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return reading


def _size(tree: Tree) -> int:
    """How many instructions a tree takes at least: no more than twice the text, where nothing is repeated."""
    if isinstance(tree, (Character, Assertion)):
        return 1
    if isinstance(tree, Sequence):
        return sum(map(_size, tree.items))
    if isinstance(tree, Choice):
        return sum(map(_size, tree.options)) + 2 * len(tree.options)
    times = max(tree.least, tree.most or 0, 1)
    # Nothing repeated is still a place for each time.
    return times * max(1, _size(tree.item))


def _forks(tree: Tree) -> int:
    """At how many places more than one way leads on; a repetition is as good as many."""
    if isinstance(tree, Sequence):
        return sum(map(_forks, tree.items))
    if isinstance(tree, Choice):
        return 1 + sum(map(_forks, tree.options))
    return 2 if isinstance(tree, Repeat) else 0


def _class_of(character: str) -> _Before:
    return character == "\n", bool(_UNICODE_WORD(character)), bool(_ASCII_WORD(character))


def _holds(assertion: Assertion, before: _Before, symbol: str) -> bool:
    kind = assertion.kind
    if kind == "A":
        return before is _START
    if kind == "^":
        return before is _START or (before is not None and before[0])
    if kind == "Z":
        return symbol == _END
    if kind == "end":
        return symbol in (_END, _LAST_NEWLINE)
    if kind == "$":
        return symbol in (_END, _LAST_NEWLINE, "\n")
    behind = before is not None and before[2 if assertion.ascii else 1]
    ahead = bool(symbol) and bool((_ASCII_WORD if assertion.ascii else _UNICODE_WORD)(symbol))
    return (behind is not ahead) is (kind == "b")
