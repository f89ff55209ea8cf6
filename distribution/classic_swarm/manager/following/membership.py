# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which engines belong to the cluster: discovery is watched, and each engine that it names is followed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import typing as t

from ..._swarm.discovery.backend import Backend
from ..._swarm.discovery.entry import Entry
from ..._swarm.discovery.registry import open_backend
from ..._swarm.errors import InputError, SwarmError
from ..settings import ManagerSettings
from ..state.cluster import Cluster, Node
from .follower import Follower

#: Engines that are read at one moment.
_BUSY = 128
#: Seconds between two tries where the store does not answer.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
#: Seconds that the start waits for engines to answer, at least and at most, and between two looks whether they have.
_SHORT, _START, _LOOK = 2.0, 60.0, 0.05
#: Seconds until a task that was to end is told so again.
_CANCEL_AGAIN = 0.5
#: Seconds for the first answer of all.
_FIRST = 15.0


class Membership:
    """The engines of a cluster. While the store of the discovery is away they are those that it named last."""

    def __init__(self, cluster: Cluster, settings: ManagerSettings) -> None:
        self._cluster = cluster
        self._settings = settings
        self._entries: t.Tuple[Entry, ...] = ()
        self._followed: t.Dict[str, t.Tuple[Node, Follower, asyncio.Task[None]]] = {}
        self._stopping = threading.Event()
        self._busy: t.Optional[asyncio.Semaphore] = None
        self._loop: t.Optional[asyncio.AbstractEventLoop] = None

    async def start(self) -> None:
        """Find the engines, and wait until each has answered or failed once; for those that say nothing not for long.

        :raises InputError: the discovery text cannot be right
        """
        self._loop = asyncio.get_running_loop()
        self._busy = asyncio.Semaphore(_BUSY)
        backend = open_backend(self._settings.discovery)
        try:
            entries = await self._loop.run_in_executor(None, backend.list)
        except InputError:
            raise
        except SwarmError as error:
            self._cluster.log(f"discovery: {error.message}; it is tried again until it answers")
            entries = ()
        self._set_entries(entries)
        threading.Thread(target=self._watch, args=(backend,), name="discovery", daemon=True).start()
        await self._first_answers()

    async def _first_answers(self) -> None:
        """Returns once each engine has answered or failed. Those that hang hold up the others for as long again as the
        others took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        enough = _FIRST
        silent = [follower for _node, follower, _task in self._followed.values()]
        while silent and loop.time() < begun + enough:
            await asyncio.sleep(_LOOK)
            left = [follower for follower in silent if not follower.answered.is_set()]
            if len(left) < len(silent):
                silent, enough = left, min(_START, max(_SHORT, 2 * (loop.time() - begun)))

    async def close(self) -> None:
        """Follow nobody any more."""
        self._stopping.set()
        left = {task for _node, _follower, task in self._followed.values()}
        while left:
            # Again and again: a task that was just cleaning up when it was cancelled may have gone on after that.
            for task in left:
                task.cancel()
            _ended, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN)
        self._followed.clear()

    def _set_entries(self, entries: t.Sequence[Entry]) -> None:
        if self._busy is None or self._stopping.is_set():
            return
        if not entries and self._entries:
            # A store that lost its data names nobody until the engines have registered again.
            self._cluster.log("discovery names no engines any more; those that it named last are kept")
            return
        before = {entry.address: entry for entry in self._entries}
        self._entries = tuple(entries)
        named = {entry.address: entry for entry in entries}
        for address in [address for address in self._followed if address not in named]:
            node, _follower, task = self._followed.pop(address)
            task.cancel()
            if node.healthy:
                self._cluster.events.tell_own(node, "engine_disconnect")
            self._cluster.leave(node)
        for address, entry in named.items():
            if address in self._followed:
                if before.get(address) != entry:
                    node, follower, _task = self._followed[address]
                    self._cluster.set_listing(node, entry)
                    follower.look_again()
            else:
                node = self._cluster.join(entry)
                follower = Follower(self._cluster, node, self._settings, self._busy)
                self._followed[address] = node, follower, asyncio.ensure_future(follower.run())

    # in a thread of its own, as back ends block

    def _watch(self, backend: Backend) -> None:
        failures = 0
        while not self._stopping.is_set():
            known = self._entries
            try:
                entries = backend.watch(known, self._settings.heartbeat)
                failures = 0
            except SwarmError as error:
                failures += 1
                if failures == 1:
                    self._tell(lambda error=error: self._cluster.log(f"discovery: {error.message}"))  # type: ignore[misc]
                self._stopping.wait(
                    min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures, 10)) * random.uniform(0.8, 1.2)
                )
                continue
            if tuple(entries) != known:
                self._tell(lambda entries=entries: self._set_entries(entries))  # type: ignore[misc]
                # a watch that names what is refused must not turn in circles
                self._stopping.wait(0.2 if entries else 2.0)
            else:
                self._stopping.wait(0.01)

    def _tell(self, what: t.Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None and not self._stopping.is_set():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(what)
