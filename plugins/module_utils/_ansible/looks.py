# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_stats_info), C(swarm_top_info) and C(swarm_events_info): one look, or what happens in a bounded time."""

from __future__ import annotations

import datetime
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.log_gathering import MOST_FOLLOWED
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import on_each
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers, events
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fields import Fields
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.for_a_time import objects_for
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.stats import Stats, read_stats
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node

from .leaving import warn
from .many_containers import find_many, read_choice
from .moments import read_moment
from .on_nodes import finish, finish_places, node_session
from .results import Result, translated_errors
from .settings import LONGEST_TIME, check_number

_FIRST = datetime.datetime(1970, 1, 1)


def stats_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_stats_info): measure containers that run and end the module."""
    options = module.params
    with translated_errors(module):
        choice, seconds = read_choice(options, running=True), options["sample_for"]
        _check_seconds(options, "sample_for")
    with node_session(module) as session:
        places = find_many(session, choice)
        if seconds is not None and len(places) > MOST_FOLLOWED:
            raise InputError(f"sample_for: {len(places)} containers are meant; up to {MOST_FOLLOWED} can be watched")

        def measure(place: Place) -> t.List[Stats]:
            client, call = session.client(place[0]), containers.stats(place[1].id, stream=seconds is not None)
            if seconds is None:
                return [read_stats(client.address, client.send(call))]
            return [read_stats(client.address, record) for record in objects_for(client, call, seconds)]

        outcomes = on_each(places, measure, MOST_FOLLOWED)
    finish_places(
        module,
        outcomes,
        lambda _place, samples: (
            {"samples": [_sample(each) for each in samples]} if seconds is not None else _sample(samples[0])
        ),
    )


def _sample(stats: Stats) -> Result:
    limit = stats.memory_limit
    return {
        "time": stats.time,
        "cpu_percent": stats.cpu,
        "memory": stats.memory,
        "memory_limit": limit,
        "memory_percent": round(100.0 * stats.memory / limit, 2) if limit else 0.0,
        "network_received": stats.received,
        "network_sent": stats.sent,
        "block_read": stats.read,
        "block_written": stats.written,
        "pids": stats.processes,
    }


def top_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_top_info): list the processes of containers that run and end the module."""
    options = module.params
    with translated_errors(module):
        choice = read_choice(options, running=True)
    with node_session(module) as session:
        places = find_many(session, choice)

        def ask(place: Place) -> t.List[Result]:
            client = session.client(place[0])
            record = Fields(client.address, "/containers/top", client.send(_top(place, options["ps_args"])))
            titles = record.texts("Titles")
            return [dict(zip(titles, values)) for values in record.lists_of_texts("Processes")]

        outcomes = on_each(places, ask)
    finish_places(module, outcomes, lambda _place, processes: {"processes": processes})


def _top(place: Place, arguments: t.Optional[str]) -> t.Any:
    return containers.top(place[1].id, arguments or "")


def events_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_events_info): collect events of the chosen nodes and end the module."""
    options = module.params
    with translated_errors(module):
        _check_seconds(options, "listen_for")
        check_number("max_events", options["max_events"], 1, 10_000_000)
        now, seconds = time.time(), options["listen_for"]
        if seconds is not None and options["until"] is not None:
            raise InputError("until: it says when to end, as listen_for does; leave one of them out")
        since, until = read_moment(options["since"], "since", now), read_moment(options["until"], "until", now)
        filters = _filters(options["filters"])
    with node_session(module) as session:
        _snapshot, chosen = session.look()

        def ask(node: Node) -> t.List[Result]:
            client = session.client(node)
            return [_event(node, client, event) for event in _events(client, since, until, now, seconds, filters)]

        outcomes = on_each(chosen.nodes, ask, MOST_FOLLOWED)
    found = sorted((event for each in outcomes for event in each.value or ()), key=lambda event: event["time"])
    left_out = max(0, len(found) - options["max_events"])
    if left_out:
        warn(module, [f"max_events: {left_out} older events are left out"])
    finish(module, outcomes, lambda _node, mine: {"count": len(mine)}, events=found[left_out:], left_out=left_out)


def _events(
    client: EngineClient,
    since: t.Optional[float],
    until: t.Optional[float],
    now: float,
    seconds: t.Optional[float],
    filters: t.Mapping[str, t.Sequence[str]],
) -> t.Iterable[Result]:
    if seconds is None:
        return client.send(events.stream(0.0 if since is None else since, now if until is None else until, filters))
    return objects_for(client, events.stream(since, None, filters), seconds)


def _event(node: Node, client: EngineClient, event: t.Mapping[str, t.Any]) -> Result:
    fields = Fields(client.address, "/events", event)
    actor = fields.within("Actor")
    attributes = dict(actor.map_of_texts("Attributes"))
    return {
        "time": _written(fields.number("timeNano")),
        "node": node.name,
        "address": node.address,
        "type": fields.text("Type"),
        "action": fields.text("Action"),
        "id": actor.text("ID"),
        "name": attributes.get("name", ""),
        "attributes": attributes,
    }


def _written(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{(_FIRST + datetime.timedelta(seconds=seconds)).isoformat()}.{rest:09d}Z"


def _filters(values: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, t.List[str]]:
    """In the Engine API's form.

    :raises InputError: a value is neither a text nor a list of them
    """
    filters = {}
    for name, value in (values or {}).items():
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, (str, int)) for item in items):
            raise InputError(f"filters: the value of '{name}' is {value!r}; write a text or a list of texts")
        filters[str(name)] = [str(item) for item in items]
    return filters


def _check_seconds(options: t.Mapping[str, t.Any], name: str) -> None:
    if options[name] is not None:
        check_number(name, options[name], 0.1, LONGEST_TIME)
