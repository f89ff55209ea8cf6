# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers leave the services that routers read before they are asked to stop: what steps need for that."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class Drained:
    """What came of it.

    :ivar services: paths of what the container was registered as, ``<service>/<identifier>``; empty where nothing was
    :ivar trouble: why it was not done as it should, as a sentence without its subject; empty where it was
    """

    services: t.Tuple[str, ...] = ()
    trouble: str = ""


class Drains(t.Protocol):
    """Marks containers that are about to stop, for registrators and routers. Used by several threads."""

    def await_registered(self, container: str, timeout: float) -> None:
        """Wait until a container that takes over is registered and routers know it; no longer than ``timeout`` seconds.

        :param container: its ID
        """

    def drain(self, container: str, name: str, timeout: float) -> Drained:
        """Mark it, and wait until nobody sends requests to it; no longer than ``timeout`` seconds.

        :param container: its ID
        :param name: of the container, for people
        """

    def end(self, container: str) -> str:
        """Take the mark away: it has stopped, or stays.

        :returns: why that could not be done; empty where it was. The mark vanishes by itself then
        """
