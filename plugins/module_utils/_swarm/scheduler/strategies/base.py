# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a strategy is: it gives each candidate a weight."""

from __future__ import annotations

import abc
import typing as t

from ...model.request import Request
from ...settings import SchedulingSettings
from ..state.node import NodeState

#: What a strategy reads of a request. Requests with the same part share one order of the nodes.
Part = t.TypeVar("Part", bound=t.Hashable)


class Strategy(abc.ABC, t.Generic[Part]):
    """One way to order the nodes that passed every filter.

    :cvar name: what users call it
    :cvar more_is_better: the direction of the weight
    :cvar weighs_reservations: whether the weight hangs on what the containers of a node reserve
    """

    name: t.ClassVar[str]
    more_is_better: t.ClassVar[bool]
    weighs_reservations: t.ClassVar[bool] = False

    def __init__(self, settings: SchedulingSettings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def part(self, request: Request) -> Part:
        """All that the weight hangs on of a request: the less it is, the more requests share one order."""

    @abc.abstractmethod
    def weigh(self, part: Part, state: NodeState) -> float:
        """The weight of one candidate. It hangs on that part and that node alone, never on the other nodes."""

    def tie(self, part: Part, state: NodeState) -> float:
        """What tells apart candidates of one weight, less first; the node's name comes after it."""
        return 0.0
