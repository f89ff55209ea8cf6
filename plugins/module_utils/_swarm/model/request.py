# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the scheduler is asked for."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..errors import InputError
from ..expression import Expression
from .ports import HostPortRequest
from .resources import Reservation


@dataclass(frozen=True)
class Dependency:
    """A container that must be on the same node.

    :ivar container: its name or ID
    :ivar kind: the option that implies it: ``volumes_from``, ``links``, ``network_mode``, ``ipc_mode`` or ``pid_mode``
    """

    container: str
    kind: str


@dataclass(frozen=True)
class SpreadOver:
    """One level of domains over which the containers of a family are spread.

    :ivar key: a label of nodes, in lower case, or ``node``: each node a domain of its own
    :ivar shares: how much a domain gets beside the others; 1 for those that are not named
    :ivar max_skew: how many containers, by share, a domain may be ahead of the one with the fewest, at least 1; None
        for a preference that removes no node
    :raises InputError: the key is empty, a share is not above 0, or max_skew is less than 1
    """

    key: str
    shares: t.Mapping[str, float] = field(default_factory=dict)
    max_skew: t.Optional[int] = None

    def __post_init__(self) -> None:
        if not self.key:
            raise InputError("spread_over: the key is empty; it is a label of nodes, such as zone, or node")
        object.__setattr__(self, "key", self.key.lower())
        for domain, share in self.shares.items():
            if not share > 0:
                raise InputError(f"spread_over {self.key}: the share of {domain} is {share:g}; it must be above 0")
        if self.max_skew is not None and self.max_skew < 1:
            raise InputError(f"spread_over {self.key}: max_skew is {self.max_skew}; it must be 1 or more")

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.shares.items()), self.max_skew))


@dataclass(frozen=True)
class Request:
    """One container to be placed.

    :ivar constraints: wishes about the node
    :ivar affinities: wishes about containers, images or labels on the node
    :ivar whitelist: names or IDs of the only nodes allowed; empty for all
    :ivar ports: host ports that it will hold
    :ivar starts: whether it will run; the rank of ``spread`` counts running ones
    :ivar avoid: node addresses that must not be taken, each with the reason in words (an attempt that failed there)
    :ivar replaces: ID of a container that goes away when this one comes: it does not count against its node
    :ivar spread_over: the domains that its family is spread over, the outermost level first
    :ivar family: the name that containers made alike have in common: those of ``count``. It is in their label
        ``classic.swarm.name``; empty for a container that is alone
    """

    name: str
    image: str = ""
    labels: t.Mapping[str, str] = field(default_factory=dict)
    constraints: t.Tuple[Expression, ...] = ()
    affinities: t.Tuple[Expression, ...] = ()
    whitelist: t.Tuple[str, ...] = ()
    ports: t.Tuple[HostPortRequest, ...] = ()
    reservation: Reservation = field(default_factory=Reservation)
    dependencies: t.Tuple[Dependency, ...] = ()
    starts: bool = True
    avoid: t.Mapping[str, str] = field(default_factory=dict)
    replaces: t.Optional[str] = None
    spread_over: t.Tuple[SpreadOver, ...] = ()
    family: str = ""

    @property
    def family_name(self) -> str:
        """The family, which for a container that is alone is its own name."""
        return self.family or self.name
