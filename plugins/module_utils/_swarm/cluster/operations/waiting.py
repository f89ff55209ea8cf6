# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting for what a container becomes."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...engine.api import containers
from ...engine.client import EngineClient
from ...errors import EngineNotFoundError, EngineResponseError, OperationError
from ..clock import Clock, Deadline
from .base import Action, Operation, Work

#: Seconds between two looks at a container that is waited for.
POLL = 0.25

#: What an engine says where a log cannot be read: the driver ``none``, and drivers that only send away.
_UNREADABLE = "does not support reading"


@dataclass(frozen=True)
class WaitHealthy(Operation):
    """Wait until its health check says healthy; one without a health check only has to run.

    :ivar timeout: seconds; None waits without end
    """

    verb: t.ClassVar[str] = "wait"
    changes: t.ClassVar[bool] = False
    waits: t.ClassVar[bool] = True
    timeout: t.Optional[float] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        deadline = Deadline(work.tools.clock, self.timeout)
        ended: t.Optional[int] = None
        while True:
            record = client.send(containers.inspect(work.ids[self.role]))
            state = record.get("State") or {}
            health = (state.get("Health") or {}).get("Status")
            if state.get("Status") in ("exited", "dead"):
                raise OperationError(
                    f"{self.name} on {self.node.name} ended with status {state.get('ExitCode')} before it was healthy"
                )
            if health in ("healthy", "none", None) and not state.get("Restarting"):
                return None
            if not state.get("Running") or state.get("Restarting"):
                # while it runs again its record does not tell any more
                ended = state.get("ExitCode")
            if deadline.passed:
                raise OperationError(self._not_healthy(record, health, ended))
            work.tools.clock.sleep(POLL)

    def _not_healthy(self, record: t.Mapping[str, t.Any], health: t.Optional[str], ended: t.Optional[int]) -> str:
        state = record.get("State") or {}
        there = f"{self.name} on {self.node.name}"
        if record.get("RestartCount"):
            with_status = "it ended" if ended is None else f"it ended with status {ended}"
            return (
                f"{there} keeps restarting: {with_status} and was restarted {record['RestartCount']} times; it was not "
                f"healthy after {self.timeout:g} s (healthy_wait_timeout)"
            )
        return (
            f"{there} is {health or 'restarting'} after {self.timeout:g} s, "
            f"not healthy (healthy_wait_timeout){_last_check(state)}"
        )


def _last_check(state: t.Mapping[str, t.Any]) -> str:
    log = (state.get("Health") or {}).get("Log") or []
    output = str(log[-1].get("Output", "")).strip() if log else ""
    return f"; its last check printed: {output[:200]}" if output else ""


@dataclass(frozen=True)
class WaitEnd(Operation):
    """Wait for its end and keep what it printed and its exit status."""

    verb: t.ClassVar[str] = "wait"
    changes: t.ClassVar[bool] = False
    waits: t.ClassVar[bool] = True
    removes_itself: bool = False
    timeout: t.Optional[float] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        work.status = client.send(containers.wait(container)) if work.watch is None else work.watch.wait()
        work.watch = None
        if self.removes_itself:
            wait_until_gone(client, container, self.name, self.timeout, work.tools.clock)
            work.output = "The output is not there any more: auto_remove removed the container"
            return None
        work.output = _output(client, container)
        work.inspect = client.send(containers.inspect(container))
        return None


def _output(client: EngineClient, container: str) -> str:
    """What it printed, or a sentence where its log driver does not let the engine read that."""
    try:
        return client.container_output(container)
    except EngineResponseError as error:
        if _UNREADABLE not in error.message:
            raise
        config = client.send(containers.inspect(container)).get("HostConfig") or {}
        driver = (config.get("LogConfig") or {}).get("Type")
        return f"The output cannot be read back from the logging driver {driver}"


@dataclass(frozen=True)
class WaitCompleted(Operation):
    """Wait until it has done its work, as others need that: it ends with status 0."""

    verb: t.ClassVar[str] = "wait"
    changes: t.ClassVar[bool] = False
    waits: t.ClassVar[bool] = True

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        status = client.send(containers.wait(container)) if work.watch is None else work.watch.wait()
        if status:
            raise OperationError(
                f"{self.name} on {self.node.name} ended with status {status}, and others wait for its success"
            )
        return None


def wait_until_gone(client: EngineClient, container: str, name: str, timeout: t.Optional[float], clock: Clock) -> None:
    """Wait until the engine has removed ``container``. :param timeout: seconds, None for as long as it takes"""
    deadline = Deadline(clock, timeout)
    while True:
        try:
            client.send(containers.inspect(container))
        except EngineNotFoundError:
            return
        if deadline.passed:
            raise OperationError(f"{name} is still being removed after {timeout:g} s (removal_wait_timeout)")
        clock.sleep(POLL)
