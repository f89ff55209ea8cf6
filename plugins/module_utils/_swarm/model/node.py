# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine as the scheduler sees it at one moment."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, field

from .container import Container
from .image import Image, reference_names
from .listing import UNLISTED, Listing


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
    :ivar labels: the engine's labels and storagedriver, kernelversion, operatingsystem, ostype, architecture, and those
        of its listing
    :ivar api_version: newest that the engine speaks, such as ``1.41``
    :ivar cpus: number of cpus
    :ivar memory: bytes
    :ivar images: None where they were not asked for
    :ivar listing: what its discovery source says of it
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
    listing: Listing = UNLISTED

    @property
    def https(self) -> bool:
        """Whether TLS is spoken to it whatever the settings say."""
        return self.listing.https

    @property
    def healthy(self) -> bool:
        """Whether containers can be placed on it."""
        return self.health is Health.HEALTHY

    @property
    def has_foreign(self) -> bool:
        """Whether a list alone does not tell what its containers hold."""
        return any(container.foreign for container in self.containers)

    @property
    def hides_ports(self) -> bool:
        """Whether a list alone does not tell which host ports its containers hold."""
        return any(container.hides_ports for container in self.containers)

    def has_image(self, reference: str) -> bool:
        """Whether an image is there; False also where images were not asked for.

        :param reference: repository with or without tag (``latest`` is implied) or digest, or an image ID
        """
        wanted = reference if ":" in reference.rpartition("/")[2] or "@" in reference else f"{reference}:latest"
        return any(
            wanted in image.tags or reference in image.digests or reference in reference_names(image.id)
            for image in self.images or ()
        )
