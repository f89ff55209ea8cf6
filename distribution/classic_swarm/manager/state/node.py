# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One engine as it stands, with all that is known of it."""

from __future__ import annotations

import asyncio
import time
import typing as t
from collections import OrderedDict

from ..._swarm.engine.versions import format_version
from ..._swarm.model.image import Image
from ..._swarm.model.node import Health
from ..._swarm.model.node import Node as Model
from ..._swarm.settings import API_VERSION_OLDEST
from ..engines.client import EngineClient
from .container import Container
from .host import HEALTHY, PENDING, Host

#: Containers that events told of, so many at least are remembered.
_KEPT_HEARD = 1000

_HEALTH = {PENDING: Health.PENDING, HEALTHY: Health.HEALTHY}


class Node(Host):
    """One engine. Written by the task that follows it, and by nobody else.

    :ivar facts: what the engine says of itself, for the scheduler; without containers
    :ivar containers: by ID
    :ivar images: as listed, each one an object of the Engine API; the same for networks and volumes
    :ivar revision: another one whenever something of it is other than it was
    :ivar shown: what an answer was made of it, for whoever made it
    :ivar updated: seconds since the epoch of the last answer
    :ivar unknown: IDs of containers of which it is not known what they hold
    :ivar on_unknown: called when there is one more of them
    :ivar pending: IDs of containers that events told of and that are to be looked at; whether to be inspected, too
    """

    def __init__(self, key: str, client: EngineClient) -> None:
        super().__init__(key, client)
        self.facts = Model(address=key, name=key)
        self.containers: t.Dict[str, Container] = {}
        self.states: t.Dict[str, int] = {}
        self._reserved: t.Optional[t.Tuple[int, float]] = None
        self.images: t.List[t.Dict[str, t.Any]] = []
        self.image_models: t.Tuple[Image, ...] = ()
        self.image_ids: t.FrozenSet[str] = frozenset()
        self.networks: t.List[t.Dict[str, t.Any]] = []
        self.volumes: t.List[t.Dict[str, t.Any]] = []
        self.updated = time.time()
        self.unknown: t.Set[str] = set()
        self.on_unknown: t.Optional[t.Callable[[], None]] = None
        self.pending: t.Dict[str, bool] = {}
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._waiting: t.Dict[str, asyncio.Future[None]] = {}
        self.revision = 0
        self.shown: object = None

    def changed(self) -> None:
        """Something of it is other than it was."""
        self.revision += 1
        self.updated = time.time()

    def hear(self, identity: str) -> None:
        """An event told of this container."""
        self._heard[identity] = None
        if len(self._heard) > _KEPT_HEARD:
            self._heard.popitem(last=False)
        waiting = self._waiting.pop(identity, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def heard_of(self, identity: str, seconds: float) -> None:
        """Returns once an event told of this container, or the time is over. What happened on this engine before the
        event was told before it."""
        if identity in self._heard:
            return
        waiting = self._waiting[identity] = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiting, seconds)
        except asyncio.TimeoutError:
            self._waiting.pop(identity, None)

    def find_out(self, identity: str) -> None:
        """What this container holds is not known any more, or not yet."""
        self.unknown.add(identity)
        if self.on_unknown is not None:
            self.on_unknown()

    def account(self, container: Container, sign: int) -> None:
        """Count a container that came or went."""
        state = container.listed.state
        self.states[state] = self.states.get(state, 0) + sign
        self._reserved = None

    def reserved(self) -> t.Tuple[int, float]:
        """Bytes of memory and cpus that its containers hold."""
        if self._reserved is None:
            held = [each.model.reservation for each in self.containers.values()]
            self._reserved = sum(each.memory for each in held), sum(each.cpus for each in held)
        return self._reserved

    def counts(self) -> t.Tuple[int, int, int]:
        """How many containers run, are paused, and neither."""
        running, paused = self.states.get("running", 0), self.states.get("paused", 0)
        running += self.states.get("restarting", 0)
        return running, paused, len(self.containers) - running - paused

    def model(self) -> Model:
        """What the scheduler places by: facts, condition, images; without containers."""
        reason = "" if self.healthy else self.reason or "it has not answered yet"
        newest = self.client.newest if self.client.newest else API_VERSION_OLDEST
        return Model(
            address=self.key,
            name=self.name or self.key,
            id=self.engine_id,
            health=_HEALTH.get(self.health, Health.UNHEALTHY),
            reason=reason,
            labels=self.labels,
            version=self.facts.version,
            api_version=format_version(newest),
            cpus=self.facts.cpus,
            memory=self.facts.memory,
            images=self.image_models,
            listing=self.facts.listing,
        )
