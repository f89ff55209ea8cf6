# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``GET /events``: the events of all engines as one stream, with filters, from a time on, until a time."""

from __future__ import annotations

import asyncio
import json
import re
import time
import typing as t

from aiohttp import web

from ..._swarm.errors import EngineError, InputError
from ..._swarm.model.durations import parse_duration
from ..errors import BadRequestError
from ..events import Event, line_of, with_node
from ..http.call import Call
from ..state.cluster import Node
from .filters import Filters, has_labels, read_filters

#: Filters that name the object of an event of their own type.
_OBJECTS = ("config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume")
_FILTERS = frozenset((*_OBJECTS, "event", "image", "label", "scope", "type"))
_TIMESTAMP = re.compile(r"(\d{1,12})(?:\.(\d{1,9}))?")


async def events(call: Call) -> web.StreamResponse:
    """Everything that happens.

    :raises BadRequestError: a filter that is unknown, or a value that cannot be right
    """
    filters = read_filters(call, _FILTERS)
    since, until = (_time(call, name) for name in ("since", "until"))
    if since is not None and until is not None and since > until:
        raise BadRequestError("'since' must be before 'until'")
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    with call.manager.cluster.events.listen(lambda event: fits(event, filters)) as listener:
        await response.prepare(call.request)
        await response.write(b"")
        call.request.writer.send_headers()
        told: t.Set[t.Tuple[str, int]] = set()
        if since is not None:
            for event in await _past(call, since, min(until or time.time(), time.time()), filters):
                told.add(_key(event))
                await response.write(line_of(event))
        while not listener.dropped:
            left = None if until is None else until - time.time()
            if left is not None and left <= 0:
                break
            for event in await listener.take(left):
                if _key(event) not in told and (until is None or _seconds(event) <= until):
                    await response.write(line_of(event))
    await response.write_eof()
    return response


def fits(event: Event, filters: Filters) -> bool:
    """Whether an event, with its node in it, is what filters ask for."""
    kind, action = event.get("Type"), str(event.get("Action", ""))
    actor = event.get("Actor") or {}
    identity, attributes = str(actor.get("ID", "")), actor.get("Attributes") or {}
    for name, values in filters.items():
        if name == "type":
            passes = kind in values
        elif name == "event":
            passes = action in values or action.partition(":")[0] in values
        elif name == "label":
            passes = has_labels(attributes, values)
        elif name == "scope":
            passes = event.get("scope", "local") in values
        elif name == "node":
            node = event.get("node") or {}
            passes = node.get("Name") in values or node.get("Id") in values
        elif name == "image":
            image = identity if kind == "image" else str(attributes.get("image", ""))
            passes = bool(
                {image, _untagged(image), str(attributes.get("name", "")) if kind == "image" else ""} & set(values)
            )
        else:
            named = str(attributes.get("name", ""))
            passes = kind == name and any(identity.startswith(value) or named == value.lstrip("/") for value in values)
        if not passes:
            return False
    return True


async def _past(call: Call, since: float, until: float, filters: Filters) -> t.List[Event]:
    """What the engines still know of a time that is over, in order."""
    cluster = call.manager.cluster
    query = [("since", f"{since:.9f}"), ("until", f"{until:.9f}")]

    async def ask(node: Node) -> t.List[Event]:
        try:
            reply = await node.client.request("GET", "/events", query=query)
        except EngineError as error:
            call.manager.log(f"{node.name}: {error.message}")
            return []
        found = []
        for line in reply.body.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                found.append(with_node(node, event))
        return found

    answers = await asyncio.gather(*map(ask, cluster.healthy_nodes))
    everything = [event for answer in (*answers, cluster.events.own_since(since)) for event in answer]
    return sorted((event for event in everything if fits(event, filters)), key=_seconds)


def _key(event: Event) -> t.Tuple[str, int]:
    return str((event.get("node") or {}).get("Addr", "")), int(event.get("timeNano") or 0)


def _seconds(event: Event) -> float:
    return float(event.get("timeNano") or 0) / 10**9


def _untagged(image: str) -> str:
    slash, colon = image.rfind("/"), image.rfind(":")
    return image[:colon] if colon > slash else image


def _time(call: Call, name: str) -> t.Optional[float]:
    """A moment: seconds since the epoch, a time in RFC 3339, or a span before now, as ``10m``.

    :raises BadRequestError: it is none
    """
    text = call.query.get(name, "").strip()
    if not text:
        return None
    match = _TIMESTAMP.fullmatch(text)
    if match is not None:
        return float(text)
    try:
        from datetime import datetime, timezone

        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except ValueError:
        pass
    try:
        return time.time() - parse_duration(text, name) / 10**9
    except InputError:
        raise BadRequestError(
            f"{name} is '{text}'; write seconds since 1970, a time such as 2026-01-31T12:00:00Z, or a span such as 10m"
        ) from None
