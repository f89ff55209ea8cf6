# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What happens on all engines, as one stream: each event with its node, for whoever listens."""

from __future__ import annotations

import asyncio
import json
import time
import typing as t
from collections import deque

from .state.host import Host

Event = t.Dict[str, t.Any]

#: Events that wait for one listener; one that is slower is dropped, as memory must not grow with it.
MOST_WAITING = 10_000
#: Of the endpoint's own events so many are kept, as an engine keeps its last ones.
_KEPT = 256


class Listener:
    """Who listens. A context manager.

    :ivar dropped: whether it was too slow
    """

    def __init__(self, events: Events, wanted: t.Callable[[Event], bool]) -> None:
        self._events = events
        self._wanted = wanted
        self._waiting: deque[Event] = deque()
        self._come = asyncio.Event()
        self.dropped = False

    def __enter__(self) -> Listener:
        self._events.listeners.append(self)
        return self

    def __exit__(self, *exception: object) -> None:
        if self in self._events.listeners:
            self._events.listeners.remove(self)

    def offer(self, event: Event) -> None:
        """Something happened."""
        if self.dropped or not self._wanted(event):
            return
        if len(self._waiting) >= MOST_WAITING:
            self.dropped = True
            self._waiting.clear()
        else:
            self._waiting.append(event)
        self._come.set()

    async def take(self, seconds: t.Optional[float]) -> t.List[Event]:
        """What happened since the last look; waits for it, and gives nothing when the time is over."""
        if not self._waiting and not self.dropped:
            self._come.clear()
            try:
                await asyncio.wait_for(self._come.wait(), seconds)
            except asyncio.TimeoutError:
                return []
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


class Events:
    """The events of all engines."""

    def __init__(self) -> None:
        self.listeners: t.List[Listener] = []
        self._own: deque[Event] = deque(maxlen=_KEPT)

    def listen(self, wanted: t.Callable[[Event], bool]) -> Listener:
        """:param wanted: which events, each with its node in it"""
        return Listener(self, wanted)

    def tell(self, node: Host, event: Event) -> None:
        """An engine told of something."""
        if self.listeners:
            self._offer(with_node(node, event))

    def tell_own(self, node: Host, action: str) -> None:
        """Something happened to a node, as the endpoint sees it: engine_connect, _disconnect or _reconnect."""
        now = time.time_ns()
        event = {
            "status": action,
            "from": "swarm",
            "Type": "swarm",
            "Action": action,
            "Actor": {"ID": node.engine_id, "Attributes": {}},
            "scope": "swarm",
            "time": now // 10**9,
            "timeNano": now,
        }
        event = with_node(node, event)
        self._own.append(event)
        self._offer(event)

    def own_since(self, since: float) -> t.List[Event]:
        """The endpoint's own events since a time, as far as they are kept."""
        return [event for event in self._own if event["timeNano"] >= since * 10**9]

    def _offer(self, event: Event) -> None:
        for listener in list(self.listeners):
            listener.offer(event)


def with_node(node: Host, event: Event) -> Event:
    """An event with its node, in the form of the original's; the engine's own is left as it is."""
    actor = event.get("Actor")
    actor = actor if isinstance(actor, dict) else {}
    attributes = actor.get("Attributes")
    attributes = attributes if isinstance(attributes, dict) else {}
    told = {
        **event,
        "Actor": {
            **actor,
            "Attributes": {
                **attributes,
                "node.name": node.name,
                "node.id": node.engine_id,
                "node.addr": node.key,
                "node.ip": node.ip,
            },
        },
        "node": {"Name": node.name, "Id": node.engine_id, "Addr": node.key, "Ip": node.ip},
    }
    if isinstance(event.get("from"), str):
        told["from"] = f"{event['from']} node:{node.name}"
    return told


def line_of(event: Event) -> bytes:
    """As it is sent."""
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"
