# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The expression strategy."""

from __future__ import annotations

import math
import typing as t

from ...errors import InputError, MissingLibraryError
from ...model.request import Request
from ...settings import SchedulingSettings
from ..capacity import memory_free, nanocpus_free
from ..state.node import NANO, NodeState
from .base import Strategy


class ExpressionStrategy(Strategy[None]):
    """The node that a JMESPath expression of the user's (``rank``) gives the highest weight. More is better.

    The expression is asked about each candidate's facts, see :func:`facts`, and must give a number for every one.

    :raises InputError: ``rank`` is missing or does not parse
    :raises MissingLibraryError: the library jmespath is missing
    """

    name = "expression"
    more_is_better = True
    weighs_reservations = True

    def __init__(self, settings: SchedulingSettings) -> None:
        super().__init__(settings)
        if not settings.rank:
            raise InputError("strategy 'expression' needs rank: a JMESPath expression such as free.memory")
        try:
            # here, since the other strategies do without it
            from jmespath import compile as compile_rank
            from jmespath.exceptions import JMESPathError
        except ImportError:
            raise MissingLibraryError("jmespath", "strategy 'expression'") from None
        self._error: t.Type[Exception] = JMESPathError
        self._rank = settings.rank
        try:
            self._search = compile_rank(settings.rank).search
        except JMESPathError as error:
            raise InputError(f"rank '{self._rank}' is not a JMESPath expression: {_in_one_line(error)}") from None

    def part(self, request: Request) -> None:
        return None

    def weigh(self, part: None, state: NodeState) -> float:
        """:raises InputError: the expression fails on this node or gives no number; names node and value"""
        try:
            weight = self._search(facts(state, self.settings))
        except self._error as error:
            raise InputError(f"rank '{self._rank}' fails on node {state.node.name}: {_in_one_line(error)}") from None
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not math.isfinite(weight):
            raise InputError(
                f"rank '{self._rank}' gives {weight!r} for node {state.node.name}; it must give a number for every "
                "node (a label is a text: write to_number(labels.weight || '0'))"
            )
        return weight


def facts(state: NodeState, settings: SchedulingSettings) -> t.Dict[str, t.Any]:
    """What a rank expression sees of a node: memory in bytes, cpus as a number, before the container is placed."""
    node = state.node
    return {
        "name": node.name,
        "id": node.id,
        "address": node.address,
        "labels": dict(node.labels),
        "version": node.version,
        "cpus": node.cpus,
        "memory": node.memory,
        "containers": {"total": state.total, "running": state.running, "stopped": state.total - state.running},
        "reserved": {"memory": state.memory, "cpus": state.nanocpus / NANO},
        "free": {"memory": memory_free(state, settings), "cpus": nanocpus_free(state, settings) / NANO},
    }


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
