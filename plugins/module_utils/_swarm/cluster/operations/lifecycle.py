# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers that start, stop and go."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...engine.api import containers
from ...engine.client import EngineClient
from ...errors import (
    EngineNotFoundError,
    EngineResponseError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)
from ..clock import Deadline
from .base import FORMER, Action, KeptError, Operation, Work
from .change import restored
from .create import taken_back
from .drain import drained_end
from .waiting import POLL, wait_until_gone

#: Seconds that a container has to end after a signal where the task says nothing; the engine's own for stopping.
_KILL_PATIENCE = 10

#: What runc says, and how often it is asked, where processes were too busy to be frozen: with cgroups of version 1 that
#: is a matter of the moment.
_NOT_FROZEN_YET = "unable to freeze"
_PAUSE_ATTEMPTS = 5


@dataclass(frozen=True)
class StartContainer(Operation):
    """Start it.

    :ivar watched: its end is waited for by a later step, however soon it comes
    """

    verb: t.ClassVar[str] = "start"
    uncertain: t.ClassVar[bool] = True
    watched: bool = False

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        watch = client.watch_container(container) if self.watched else None
        try:
            client.send(containers.start(container))
        except SwarmError:
            if watch is not None:
                watch.close()
            raise
        work.watch = watch
        return None

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """What this plan created and started in vain goes at once: the one that it was to replace needs its ports."""
        return taken_back(self, client, work) if self.role in work.created else None


class _End(Operation):
    """Something that ends a container."""

    uncertain: t.ClassVar[bool] = True

    #: The name that a former container had before it made way; its own where that is not said.
    known_as: str = ""

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Start a former container again."""
        if self.role != FORMER:
            return None
        return restored(self, client, work, self.known_as or self.name, _start_again)


def _start_again(client: EngineClient, container: str, inspect: t.Mapping[str, t.Any]) -> None:
    if not (inspect.get("State") or {}).get("Running"):
        client.send(containers.start(container))


@dataclass(frozen=True)
class StopContainer(_End):
    """Stop it: the stop signal, and after the time-out SIGKILL."""

    verb: t.ClassVar[str] = "stop"
    timeout: t.Optional[int] = None
    known_as: str = ""

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.stop_container(work.ids[self.role], timeout=self.timeout)
        drained_end(self, work)
        return None


@dataclass(frozen=True)
class KillContainer(_End):
    """Kill it, with SIGKILL or the signal of the task, and wait until it has ended.

    The engine waits for SIGKILL alone; what comes next (a removal, the result) needs a container that does not run.
    """

    verb: t.ClassVar[str] = "kill"
    waits: t.ClassVar[bool] = True
    signal: t.Optional[str] = None
    timeout: t.Optional[int] = None
    known_as: str = ""

    def details(self) -> Action:
        return {"signal": self.signal or "SIGKILL"}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        client.send(containers.kill(container, signal=self.signal))
        patience = _KILL_PATIENCE if self.timeout is None else self.timeout
        deadline = Deadline(work.tools.clock, patience)
        while _runs(client, container):
            if deadline.passed:
                raise OperationError(
                    f"{self.name} on {self.node.name} still runs {patience:g} s after {self.signal or 'SIGKILL'} "
                    "(force_kill, stop_timeout)"
                )
            work.tools.clock.sleep(POLL)
        drained_end(self, work)
        return None


def _runs(client: EngineClient, container: str) -> bool:
    try:
        return bool((client.send(containers.inspect(container)).get("State") or {}).get("Running"))
    except EngineNotFoundError:
        # made with auto_remove: the engine removed it when it ended
        return False


@dataclass(frozen=True)
class RestartContainer(Operation):
    """Restart it."""

    verb: t.ClassVar[str] = "restart"
    timeout: t.Optional[int] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.restart_container(work.ids[self.role], timeout=self.timeout)
        drained_end(self, work)
        return None


@dataclass(frozen=True)
class PauseContainer(Operation):
    """Freeze its processes."""

    verb: t.ClassVar[str] = "pause"

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        for _attempt in range(_PAUSE_ATTEMPTS - 1):
            try:
                client.send(containers.pause(work.ids[self.role]))
            except EngineResponseError as error:
                if _NOT_FROZEN_YET not in error.message:
                    raise
                work.tools.clock.sleep(POLL)
            else:
                return None
        client.send(containers.pause(work.ids[self.role]))
        return None


@dataclass(frozen=True)
class UnpauseContainer(Operation):
    """Let its processes go on."""

    verb: t.ClassVar[str] = "unpause"

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.send(containers.unpause(work.ids[self.role]))
        return None


@dataclass(frozen=True)
class RemoveContainer(Operation):
    """Remove it, and its anonymous volumes where the task says so; wait until it is gone."""

    verb: t.ClassVar[str] = "remove"
    uncertain: t.ClassVar[bool] = True
    volumes: bool = False
    force: bool = False
    timeout: t.Optional[float] = None

    def details(self) -> Action:
        return {"volumes": self.volumes}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        try:
            self._ask(client, container)
        except EngineNotFoundError:
            # made with auto_remove: the engine removed it when it stopped
            del work.ids[self.role]
            return None
        except EngineResponseError as error:
            if "already in progress" not in error.message:
                raise
        wait_until_gone(client, container, self.name, self.timeout, work.tools.clock)
        del work.ids[self.role]
        return None

    def _ask(self, client: EngineClient, container: str) -> None:
        call = containers.remove(container, volumes=self.volumes, force=self.force)
        try:
            client.send(call)
        except EngineUnreachableError as error:
            if not error.arrived:
                raise
            # it may be done, or on its way: asking once more harms nothing and tells
            client.send(call)

    def undo(self, client: EngineClient, work: Work, cause: SwarmError) -> t.Optional[Action]:
        """Nothing brings it back. Unless a former container is known to be there still, its successor stays."""
        if self.role != FORMER:
            return None
        container = work.ids[self.role]
        former = f"{self.name} ({container[:12]} on {self.node.name})"
        try:
            state = client.send(containers.inspect(container)).get("State") or {}
        except EngineNotFoundError as error:
            raise KeptError(f"{former} is gone, so the new container was kept") from error
        except SwarmError as error:
            raise KeptError(f"{former} may be there still, and the new container was kept: {error}") from error
        if state.get("Status") == "removing":
            raise KeptError(f"{former} is still being removed, so the new container was kept")
        return None
