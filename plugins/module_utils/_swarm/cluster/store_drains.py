# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Marks in the store that registrators write services into: ``<prefix>-drain/<node>/<container ID>``.

A session or lease of the task's own holds all of them, so that they vanish when it dies. Nothing here keeps a container
from being stopped: a store that is away costs a warning.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ..discovery.owned_keys import KeyFolder, OwnedKeys
from ..discovery.registry import location_of, open_backend
from ..errors import DiscoveryError
from ..services.instance import DRAIN_SUFFIX, FACTS_SUFFIX, read_facts
from ..settings import DiscoverySettings
from .clock import Clock
from .operations.base import Drained

#: Seconds that routers are given once the keys are gone; what the design of routing promises.
SETTLE = 2.0
#: Seconds after which the marks of a task that died are gone; every store keeps this.
_TTL = 30.0
#: Seconds between two looks whether marks are kept and something has changed, where the store tells of no change.
_LOOK = 2.0


class StoreDrains:
    """
    :param settings: the store; its prefix is that of the services
    """

    def __init__(self, settings: DiscoverySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        _hosts, _slash, prefix = location_of(settings.source).partition("/")
        self._prefix = prefix.strip("/")
        self._keys: t.Optional[OwnedKeys] = None
        self._marks: t.Dict[str, t.Tuple[str, str]] = {}
        self._lock = threading.Lock()

    def await_registered(self, container: str, timeout: float) -> None:
        end = self._clock.now() + timeout
        try:
            with self._folder() as folder:
                while not registered(folder.read(), container):
                    if not self._pause(folder, end):
                        return
        except DiscoveryError:
            # Told by the drain that follows, which asks the same store.
            return
        self._clock.sleep(SETTLE)

    def drain(self, container: str, name: str, timeout: float) -> Drained:
        end = self._clock.now() + timeout
        services: t.Tuple[str, ...] = ()
        try:
            with self._folder() as folder:
                found = registered(folder.read(), container)
                if not found:
                    return Drained()
                services = tuple(sorted(self._below(path) for path in found))
                self._mark(container, next(iter(found.values())), name)
                while registered(folder.read(), container):
                    if not self._pause(folder, end):
                        trouble = f"is still registered after {timeout:g} s; is its registrator running?"
                        return Drained(services, trouble)
        except DiscoveryError as error:
            return Drained(services, f"could not be taken out of the services: {error}")
        self._clock.sleep(max(0.0, min(SETTLE, end - self._clock.now())))
        return Drained(services)

    def end(self, container: str) -> str:
        with self._lock:
            if self._marks.pop(container, None) is None:
                return ""
            try:
                self._keep()
            except DiscoveryError as error:
                return f"its mark in the store could not be removed, and vanishes within {_TTL:g} s: {error}"
        return ""

    def close(self) -> str:
        """Take all marks away that are left. :returns: why that could not be done, empty where it was"""
        with self._lock:
            if self._keys is None:
                return ""
            try:
                self._keys.release()
            except DiscoveryError as error:
                return f"marks of stopped containers in the store vanish within {_TTL:g} s only: {error}"
            return ""

    def _folder(self) -> t.ContextManager[KeyFolder]:
        """All facts. One for each container, as containers are drained side by side; a server bounds the sessions."""
        return contextlib.closing(open_backend(self._settings).key_folder(f"{self._prefix}{FACTS_SUFFIX}"))

    def _below(self, path: str) -> str:
        return path[len(f"{self._prefix}{FACTS_SUFFIX}/") :]

    def _pause(self, folder: KeyFolder, end: float) -> bool:
        """Wait for a change, and tell whether there is time left."""
        left = end - self._clock.now()
        if left <= 0:
            return False
        with self._lock:
            if self._marks:
                self._keep()
        folder.await_change(min(left, _LOOK))
        return True

    def _mark(self, container: str, node: str, name: str) -> None:
        with self._lock:
            self._marks[container] = (f"{self._prefix}{DRAIN_SUFFIX}/{node}/{container}", name)
            self._keep()

    def _keep(self) -> None:
        if self._keys is None:
            folders = (f"{self._prefix}{DRAIN_SUFFIX}",)
            backend = open_backend(self._settings)
            self._keys = backend.owned_keys("containers that stop", _TTL, folders, lambda _path, _value: False)
        self._keys.keep(dict(self._marks.values()))


def registered(facts: t.Mapping[str, str], container: str) -> t.Dict[str, str]:
    """The keys of a container among all facts: the node by the path.

    :param container: its ID
    """
    found = {path: read_facts(value) for path, value in facts.items() if container in value}
    return {path: str(told.get("node", "")) for path, told in found.items() if told.get("container_id") == container}
