# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine as the scheduler sees it at one moment."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, field

from .container import Container
from .image import Image


class Health(str, enum.Enum):
    """Whether a node can be used: healthy; unhealthy (no answer, a wrong certificate, an error); pending (starting)."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    PENDING = "pending"


@dataclass(frozen=True)
class Node:
    """An engine at one moment. The address is its key: two engines may share an ID or a name.

    :ivar address: ``host:port`` as discovery gave it
    :ivar name: the engine's own name; the address where it is not known
    :ivar reason: in words, why it is not healthy
    :ivar labels: the engine's labels and storagedriver, kernelversion, operatingsystem, ostype, architecture
    :ivar api_version: newest that the engine speaks, such as ``1.41``
    :ivar cpus: number of cpus
    :ivar memory: bytes
    :ivar images: None where they were not asked for
    """

    address: str
    name: str
    id: str = ""
    health: Health = Health.HEALTHY
    reason: str = ""
    labels: t.Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    api_version: str = ""
    cpus: int = 0
    memory: int = 0
    containers: t.Tuple[Container, ...] = ()
    images: t.Optional[t.Tuple[Image, ...]] = None

    @property
    def healthy(self) -> bool:
        """Whether containers can be placed on it."""
        return self.health is Health.HEALTHY
