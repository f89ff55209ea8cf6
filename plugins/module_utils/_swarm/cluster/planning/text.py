# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan written down: its steps as JSON and back. Secrets stay out of it; steps only name them."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ...errors import InputError
from ...expression import Expression, parse_expression
from ..operations.base import Operation
from ..operations.change import RenameContainer, UpdateContainer
from ..operations.confirm import ConfirmClaim, ConfirmUpdate
from ..operations.create import CreateContainer
from ..operations.drain import DrainContainer
from ..operations.image import PullImage
from ..operations.lifecycle import (
    KillContainer,
    PauseContainer,
    RemoveContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)
from ..operations.network import ConnectNetwork, DisconnectNetwork
from ..operations.waiting import WaitCompleted, WaitEnd, WaitHealthy
from .plan import Plan, Step

Data = t.Dict[str, t.Any]

#: Every kind of operation that a plan can hold.
OPERATIONS: t.Tuple[t.Type[Operation], ...] = (
    ConfirmClaim,
    ConfirmUpdate,
    ConnectNetwork,
    CreateContainer,
    DisconnectNetwork,
    DrainContainer,
    KillContainer,
    PauseContainer,
    PullImage,
    RemoveContainer,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    UpdateContainer,
    WaitCompleted,
    WaitEnd,
    WaitHealthy,
)
_BY_NAME = {kind.__name__: kind for kind in OPERATIONS}
_KIND = "kind"


def write_steps(steps: t.Iterable[Step]) -> t.List[Data]:
    """Steps as plain data, fit for JSON. What is as by default is left out."""
    return [{**_written(step, {"operation"}), "operation": _operation(step.operation)} for step in steps]


def _operation(operation: Operation) -> Data:
    return {_KIND: type(operation).__name__, **_written(operation)}


def write_plan(plan: Plan) -> str:
    """The graph of a plan as JSON."""
    return json.dumps(write_steps(plan.steps), sort_keys=True)


def read_steps(text: str) -> t.Tuple[Step, ...]:
    """The graph that ``write_plan`` wrote.

    :raises InputError: it is none; the message says where
    """
    try:
        value = json.loads(text)
        if not isinstance(value, list):
            raise ValueError("it is not a list of steps")
        return tuple(_step(each) for each in value)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"this is not a plan: {error}") from error


def _step(data: Data) -> Step:
    operation = dict(data["operation"])
    kind = _BY_NAME.get(operation.pop(_KIND, ""))
    if kind is None:
        raise ValueError(f"step {data.get('id')} is of an unknown kind")
    rest = {key: value for key, value in data.items() if key != "operation"}
    step: Step = _read(Step, rest, operation=_read(kind, operation))
    return step


def _written(value: t.Any, without: t.AbstractSet[str] = frozenset()) -> Data:
    """The fields of a dataclass that are not as by default."""
    data = {}
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if field.name not in without and not _is_default(field, content):
            data[field.name] = _plain(content)
    return data


def _is_default(field: dataclasses.Field[t.Any], content: t.Any) -> bool:
    if field.default_factory is not dataclasses.MISSING:
        return bool(content == field.default_factory())
    return bool(content == field.default)


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, Expression):
        return value.text
    if dataclasses.is_dataclass(value):
        return _written(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: _plain(each) for key, each in value._asdict().items()}
    if isinstance(value, t.Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _read(kind: t.Any, value: t.Any, **ready: t.Any) -> t.Any:
    """``value`` as what the annotation ``kind`` says. :param ready: fields of a dataclass that are read already"""
    origin, inner = t.get_origin(kind), t.get_args(kind)
    if origin is t.Union:
        return None if value is None else _read(next(each for each in inner if each is not type(None)), value)
    if kind is Expression:
        return parse_expression(value)
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = t.get_type_hints(kind)
        unknown = set(value) - set(hints)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} is unknown in {kind.__name__}")
        return kind(**{key: _read(hints[key], each) for key, each in value.items()}, **ready)
    if origin is tuple:
        return tuple(_read(inner[0], each) for each in value)
    return value
