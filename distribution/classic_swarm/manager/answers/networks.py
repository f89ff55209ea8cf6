# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks from the state: the list, and one of them with its containers on all nodes."""

from __future__ import annotations

import asyncio
import typing as t
from collections import Counter
from urllib.parse import quote

from aiohttp import web

from ..._swarm.errors import EngineError
from ..errors import NotFoundError
from ..http.call import Call
from ..state.cluster import Node
from .containers import wants_plain_names
from .filters import flag_of, has_labels, read_filters

_FILTERS = frozenset(("dangling", "driver", "id", "label", "name", "node", "scope", "type"))
_BUILT_IN = frozenset(("bridge", "host", "none"))


async def listing(call: Call) -> web.StreamResponse:
    """``GET /networks``: one of a single node under ``NODE/name``, one of many nodes once.

    :raises BadRequestError: a filter that is unknown or cannot be right
    """
    filters = read_filters(call, _FILTERS)
    dangling = flag_of(filters, "dangling")
    seen: t.Set[str] = set()
    found = []
    plain = wants_plain_names(call)
    bearers = Counter(
        str(network.get("Name")) for node in call.manager.cluster.healthy_nodes for network in node.networks
    )
    for node in call.manager.cluster.healthy_nodes:
        for network in node.networks:
            identity, name = str(network.get("Id", "")), str(network.get("Name", ""))
            local = network.get("Scope", "local") == "local"
            if identity in seen and not local:
                continue
            # Programs look for the very name that they gave; the docker CLI shows people where it is.
            shown = f"{node.name}/{name}" if local and not (plain and bearers[name] == 1) else name
            kind = "builtin" if name in _BUILT_IN else "custom"
            tests = (
                ("name", lambda value, shown=shown: value in shown),
                ("id", lambda value, identity=identity: identity.startswith(value)),
                ("driver", lambda value, network=network: network.get("Driver") == value),
                ("scope", lambda value, network=network: network.get("Scope") == value),
                ("type", lambda value, kind=kind: kind == value),
                ("node", lambda value, node=node: value in (node.name, node.engine_id)),
            )
            if any(name in filters and not any(map(test, filters[name])) for name, test in tests):
                continue
            if not has_labels(network.get("Labels") or {}, filters.get("label", ())):
                continue
            if dangling is not None and (kind == "custom" and not _is_used(node, name)) is not dangling:
                continue
            seen.add(identity)
            found.append({**network, "Name": shown})
    return call.json_response(found)


def _is_used(node: Node, name: str) -> bool:
    return any(f'"{name}":' in container.rest for container in node.containers.values())


async def inspection(call: Call) -> web.StreamResponse:
    """``GET /networks/X``: asked of the engines that have it, their endpoints joined.

    :raises NotFoundError: there is none, or several that differ
    """
    cluster = call.manager.cluster
    node, identity = await cluster.find_network(call.values["name"])
    having = [
        other for other in cluster.healthy_nodes if any(each.get("Id") == identity for each in other.networks)
    ] or [node]

    async def ask(other: Node) -> t.Optional[t.Dict[str, t.Any]]:
        try:
            reply = await other.client.request(
                "GET", f"/networks/{quote(identity, safe='')}", query=list(call.query.items()), version=call.version
            )
        except EngineError:
            return None
        value = reply.json()
        return value if isinstance(value, dict) else None

    records = [record for record in await asyncio.gather(*map(ask, having)) if record is not None]
    if not records:
        raise NotFoundError(f"No such network: {call.values['name']}")
    first = records[0]
    containers = {key: value for record in records for key, value in (record.get("Containers") or {}).items()}
    name = str(first.get("Name", ""))
    # who asked for it by its plain name looks for that name in the answer
    if first.get("Scope") == "local" and "/" in call.values["name"]:
        name = f"{node.name}/{name}"
    return call.json_response({**first, "Name": name, "Containers": containers})
