# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a filter is: it turns a part of a request into wishes, and a wish asks the cluster."""

from __future__ import annotations

import abc
import functools
import typing as t
from dataclasses import dataclass

from ...model.request import Request
from ...settings import SchedulingSettings
from ..state.node import NodeState
from ..state.nodeset import NodeSet
from ..state.view import ClusterView


@dataclass(frozen=True)
class Wish:
    """One thing that a request asks of a node. It knows no cluster, and serves every request that asks the same.

    ``met`` is asked for every placement, and answers for all nodes at once; ``seen`` is only asked where somebody will
    read the answer.

    :ivar reason: the same short words for every node that fails it, so that they can be counted
    :ivar wanted: what was asked, for people
    :ivar met: the nodes that give it now
    :ivar seen: what a node has instead, for people
    :ivar soft: a preference: it is counted, and removes no node
    :ivar look: ``seen`` for many nodes, where the first costs more than those that follow; to be read before anything
        changes
    """

    reason: str
    wanted: str
    met: t.Callable[[ClusterView], NodeSet]
    seen: t.Callable[[ClusterView, NodeState], str]
    soft: bool = False
    look: t.Optional[t.Callable[[ClusterView], t.Callable[[NodeState], str]]] = None

    def seen_in(self, cluster: ClusterView) -> t.Callable[[NodeState], str]:
        """What nodes of ``cluster`` have instead, to be asked before anything changes."""
        return functools.partial(self.seen, cluster) if self.look is None else self.look(cluster)


#: What a filter reads of a request. Requests with the same part have the same wishes.
Part = t.TypeVar("Part", bound=t.Hashable)


class Filter(abc.ABC, t.Generic[Part]):
    """One rule that removes nodes. :cvar name: what users call it."""

    name: t.ClassVar[str]

    def __init__(self, settings: SchedulingSettings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def part(self, request: Request) -> Part:
        """All that this rule reads of a request."""

    @abc.abstractmethod
    def wishes(self, part: Part) -> t.Sequence[Wish]:
        """What is asked of every node as far as this rule goes; nothing where the rule is not touched.

        Made once for requests with the same part.
        """
