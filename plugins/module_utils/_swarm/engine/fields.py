# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Fields of an engine's reply, checked when they are taken: a wrong one is a sentence, never a traceback."""

from __future__ import annotations

import typing as t

from ..errors import EngineError

#: Bits of the engine's own numbers.
_MOST = 2**63

_KINDS: t.Mapping[type, str] = {str: "text", bool: "true or false", int: "a number", dict: "an object", list: "a list"}


def is_number(value: t.Any) -> bool:
    """Whether it is a whole number that an engine, written in Go, can have."""
    return isinstance(value, int) and not isinstance(value, bool) and -_MOST <= value < _MOST


def wrong_field(address: str, where: str, key: str, value: t.Any, wanted: str) -> EngineError:
    """Why a reply is not what an engine answers.

    :param where: what was asked
    :param wanted: what belongs there, in words
    """
    return EngineError(
        address,
        f"{address} answers {where} with {key} = {_shown(value)} where {wanted} belongs; is it a Docker engine?",
    )


def _shown(value: t.Any) -> str:
    """The beginning of a value; never all of it, as it may be as long as the engine likes."""
    if isinstance(value, (list, dict)):
        return _KINDS[type(value)]
    if isinstance(value, int) and not isinstance(value, bool) and not is_number(value):
        return "a number of many digits"
    return repr(str(value)[:60])


class Fields:
    """One JSON object of a reply. A field that is missing or null has its empty value, as engines leave fields out.

    :param where: what was asked, for messages
    :raises EngineError: ``value`` is no object
    """

    def __init__(self, address: str, where: str, value: t.Any) -> None:
        self._address = address
        self._where = where
        self._values: t.Mapping[str, t.Any] = self._check(value, dict, "an entry")

    def require(self, key: str) -> Fields:
        """These fields, if ``key`` is one of them.

        :raises EngineError: it is missing or null
        """
        if self._values.get(key) is None:
            raise EngineError(
                self._address, f"{self._address} answers {self._where} without {key}; is it a Docker engine?"
            )
        return self

    def text(self, key: str) -> str:
        """:raises EngineError: it is no text"""
        value = self._values.get(key)
        if isinstance(value, str):  # nearly always, and fifty thousand containers have ten such fields each
            return value
        return "" if value is None else t.cast(str, self._check(value, str, key))

    def number(self, key: str) -> int:
        """:raises EngineError: it is no whole number"""
        value = self._values.get(key)
        if is_number(value):
            return t.cast(int, value)
        if value is None:
            return 0
        raise wrong_field(self._address, self._where, key, value, _KINDS[int])

    def flag(self, key: str) -> bool:
        """:raises EngineError: it is neither true nor false"""
        value = self._values.get(key)
        return False if value is None else t.cast(bool, self._check(value, bool, key))

    def has(self, key: str) -> bool:
        """Whether there is a field of that name that is not null."""
        return self._values.get(key) is not None

    def within(self, key: str) -> Fields:
        """:raises EngineError: it is no object"""
        value = self._values.get(key)
        return Fields(self._address, self._where, {} if value is None else self._check(value, dict, key))

    def objects(self, key: str) -> t.List[Fields]:
        """:raises EngineError: it is no list of objects"""
        return [Fields(self._address, self._where, value) for value in self._list(key)]

    def texts(self, key: str) -> t.List[str]:
        """:raises EngineError: it is no list of texts"""
        values = self._list(key)
        for value in values:
            if not isinstance(value, str):
                self._check(value, str, key)
        return values

    def lists_of_texts(self, key: str) -> t.List[t.List[str]]:
        """:raises EngineError: it is no list of lists of texts"""
        lists = self._list(key)
        for values in lists:
            for value in self._check(values, list, key):
                if not isinstance(value, str):
                    self._check(value, str, key)
        return lists

    def map_of_texts(self, key: str) -> t.Mapping[str, str]:
        """:raises EngineError: it is no object with texts in it"""
        values = self._values.get(key)
        if values is None:
            return {}
        for value in self._check(values, dict, key).values():
            if not isinstance(value, str):
                self._check(value, str, key)
        return t.cast(t.Mapping[str, str], values)

    def __iter__(self) -> t.Iterator[str]:
        """The names of all fields."""
        return iter(self._values)

    def __contains__(self, key: str) -> bool:
        """Whether there is a field of that name."""
        return key in self._values

    def _list(self, key: str) -> t.List[t.Any]:
        value = self._values.get(key)
        return [] if value is None else t.cast(t.List[t.Any], self._check(value, list, key))

    def _check(self, value: t.Any, kind: type, key: str) -> t.Any:
        if isinstance(value, kind):
            return value
        raise wrong_field(self._address, self._where, key, value, _KINDS[kind])
