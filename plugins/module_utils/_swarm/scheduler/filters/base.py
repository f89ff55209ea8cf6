# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a filter is: it turns a request into wishes, and a wish asks one node."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass

from ...model.request import Request
from ...settings import SchedulingSettings
from ..state import ClusterState, NodeState


@dataclass(frozen=True)
class Wish:
    """One thing that a request asks of a node.

    Whether it is met is asked for every node of the cluster, so ``met`` is quick; ``seen`` is only asked where somebody
    will read the answer.

    :ivar reason: the same short words for every node that fails it, so that they can be counted
    :ivar wanted: what was asked, for people
    :ivar met: whether a node gives it
    :ivar seen: what a node has instead, for people
    :ivar soft: a preference: it is counted, and removes no node
    """

    reason: str
    wanted: str
    met: t.Callable[[NodeState], bool]
    seen: t.Callable[[NodeState], str]
    soft: bool = False


class Filter(abc.ABC):
    """One rule that removes nodes. :cvar name: what users call it."""

    name: t.ClassVar[str]

    def __init__(self, settings: SchedulingSettings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def wishes(self, request: Request, cluster: ClusterState) -> t.Sequence[Wish]:
        """What ``request`` asks of every node as far as this rule goes; nothing where the rule is not touched.

        The wishes hold for the state of ``cluster`` at this moment.
        """
