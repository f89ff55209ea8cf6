# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a placement leaves in the labels of its container, so that a list of containers is enough to place the next.

A list says neither what a container reserves nor which ports a stopped one holds; these labels do. Labels come from
engines, where anybody may have written anything: a label that does not read is treated as one that is not there.
"""

from __future__ import annotations

import functools
import json
import typing as t
from dataclasses import dataclass

from ..errors import InputError
from ..expression import Expression, parse_expression, parse_expressions
from .ports import HostPort, parse_host_port
from .request import Request
from .resources import Reservation
from .whitelist import in_all, parse_whitelist

#: What all labels of ours begin with.
OWN_PREFIX = "classic.swarm."
CONSTRAINTS = OWN_PREFIX + "constraints"
AFFINITIES = OWN_PREFIX + "affinities"
RESERVATION = OWN_PREFIX + "reservation"
PORTS = OWN_PREFIX + "ports"
#: For one of ``count``: the name without the number, and the number.
NAME = OWN_PREFIX + "name"
NUMBER = OWN_PREFIX + "number"
#: The term of the primary manager that created one, where there are several managers.
EPOCH = OWN_PREFIX + "epoch"
#: The group of containers that one is listed in.
GROUP = OWN_PREFIX + "group"

#: What the original wrote: lists of expressions as ours, and an ID that outlived a rescheduled container. Users wrote
#: the lists, too: ``docker run --label 'com.docker.swarm.constraints=["storage==ssd"]'``.
ORIGINAL_CONSTRAINTS = "com.docker.swarm.constraints"
ORIGINAL_AFFINITIES = "com.docker.swarm.affinities"
ORIGINAL_WHITELISTS = "com.docker.swarm.whitelists"
ORIGINAL_RESCHEDULE = "com.docker.swarm.reschedule-policies"
ORIGINAL_ID = "com.docker.swarm.id"
_ORIGINALS = frozenset(
    (ORIGINAL_CONSTRAINTS, ORIGINAL_AFFINITIES, ORIGINAL_WHITELISTS, ORIGINAL_RESCHEDULE, ORIGINAL_ID)
)

#: No machine has as much; sums of such labels would not be sums any more.
_TOO_MUCH_MEMORY = 2**63
_TOO_MANY_CPUS = 2**20

Labels = t.Mapping[str, str]
_Value = t.TypeVar("_Value")


def placement_labels(
    request: Request,
    counted_name: t.Optional[str] = None,
    number: t.Optional[int] = None,
    group: t.Optional[str] = None,
) -> t.Dict[str, str]:
    """The labels to create the container of ``request`` with, beside the user's own.

    Reservation and ports are always written, also when there are none, as that is knowledge too.

    :param counted_name: for one of ``count``: the name without the number
    :param number: for one of ``count``: the number, from 1
    :param group: the group of containers that it is listed in
    """
    reservation = {"memory": request.reservation.memory, "cpus": request.reservation.cpus}
    fixed = [HostPort(port.address, port.first, port.protocol) for port in request.ports if port.fixed]
    labels = {RESERVATION: _write(reservation), PORTS: _write(sorted(map(str, fixed)))}
    if request.constraints:
        labels[CONSTRAINTS] = _write([str(expression) for expression in request.constraints])
    if request.affinities:
        labels[AFFINITIES] = _write([str(expression) for expression in request.affinities])
    if counted_name is not None and number is not None:
        labels[NAME], labels[NUMBER] = counted_name, str(number)
    if group is not None:
        labels[GROUP] = group
    return labels


def read_reservation(labels: Labels) -> t.Optional[Reservation]:
    """What the container reserves; None where its labels do not say."""
    return _read(labels, RESERVATION, _reservation)


def read_ports(labels: Labels) -> t.Optional[t.Tuple[HostPort, ...]]:
    """The fixed host ports that the container was created with; None where its labels do not say."""
    return _read(labels, PORTS, _host_ports)


def read_constraints(labels: Labels) -> t.Optional[t.Tuple[Expression, ...]]:
    """The constraints that the container was placed with, by us or by the original; None where labels do not say."""
    return _read_expressions(labels, CONSTRAINTS, ORIGINAL_CONSTRAINTS)


def read_affinities(labels: Labels) -> t.Optional[t.Tuple[Expression, ...]]:
    """The affinities that the container was placed with, by us or by the original; None where labels do not say."""
    return _read_expressions(labels, AFFINITIES, ORIGINAL_AFFINITIES)


@dataclass(frozen=True)
class LabelWishes:
    """What the labels of a container that is to be created say of its node.

    :ivar whitelist: names or IDs of the only nodes allowed; empty for all
    """

    constraints: t.Tuple[Expression, ...] = ()
    affinities: t.Tuple[Expression, ...] = ()
    whitelist: t.Tuple[str, ...] = ()


def label_wishes(labels: Labels) -> LabelWishes:
    """The wishes in the labels that a user gives a container, in the form of the original: a JSON list of texts each.

    The labels themselves stay with the container, as they did. Of several whitelists a node must be in each.

    :raises ExpressionError: an expression does not parse
    :raises InputError: a label is no JSON list of texts, or the whitelists have no node in common
    """
    whitelists = [
        parse_whitelist(text, f"labels: {ORIGINAL_WHITELISTS}") for text in _asked(labels, ORIGINAL_WHITELISTS)
    ]
    return LabelWishes(
        parse_expressions(_asked(labels, ORIGINAL_CONSTRAINTS), f"labels: {ORIGINAL_CONSTRAINTS}"),
        parse_expressions(_asked(labels, ORIGINAL_AFFINITIES), f"labels: {ORIGINAL_AFFINITIES}"),
        in_all(whitelists, f"labels: {ORIGINAL_WHITELISTS} has several lists"),
    )


def _asked(labels: Labels, key: str) -> t.List[str]:
    text = labels.get(key)
    if text is None:
        return []
    try:
        return _texts(json.loads(text))
    except (ValueError, RecursionError):
        raise InputError(
            f"labels: {key} must be a JSON list of texts, such as [\"node==node-1\"], and it is '{text}'"
        ) from None


def read_number(labels: Labels) -> t.Optional[t.Tuple[str, int]]:
    """Name and number of one of ``count``; None for any other container."""
    name, number = labels.get(NAME), labels.get(NUMBER, "")
    if not name or not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return name, int(number)


def is_foreign(labels: Labels) -> bool:
    """Whether labels do not say what the container holds, so that only an inspect does.

    That is so for containers made by anything else than this product, the original included.
    """
    return read_reservation(labels) is None or read_ports(labels) is None


def is_made_by_original(labels: t.Collection[str]) -> bool:
    """Whether the original made the container. One of ours may have such labels from its user. :param labels: keys"""
    return not _ORIGINALS.isdisjoint(labels) and RESERVATION not in labels


def _write(value: t.Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _read(labels: Labels, key: str, convert: t.Callable[[t.Any], _Value]) -> t.Optional[_Value]:
    text = labels.get(key)
    return None if text is None else _convert(text, convert)


# Fifty thousand containers have few different labels of ours.
@functools.lru_cache(maxsize=4096)
def _convert(text: str, convert: t.Callable[[t.Any], _Value]) -> t.Optional[_Value]:
    try:
        return convert(json.loads(text))
    except (ValueError, RecursionError, InputError):
        # ValueError is json's, too. Nobody can be told: the label is on a container, not in the task.
        return None


def _read_expressions(labels: Labels, *keys: str) -> t.Optional[t.Tuple[Expression, ...]]:
    for key in keys:
        expressions = _read(labels, key, _expressions)
        if expressions is not None:
            return expressions
    return None


def _texts(value: t.Any) -> t.List[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("not a list of texts")
    return value


def _host_ports(value: t.Any) -> t.Tuple[HostPort, ...]:
    return tuple(parse_host_port(text) for text in _texts(value))


def _expressions(value: t.Any) -> t.Tuple[Expression, ...]:
    return tuple(parse_expression(text) for text in _texts(value))


def _reservation(value: t.Any) -> Reservation:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    memory, cpus = value.get("memory"), value.get("cpus")
    if isinstance(memory, bool) or not isinstance(memory, int):
        raise ValueError("memory is not a whole number")
    if isinstance(cpus, bool) or not isinstance(cpus, (int, float)):
        raise ValueError("cpus is not a number")
    if not (0 <= memory < _TOO_MUCH_MEMORY and 0 <= cpus < _TOO_MANY_CPUS):
        raise ValueError("memory or cpus is out of range")
    return Reservation(memory, float(cpus))
