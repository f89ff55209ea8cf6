# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What can be asked of a cluster. Asking changes nothing."""

from __future__ import annotations

import abc
import typing as t

from ...expression import Expression, Pattern
from ...model.ports import HostPort
from .domains import Domains
from .node import NodeState
from .nodeset import NodeSet, positions_in
from .passing import Test
from .ranking import Entry, Order


class ClusterView(abc.ABC):
    """A cluster as it is, as it was, or as it would be.

    :ivar nodes: every node, in order of name and address; a set of nodes counts them in this order
    :ivar all: the set of every node
    """

    nodes: t.Sequence[NodeState]
    all: NodeSet

    def pick(self, nodes: NodeSet) -> t.List[NodeState]:
        """The nodes in a set, in order."""
        return [self.nodes[position] for position in positions_in(nodes)]

    @abc.abstractmethod
    def nodes_meeting(self, constraint: Expression) -> NodeSet:
        """The nodes whose own facts meet ``constraint``."""

    @abc.abstractmethod
    def nodes_holding(self, key: str, pattern: Pattern) -> NodeSet:
        """The nodes with a container, an image or a container label that fits.

        :param key: ``container``, ``image``, or the key of a label in lower case
        """

    @abc.abstractmethod
    def times_held(self, key: str, value: str) -> t.Dict[int, int]:
        """How many containers hold exactly ``value``, by the position of their node; nodes without one are left out.

        :param key: as in ``nodes_holding``
        """

    @abc.abstractmethod
    def nodes_with_taken(self, port: HostPort) -> NodeSet:
        """The nodes where something collides with ``port``."""

    @abc.abstractmethod
    def nodes_where(self, test: Test) -> NodeSet:
        """The nodes that pass ``test``.

        :param test: kept by its identity: hand in the same function for the same question
        """

    @abc.abstractmethod
    def domains(self, key: str) -> Domains:
        """The nodes by what they have in common. :param key: a label in lower case, or ``node``"""

    @abc.abstractmethod
    def in_order(self, order: Order, part: t.Hashable, candidates: NodeSet, chosen: NodeSet) -> t.Iterator[Entry]:
        """The nodes of ``chosen`` in the order of a strategy, to be read before anything changes.

        :param part: what the strategy reads of the request
        :param candidates: all of them are weighed, so that one that cannot be weighed is told whoever wins
        :param chosen: those of ``candidates`` that are asked for
        """
