# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images that a container is created from."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...engine.api import images
from ...engine.client import EngineClient
from ...errors import OperationError
from .base import Action, Operation, Work


@dataclass(frozen=True)
class PullImage(Operation):
    """Bring the image to the node.

    :ivar auth: the name under which the plan's secrets hold the credentials of the registry; None for what the docker
        configuration of the user holds
    """

    verb: t.ClassVar[str] = "pull"
    image: str = ""
    platform: t.Optional[str] = None
    auth: t.Optional[str] = None
    only_missing: bool = False

    def details(self) -> Action:
        return {"image": self.image}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        before = client.send(images.inspect(self.image))
        client.pull_image(
            self.image,
            auth=work.tools.secrets.get(self.auth),
            platform=self.platform,
            tell=lambda far: work.tools.tell(self.node.name, far),
        )
        after = client.send(images.inspect(self.image))
        if after is None:
            raise OperationError(f"{self.image} was pulled to {self.node.name} and is not there")
        return {"changed": before is None or before.get("Id") != after.get("Id")}
