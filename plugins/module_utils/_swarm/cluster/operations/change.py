# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes to a container that stays the same container."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...engine.api import containers
from ...engine.client import EngineClient
from ...errors import EngineNotFoundError, EngineUnreachableError, OperationError, SwarmError
from .base import FORMER, Action, KeptError, Operation, Work
from .create import taken_back


@dataclass(frozen=True)
class UpdateContainer(Operation):
    """Change what the engine can change in place.

    :ivar takes_room: whether the container reserves more after it than before
    :ivar former: the body that would undo it; None where the engine has no way to
    """

    verb: t.ClassVar[str] = "update"
    body: t.Mapping[str, t.Any] = field(default_factory=dict)
    takes_room: bool = False
    former: t.Optional[t.Mapping[str, t.Any]] = None

    def details(self) -> Action:
        return {"update_parameters": dict(self.body)}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        warnings = client.send(containers.update(work.ids[self.role], self.body))
        return {"warnings": list(warnings)} if warnings else None

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Put the former values back."""
        if self.former is None:
            raise OperationError(
                f"{self.name} was updated on {self.node.name}, and then: {cause}. The engine cannot remove a limit, "
                "so the previous values could not be restored; the node is overcommitted until a container is lowered "
                "or moved"
            )
        client.send(containers.update(work.ids[self.role], self.former))
        return self.undone("restore", self.name)


@dataclass(frozen=True)
class RenameContainer(Operation):
    """Give it another name; ``to`` is the new one."""

    verb: t.ClassVar[str] = "rename"
    uncertain: t.ClassVar[bool] = True
    to: str = ""

    def details(self) -> Action:
        return {"to": self.to}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.send(containers.rename(work.ids[self.role], self.to))
        return None

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Give a former container its name back. A new one goes at once: the one that it was to replace needs the
        name. Where that one is gone, the new one stays, and people are told under which name.

        :raises KeptError: it stays
        """
        if self.role == FORMER:
            return restored(self, client, work, self.name, self._name_back)
        if self.role not in work.created:
            return None
        if FORMER in work.ids:
            return taken_back(self, client, work)
        if isinstance(cause, EngineNotFoundError):
            return None
        known = f"{self.name} ({work.ids[self.role][:12]})"
        if isinstance(cause, EngineUnreachableError):
            raise KeptError(
                f"the new container may still be called {known} on {self.node.name}; run the task again when the "
                f"engine is back, to rename it to {self.to}"
            )
        raise KeptError(f"the new container is called {known} on {self.node.name}; run the task again to rename it")

    def _name_back(self, client: EngineClient, container: str, inspect: t.Mapping[str, t.Any]) -> None:
        if str(inspect.get("Name", "")).lstrip("/") != self.name:
            client.send(containers.rename(container, self.name))


def restored(
    operation: Operation,
    client: EngineClient,
    work: Work,
    name: str,
    restore: t.Callable[[EngineClient, str, t.Mapping[str, t.Any]], None],
) -> t.Optional[Action]:
    """Bring the container of ``operation`` back to what it was; None where it is gone, or nobody reaches it any more.

    :param name: under which people know it
    :param restore: does it; takes the client, the ID, and the engine's inspect reply as of now
    :raises OperationError: it could not be done
    """
    container = work.ids.get(operation.role)
    if container is None:
        return None
    try:
        restore(client, container, client.send(containers.inspect(container)))
    except EngineNotFoundError:
        # made with auto_remove: the engine removed it when it was stopped
        return None
    except SwarmError as error:
        raise OperationError(
            f"the former {name} ({container[:12]} on {operation.node.name}) could not be restored: {error}"
        ) from error
    return operation.undone("restore", name)


def left_behind(operation: Operation, work: Work, member: str, there: str, error: EngineUnreachableError) -> str:
    """The sentence about a former container whose engine stopped answering when its successor ran already.

    :param there: the node of the successor
    """
    former = work.ids.pop(operation.role)
    return (
        f"{member} is on {there} now; the former one ({former[:12]}) may be left on {operation.node.name}, which "
        f"stopped answering ({error}); remove it there when the engine is back, or the name is in the cluster twice"
    )
