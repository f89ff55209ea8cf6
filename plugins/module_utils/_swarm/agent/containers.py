# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The running containers of one engine, kept by a thread that follows its events.

The events are listened to first, then all containers are looked at, so that nothing between the two is lost. While the
engine does not answer, what was known stays: its containers may run on.
"""

from __future__ import annotations

import contextlib
import json
import threading
import typing as t

from ..engine.api import containers as api
from ..engine.api import events, system
from ..engine.client import EngineClient
from ..engine.stream import EngineStream
from ..errors import EngineError, EngineNotFoundError, SwarmError
from ..model.address import split_address
from ..services.observed import Observed, number_of, observe
from ..settings import EngineSettings
from .follow import Containers
from .followed_file import FollowedFile
from .settings import EngineCheckSettings

#: Seconds between two tries to follow an engine that does not answer.
RETRY = 1.0
_RUNNING = {"status": ("running", "paused", "restarting")}
#: What may make another container of one that is known; all else is told too often.
_EVENTS = ("start", "die", "destroy", "pause", "unpause", "rename", "update", "kill", "health_status")
_SIGNAL = "signal"


class EngineContainers:
    """
    :param client: of the engine
    :param log: takes one line for each change of whether the engine is followed
    """

    def __init__(self, client: EngineClient, log: t.Callable[[str], None]) -> None:
        self._client = client
        self._log = log
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._stream: t.Optional[EngineStream] = None
        self._known: t.Dict[str, Observed] = {}
        self._leaving: t.Set[str] = set()
        self._version = 0
        #: Why it is not followed, empty before the first try; None while it is.
        self._trouble: t.Optional[str] = ""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    @property
    def version(self) -> int:
        """Grows with each change; 0 before the first look."""
        with self._lock:
            return self._version

    def look(self) -> t.Tuple[t.List[Observed], t.Set[str]]:
        """The containers, and the IDs of those that somebody has asked to stop."""
        with self._lock:
            return list(self._known.values()), set(self._leaving)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def close(self) -> None:
        """Follow no more."""
        self._stop.set()
        stream = self._stream
        if stream is not None:
            stream.close()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except SwarmError as error:
                if not self._stop.is_set():
                    self._tell(str(error))
                    self._stop.wait(RETRY)

    def _follow(self) -> None:
        with self._client.stream(events.stream(filters={"type": ["container"], "event": _EVENTS})) as stream:
            self._stream = stream
            self._look_at_all()
            self._tell(None)
            for line in stream.lines():
                self._note(line)
        if not self._stop.is_set():
            raise EngineError(self._client.address, f"{self._client.address} tells no more events")

    def _look_at_all(self) -> None:
        known = {}
        for listed in self._client.send(api.list(_RUNNING)):
            identity = str(listed.get("Id", ""))
            try:
                known[identity] = observe(self._client.send(api.inspect(identity)))
            except EngineNotFoundError:
                # Gone since it was listed; the event comes next.
                continue
        with self._lock:
            self._known = known
            self._leaving &= known.keys()
            self._version += 1

    def _note(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            actor = event["Actor"]
            action, identity = str(event["Action"]).partition(":")[0], str(actor["ID"])
            attributes = actor.get("Attributes") or {}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise EngineError(
                self._client.address, f"{self._client.address} tells an event that is none; is it a Docker engine?"
            ) from None
        if action == "kill":
            self._note_signal(identity, number_of(str(attributes.get(_SIGNAL, ""))))
            return
        seen: t.Optional[Observed] = None
        if action not in ("die", "destroy"):
            try:
                seen = observe(self._client.send(api.inspect(identity)))
            except EngineNotFoundError:
                seen = None
        with self._lock:
            if seen is None:
                self._known.pop(identity, None)
            else:
                self._known[identity] = seen
            if action in ("die", "destroy", "start"):
                self._leaving.discard(identity)
            self._version += 1

    def _note_signal(self, identity: str, number: str) -> None:
        """A stop is known before it is done: by the signal that begins it. Others (HUP) have other ends."""
        with self._lock:
            known = self._known.get(identity)
            if known is not None and number in (known.stop_signal, "9"):
                self._leaving.add(identity)
                self._version += 1

    def _tell(self, trouble: t.Optional[str]) -> None:
        if trouble != self._trouble:
            self._log(f"the engine is not followed, trying again: {trouble}" if trouble else "the engine is followed")
        self._trouble = trouble


def open_engine(settings: EngineCheckSettings) -> EngineClient:
    """A client of the engine; nothing is asked yet.

    :raises InputError: a file of TLS cannot be used, or the address cannot be right
    """
    scheme, _separator, location = settings.url.partition("://")
    if scheme == "tcp":
        split_address(location)
    address = settings.url if scheme == "unix" else location
    return EngineClient(address, EngineSettings(settings.tls, timeout=settings.timeout))


@contextlib.contextmanager
def followed(
    settings: EngineCheckSettings, wait: t.Callable[[float], bool], log: t.Callable[[str], None]
) -> t.Iterator[t.Optional[t.Tuple[str, Containers]]]:
    """The engine's own name and its containers, kept up to date while in use; None where the process is to stop before.

    :param settings: ``file://`` for what ``swarm follow`` writes
    :raises InputError: a file of TLS cannot be used, or the address cannot be right
    """
    if settings.url.startswith("file://"):
        file = FollowedFile(settings.url[len("file://") :], log)
        while not file.version:
            if wait(RETRY):
                break
        if file.node is not None:
            yield file.node, file
        else:
            yield None
        return
    client = open_engine(settings)
    try:
        node = await_name(client, wait, log)
        if node is None:
            yield None
            return
        containers = EngineContainers(client, log)
        containers.start()
        try:
            yield node, containers
        finally:
            containers.close()
    finally:
        client.close()


def await_name(client: EngineClient, wait: t.Callable[[float], bool], log: t.Callable[[str], None]) -> t.Optional[str]:
    """The engine's own name, once it answers; None where the process is to stop before that."""
    told = ""
    while True:
        try:
            return str(client.send(system.info()).get("Name") or client.address)
        except EngineError as error:
            if str(error) != told:
                log(f"the engine does not answer, trying again: {error}")
            told = str(error)
        if wait(RETRY):
            return None
