# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One engine, followed: its events first, then its lists, then what happened meanwhile, and so on until it goes."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import typing as t

from ..._swarm.engine.versions import negotiate
from ..._swarm.errors import EngineError, EngineResponseError
from ..._swarm.settings import API_VERSION_NEWEST
from ..._swarm.wire.json_reply import NoJSONError, read_json
from ..settings import ManagerSettings
from ..state.cluster import HEALTHY, PENDING, UNHEALTHY, Cluster, Node, TwinError
from .changes import Change, change_of

#: Seconds between two looks at an engine that does not answer: twice as many each time, so many at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
#: Seconds between two questions whether a silent engine is still there, and for its answer.
_PING_EVERY, _PING_PATIENCE = 10.0, 5.0
#: Seconds in which what happens to one container is put together.
_BURST = 0.02
#: Bytes of one event.
_LONGEST_EVENT = 1024 * 1024
_STARTING = 503
#: The oldest version that the original's engines spoke, which is enough to follow them.
_OLDEST = (1, 24)


class Follower:
    """Follows one engine, in one task.

    :param busy: how many engines may be read, and how many containers inspected, at one moment
    """

    def __init__(self, cluster: Cluster, node: Node, settings: ManagerSettings, busy: asyncio.Semaphore) -> None:
        self._cluster = cluster
        self._node = node
        self._settings = settings
        self._busy = busy
        self._failures = 0
        self._connected_before = False
        self._since = self._told_before = 0
        self._left = b""
        self._lists: t.Set[str] = set()
        self._wake = asyncio.Event()
        self._unknown = asyncio.Event()
        node.on_unknown = self._unknown.set
        self.answered = asyncio.Event()

    async def run(self) -> None:
        """Follow it until the task is cancelled."""
        while True:
            try:
                await self._follow()
            except EngineError as error:
                self._fail(error)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # one engine's garbage must not end the following of it
                self._fail(EngineError(self._node.key, f"{self._node.key} cannot be followed: {error!r}"))
            self.answered.set()
            await asyncio.sleep(self._pause())

    def look_again(self) -> None:
        """Discovery says something else of the engine."""
        self._note(Change("info"))

    def _pause(self) -> float:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** max(0, self._failures - 1))
        return pause * random.uniform(0.8, 1.2)

    def _fail(self, error: EngineError) -> None:
        node = self._node
        self._failures += 1
        if isinstance(error, EngineResponseError) and error.status == _STARTING and not self._connected_before:
            self._cluster.set_health(node, PENDING, error.message)
            return
        for_good = isinstance(error, TwinError) or not self._connected_before
        if for_good or self._failures >= self._settings.failure_retry or not node.healthy:
            if node.healthy:
                self._cluster.events.tell_own(node, "engine_disconnect")
                self._cluster.log(f"{node.name} ({node.key}) is unhealthy: {error.message}")
            self._cluster.set_health(node, UNHEALTHY, error.message)
        else:
            self._cluster.set_health(node, node.health, error.message)

    async def _follow(self) -> None:
        """:raises EngineError: it cannot be followed any more"""
        client, node = self._node.client, self._node
        patience = self._settings.engine.snapshot_timeout
        async with self._busy:
            await client.learn_versions(patience)
            negotiate(node.key, (_OLDEST, API_VERSION_NEWEST), (client.oldest, client.newest))
            await self._read_info()
        self._told_before = self._since
        since = [("since", f"{self._since // 10**9}.{self._since % 10**9:09d}")] if self._since else []
        self._left = b""
        async with client.listen("/events", since, patience, self._take_events) as line:
            reading = asyncio.ensure_future(line.end())
            others: t.List[asyncio.Future[t.Any]] = [reading]
            try:
                async with self._busy:
                    listing = asyncio.ensure_future(self._read_lists())
                    await asyncio.wait([listing, reading], return_when=asyncio.FIRST_COMPLETED)
                    if not listing.done():
                        listing.cancel()
                        await reading
                    await listing
                self._recover()
                others += [
                    asyncio.ensure_future(work())
                    for work in (self._apply, self._keep_probing, self._list_now_and_then, self._inspect_unknown)
                ]
                done, _running = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                raise EngineError(node.key, f"{node.key} ended its stream of events")
            finally:
                for task in others:
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.gather(*others, return_exceptions=True)

    def _recover(self) -> None:
        node = self._node
        back = not node.healthy
        self._failures = 0
        self._cluster.set_health(node, HEALTHY)
        if back:
            self._cluster.events.tell_own(node, "engine_reconnect" if self._connected_before else "engine_connect")
        self._connected_before = True
        self.answered.set()

    # events

    def _take_events(self, piece: bytes) -> None:
        """They are applied by another task, once the lists are there. :raises EngineError: it is no event"""
        lines = (self._left + piece).split(b"\n")
        self._left = lines.pop()
        if len(self._left) > _LONGEST_EVENT:
            raise EngineError(self._node.key, f"{self._node.key} sent an event without an end")
        for line in lines:
            if line.strip():
                self._take_event(line)

    def _take_event(self, line: bytes) -> None:
        try:
            event = read_json(line)
        except NoJSONError as error:
            raise EngineError(self._node.key, f"{self._node.key} sent {error} instead of an event") from error
        if not isinstance(event, dict):
            raise EngineError(self._node.key, f"{self._node.key} sent something other than an event")
        nano = event.get("timeNano")
        if isinstance(nano, int):
            if nano <= self._told_before:
                return  # told again, as the stream was opened from that time on
            # Events of one moment may come in another order than that of their times.
            self._since = max(nano, self._since)
        self._cluster.events.tell(self._node, event)
        self._note(change_of(event))

    def _note(self, change: Change) -> None:
        if change.kind == "gone":
            self._node.pending.pop(change.identity, None)
            self._cluster.drop_container(self._node, change.identity, self._cluster.next_number())
        elif change.kind == "container":
            pending = self._node.pending
            pending[change.identity] = change.exact or pending.get(change.identity, False)
            self._node.hear(change.identity)
            self._wake.set()
        elif change.kind:
            self._lists.add(change.kind)
            self._wake.set()

    async def _apply(self) -> None:
        """Look again at what events told of, bursts of them at once."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_BURST)
            self._wake.clear()
            lists, self._lists = self._lists, set()
            await self._cluster.refresh_pending(self._node)
            for name in lists:
                await self._refreshers[name](self)

    async def _read_images(self) -> None:
        await self._cluster.refresh_images(self._node)

    async def _read_networks(self) -> None:
        await self._cluster.refresh_networks(self._node)

    async def _read_volumes(self) -> None:
        await self._cluster.refresh_volumes(self._node)

    # lists

    async def _read_info(self) -> None:
        reply = await self._node.client.request("GET", "/info", seconds=self._settings.engine.snapshot_timeout)
        self._cluster.set_info(self._node, reply.json())

    async def _read_lists(self) -> None:
        # One after another: each of them side by side would be a connection more.
        await self._list_containers()
        await self._read_images()
        await self._read_networks()
        await self._read_volumes()

    async def _list_containers(self) -> None:
        number, now = self._cluster.next_number(), time.time()
        reply = await self._node.client.request(
            "GET", "/containers/json", query=[("all", "1")], seconds=self._settings.engine.snapshot_timeout
        )
        listed = reply.json()
        if not isinstance(listed, list):
            said = "sent an unexpected reply when asked for its containers; is it a Docker engine?"
            raise EngineResponseError(self._node.key, 200, f"{self._node.key} {said}")
        self._cluster.set_containers(self._node, listed, number, now, reply.body)

    async def _list_now_and_then(self) -> None:
        while True:
            # These lists mend what was missed.
            await asyncio.sleep(random.uniform(*self._settings.refresh))
            async with self._busy:
                await self._read_info()
                await self._read_lists()

    async def _keep_probing(self) -> None:
        """A silent engine may be one on which nothing happens, or one that is gone."""
        node = self._node
        while True:
            await asyncio.sleep(_PING_EVERY * random.uniform(0.8, 1.2))
            for failures in range(1, self._settings.failure_retry + 1):
                try:
                    await node.client.request("GET", "/_ping", unversioned=True, seconds=_PING_PATIENCE)
                    self._cluster.set_health(node, HEALTHY)
                    break
                except EngineError as error:
                    if failures == self._settings.failure_retry:
                        self._failures = failures
                        raise
                    self._cluster.set_health(node, node.health, error.message)

    async def _inspect_unknown(self) -> None:
        """Find out what containers hold whose labels do not say it."""
        node = self._node
        while True:
            for identity in list(node.unknown):
                async with self._busy:
                    try:
                        reply = await node.client.request("GET", f"/containers/{identity}/json")
                        self._cluster.know_container(node, identity, reply.json())
                    except EngineResponseError:
                        node.unknown.discard(identity)
            # of what came meanwhile not every one at once: a burst is looked at together
            await asyncio.sleep(_BURST)
            if not node.unknown:
                self._unknown.clear()
                await self._unknown.wait()

    _refreshers: t.ClassVar[t.Mapping[str, t.Callable[[Follower], t.Awaitable[None]]]] = {
        "images": _read_images,
        "networks": _read_networks,
        "volumes": _read_volumes,
        "info": _read_info,
    }
