# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What an engine can be asked, as a value: made by the functions beside this file, sent by ``EngineClient``."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import quote

from ...errors import EngineError
from ...wire.json_reply import NoJSONError, read_json
from ...wire.limits import LARGEST_REPLY
from ..fields import Fields, is_number
from ..shape import Shape, check_shape

R = t.TypeVar("R")
R_co = t.TypeVar("R_co", covariant=True)

JSONObject = t.Dict[str, t.Any]

#: Filters of a list or of a prune, in the Engine API's form.
Filters = t.Mapping[str, t.Sequence[str]]

#: A query of a URL; a name with several values is given several times.
Query = t.Mapping[str, t.Union[str, t.Tuple[str, ...]]]

_ID = re.compile(r"[0-9a-f]{64}")


class Patience(t.NamedTuple):
    """How long an answer may take.

    :ivar more: seconds on top of the time-out of the settings; None for as long as it takes
    :ivar setting: False where ``more`` stands alone
    """

    more: t.Optional[float] = 0.0
    setting: bool = True

    def seconds(self, timeout: float) -> t.Optional[float]:
        """Seconds for the answer, None for as long as it takes. :param timeout: of the settings"""
        if self.more is None:
            return None
        return self.more + timeout if self.setting else self.more


#: For what an engine answers as soon as it can.
USUAL = Patience()


class Reply(t.NamedTuple):
    """An answer that is no refusal, for a call to read.

    :ivar asked: what the engine was asked, in words that follow "asked": ``to start web``
    :ivar path: without version and query
    :ivar headers: names in lower case
    """

    address: str
    asked: str
    path: str
    status: int
    headers: t.Mapping[str, str]
    body: bytes

    def object(self) -> JSONObject:
        """The JSON object in it.

        :raises EngineError: it is none
        """
        return t.cast(JSONObject, self._read(dict))

    def record(self, shape: Shape) -> JSONObject:
        """The JSON object in it, of that shape.

        :raises EngineError: it is none, or has another shape
        """
        found = self.object()
        check_shape(self.address, self.path, found, shape)
        return found

    def list(self) -> t.List[t.Any]:
        """The JSON list in it.

        :raises EngineError: it is none
        """
        return t.cast(t.List[t.Any], self._read(list))

    def objects(self, key: str = "") -> t.List[JSONObject]:
        """The JSON list of objects in it, or in one field of its JSON object, where null stands for none.

        :raises EngineError: it is none
        """
        values = (self.object().get(key) or []) if key else self.list()
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.no_engine()
        return values

    def fields(self, where: str = "") -> Fields:
        """The JSON object in it, to be taken field by field.

        :param where: what was asked, for messages, where the path holds a name or an ID
        :raises EngineError: it is none
        """
        return Fields(self.address, where or self.path, self.object())

    def _read(self, kind: type) -> t.Any:
        try:
            value = read_json(self.body)
        except NoJSONError as error:
            raise self.no_engine() from error
        if not isinstance(value, kind):
            raise self.no_engine()
        return value

    def no_engine(self) -> EngineError:
        """The error of an answer that is not what an engine sends."""
        return EngineError(
            self.address, f"{self.address} sent an unexpected reply when asked {self.asked}; is it a Docker engine?"
        )


@dataclass(frozen=True)
class Call(t.Generic[R_co]):
    """One question to an engine. Equal calls ask the same; nothing is asked by making one.

    :ivar path: without version, quoted
    :ivar asked: what the engine is asked, in words that follow "refuses": ``to start web``
    :ivar read: makes the result of the answer; raises EngineError where it is not what an engine answers
    :ivar body: a value to be sent as JSON, None for no body
    :ivar accepted: error statuses that ``read`` takes as well
    :ivar versioned: False for what is asked without a version in the path, so that every engine answers
    :ivar largest: bytes of an answer that we are ready to hold
    """

    method: str
    path: str
    asked: str
    read: t.Callable[[Reply], R_co] = field(compare=False)
    query: Query = field(default_factory=dict)
    headers: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    body: t.Optional[t.Mapping[str, t.Any]] = None
    patience: Patience = USUAL
    accepted: t.FrozenSet[int] = frozenset()
    versioned: bool = True
    largest: int = LARGEST_REPLY


def read_nothing(reply: Reply) -> None:
    """For calls that are done once they are answered."""


def record_of(shape: Shape) -> t.Callable[[Reply], JSONObject]:
    """Reads the record, which must have that shape."""
    return lambda reply: reply.record(shape)


def record_or_none(shape: Shape) -> t.Callable[[Reply], t.Optional[JSONObject]]:
    """Reads the record, None where there is none of that name."""
    return lambda reply: None if reply.status == 404 else reply.record(shape)


#: Goes with ``record_or_none``.
NOT_FOUND = frozenset({404})


def path_of(*parts: str) -> str:
    """A path of names, each quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def short(container: str) -> str:
    """A name as it is, an ID as people know it."""
    return container[:12] if _ID.fullmatch(container) else container


def flags(**wanted: bool) -> t.Dict[str, str]:
    """The part of a query that says yes."""
    return {name: "1" for name, yes in wanted.items() if yes}


def filter_query(filters: t.Optional[Filters]) -> t.Dict[str, str]:
    """The part of a query that holds filters; empty where there are none."""
    return {"filters": json.dumps(filters, separators=(",", ":"))} if filters else {}


class Pruned(t.NamedTuple):
    """What an engine removed. :ivar items: as it names them. :ivar space: bytes, None where it does not say"""

    items: t.List[t.Any]
    space: t.Optional[int]


def read_pruned(key: str) -> t.Callable[[Reply], Pruned]:
    """Reads what a prune has removed. :param key: where the engine lists it"""

    def read(reply: Reply) -> Pruned:
        answer = reply.object()
        items, space = answer.get(key) or [], answer.get("SpaceReclaimed")
        if not isinstance(items, list):
            raise reply.no_engine()
        return Pruned(items, space if is_number(space) else None)

    return read
