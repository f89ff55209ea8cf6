# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Checking a whole reply against its shape, before anybody reads it field by field.

A field that is missing or null is right, as engines leave fields out; so is null for an object or a list under any key
(``"80/tcp": null``), but not for an item of a list. What the shape does not name is not looked at.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .fields import is_number, wrong_field

#: ``80``, ``80/tcp``, ``8000-8010/udp``
_PORT = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/[a-z]{1,8})?")
#: Ports that one container may have, each range counted for all that are in it.
_MOST_PORTS = 200_000


@dataclass(frozen=True)
class Kind:
    """One value. :ivar words: what belongs there"""

    words: str
    is_right: t.Callable[[t.Any], bool]


@dataclass(frozen=True)
class ListOf:
    """A list of what has one shape."""

    item: Shape


@dataclass(frozen=True)
class MapOf:
    """An object with any keys. :ivar keys: what they must be, all of them together"""

    value: Shape
    keys: t.Optional[Kind] = None


#: A mapping is an object with these fields.
Shape = t.Union[Kind, ListOf, MapOf, t.Mapping[str, t.Any]]


def _ports_in(value: t.Any) -> int:
    """How many ports a text names, 0 where it names none."""
    match = _PORT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return 0
    first = int(match[1])
    return max(0, int(match[2] or first) - first + 1)


def _are_ports(values: t.Any) -> bool:
    counts = [_ports_in(value) for value in values]
    return all(counts) and sum(counts) <= _MOST_PORTS


TEXT = Kind("text", lambda value: isinstance(value, str))
NUMBER = Kind("a number", is_number)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
PORTS = Kind("ports", _are_ports)
PORT_OR_NONE = Kind("a port", lambda value: value == "" or _ports_in(value) > 0)
ANY = Kind("anything", lambda value: True)

TEXTS = ListOf(TEXT)
MAP_OF_TEXTS = MapOf(TEXT)


def check_shape(address: str, where: str, value: t.Any, shape: Shape, path: str = "") -> None:
    """
    :param where: what was asked, for messages
    :param path: of ``value`` within the reply, with dots
    :raises EngineError: ``value`` has another shape
    """
    if value is None or shape is ANY:
        return
    if isinstance(shape, Kind):
        if not shape.is_right(value):
            raise wrong_field(address, where, path, value, shape.words)
    elif isinstance(shape, ListOf):
        if not isinstance(value, list):
            raise wrong_field(address, where, path, value, "a list")
        for item in value:
            _refuse_null(address, where, path, item, shape.item)
            check_shape(address, where, item, shape.item, path)
    elif not isinstance(value, dict):
        raise wrong_field(address, where, path, value, "an object")
    elif isinstance(shape, MapOf):
        if shape.keys is not None and not shape.keys.is_right(value):
            raise wrong_field(address, where, path, ", ".join(list(value)[:5]), shape.keys.words)
        for key, item in value.items():
            if isinstance(shape.value, Kind):
                _refuse_null(address, where, f"{path}.{key[:60]}", item, shape.value)
            check_shape(address, where, item, shape.value, f"{path}.{key[:60]}")
    else:
        for key, item in value.items():
            inner = shape.get(key)
            if inner is None or item is None:
                continue
            # nearly always, and a record has a hundred fields
            if isinstance(inner, Kind) and inner.is_right(item):
                continue
            check_shape(address, where, item, inner, f"{path}.{key}" if path else key)


def _refuse_null(address: str, where: str, path: str, value: t.Any, shape: Shape) -> None:
    if value is None and shape is not ANY:
        words = shape.words if isinstance(shape, Kind) else "a list" if isinstance(shape, ListOf) else "an object"
        raise wrong_field(address, where, path, value, words)
