# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers that come: a created container is a claim on its name, its ports and its room until it is confirmed."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ...engine.api import containers, networks
from ...engine.client import EngineClient
from ...errors import (
    EngineNotFoundError,
    EngineResponseError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)
from .base import Action, Operation, Work

#: What a container may share with another one.
_SHARED = ("NetworkMode", "IpcMode", "PidMode")
_ID = re.compile(r"[0-9a-f]{64}")


class Connection(t.NamedTuple):
    """A network that is connected right after the create. :ivar endpoint: the Engine API's ``EndpointConfig``"""

    network: str
    endpoint: t.Mapping[str, t.Any]


@dataclass(frozen=True)
class CreateContainer(Operation):
    """Create it, without starting it. Networks that the engine cannot take at create are connected at once.

    :ivar body: the Engine API's create body; what is secret in it is named, and held by the plan's secrets
    :ivar platform: of the image to take
    :ivar unsupported: what the container needs and this engine does not know, in words; empty where nothing
    """

    verb: t.ClassVar[str] = "create"
    uncertain: t.ClassVar[bool] = True
    body: t.Mapping[str, t.Any] = field(default_factory=dict)
    platform: t.Optional[str] = None
    connections: t.Tuple[Connection, ...] = ()
    unsupported: str = ""

    def details(self) -> Action:
        return {"image": self.body.get("Image", "")}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        if self.unsupported:
            raise EngineResponseError(self.node.address, 501, self.unsupported)
        body = _with_ids(client, work.tools.secrets.filled(self.body))
        created = client.send(containers.create(self.name, body, platform=self.platform))
        work.ids[self.role], work.created[self.role] = created.id, self.name
        for connection in self.connections:
            client.send(networks.connect(connection.network, created.id, connection.endpoint))
        return {"id": created.id, **({"warnings": list(created.warnings)} if created.warnings else {})}

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Remove it: it has never served anybody."""
        if self.role not in work.created:
            self._note_unanswered(work, cause)
            return None
        return taken_back(self, client, work)

    def _note_unanswered(self, work: Work, cause: SwarmError) -> None:
        """A create without an answer may have been done."""
        if isinstance(cause, EngineUnreachableError) and cause.arrived and cause.address == self.node.address:
            work.left.append(
                f"{self.name} may have been created on {self.node.name}, which stopped answering ({cause}); "
                "look for it there when the engine is back"
            )


def _with_ids(client: EngineClient, body: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    """The body with IDs of containers whose namespaces it shares: one that the same task creates has none before.

    The engine would keep the name, and a further run would take that for a difference.
    """
    for key in _SHARED:
        kind, _colon, name = str(body.get("HostConfig", {}).get(key) or "").partition(":")
        if kind == "container" and not _ID.fullmatch(name):
            body["HostConfig"][key] = f"container:{client.send(containers.inspect(name))['Id']}"
    return body


def taken_back(operation: Operation, client: EngineClient, work: Work) -> t.Optional[Action]:
    """Remove what this plan has created, running or not; None where that is done, or the engine cannot be asked to.

    :raises OperationError: it could not be removed; the message says where it is
    """
    container = work.ids.pop(operation.role, None)
    if container is None:
        return None
    name, there = work.created[operation.role], operation.node.name
    try:
        client.send(containers.remove(container, volumes=True, force=True))
    except EngineNotFoundError:
        pass
    except EngineUnreachableError as error:
        work.left.append(
            f"{name} ({container[:12]}) may be left on {there}, which stopped answering before it could be removed "
            f"again ({error}); remove it there when the engine is back"
        )
        return None
    except SwarmError as error:
        raise OperationError(
            f"{name} ({container[:12]}) was created on {there} and could not be removed again: {error}"
        ) from error
    return operation.undone("rollback", name)
