# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which nodes have which host ports taken, kept up to date while a batch is placed."""

from __future__ import annotations

import functools
import typing as t

from ...expression import Pattern
from ...model.ports import HostPort, addresses_overlap
from .index import Index
from .nodeset import NodeSet


class OverlapPattern(Pattern):
    """An address, met by every address that a bind to it collides with."""

    def test(self, value: str) -> bool:
        return addresses_overlap(self.source, value)


_overlapping = functools.lru_cache(1024)(OverlapPattern)


class PortIndex:
    """For each (number, protocol) an index of the addresses that are taken."""

    def __init__(self) -> None:
        self._addresses: t.Dict[t.Tuple[int, str], Index] = {}

    def add(self, port: HostPort, position: int) -> None:
        """The node at ``position`` has ``port`` taken once more."""
        key = (port.number, port.protocol)
        index = self._addresses.get(key)
        if index is None:
            index = self._addresses[key] = Index()
        index.add(port.address, position)

    def remove(self, port: HostPort, position: int) -> None:
        """The node at ``position`` has ``port`` taken once less.

        :raises KeyError: it was not taken there
        """
        self._addresses[port.number, port.protocol].remove(port.address, position)

    def nodes(self, port: HostPort) -> NodeSet:
        """The nodes where something collides with ``port``."""
        index = self._addresses.get((port.number, port.protocol))
        return 0 if index is None else index.nodes(_overlapping(port.address))
