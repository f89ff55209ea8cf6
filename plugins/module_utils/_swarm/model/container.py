# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container as the scheduler sees it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .ports import HostPort
from .resources import Reservation

#: States in which the processes of a container exist, in the engine's words.
RUNNING = ("running", "paused", "restarting")


def hides_ports(state: str, network_mode: str) -> bool:
    """Whether an engine's list does not tell the host ports of a container: of one that does not run, or that has the
    network of its host. :param state: the engine's word"""
    return state not in RUNNING or network_mode == "host"


@dataclass(frozen=True)
class Container:
    """A container on a node.

    :ivar name: without the leading slash
    :ivar image: the reference it was made from, as the engine lists it
    :ivar state: the engine's word: created, running, paused, restarting, removing, exited or dead
    :ivar status: the engine's sentence, such as ``Up 3 minutes (healthy)``
    :ivar created: seconds since the epoch
    :ivar ports: host ports it holds, running or not
    :ivar bindings: for people: container port with its host ports, as listed by the engine
    :ivar foreign: made by something else than this product (or the original), so that what it reserves is unknown from
        a list alone
    """

    id: str
    name: str
    image: str = ""
    image_id: str = ""
    labels: t.Mapping[str, str] = field(default_factory=dict)
    state: str = "running"
    status: str = ""
    created: float = 0.0
    ports: t.Tuple[HostPort, ...] = ()
    bindings: t.Tuple[str, ...] = ()
    reservation: Reservation = field(default_factory=Reservation)
    network_mode: str = ""
    foreign: bool = False

    @property
    def running(self) -> bool:
        """Whether its processes exist: a paused or restarting container still holds its place."""
        return self.state in RUNNING

    @property
    def hides_ports(self) -> bool:
        """Whether its host ports are not known from a list."""
        return self.foreign and hides_ports(self.state, self.network_mode)
