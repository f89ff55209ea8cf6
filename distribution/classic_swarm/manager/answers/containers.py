# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers from the state: the list, and one of them."""

from __future__ import annotations

import asyncio
import time
import typing as t

from aiohttp import web

from ..._swarm.errors import EngineError
from ..errors import BadRequestError
from ..http.call import Call
from ..state.cluster import Node
from ..state.container import Container
from ..state.host import Host
from ..state.listing import Variant, is_shown
from .filters import read_filters
from .matching import FILTERS, REACH_FURTHER, look_up, tests_of


async def listing(call: Call) -> web.StreamResponse:
    """``GET /containers/json``, the newest first.

    :raises BadRequestError: a filter that is unknown, or a value that cannot be right
    :raises NotFoundError: there is no container where the list is to begin or to end
    """
    filters = read_filters(call, FILTERS)
    limit = _limit(call)
    everything = call.flag("all") or limit > 0 or not REACH_FURTHER.isdisjoint(filters)
    everything = everything or any(name in call.query for name in ("before", "since"))
    variant = Variant(wants_plain_names(call), everything)
    cluster = call.manager.cluster
    now = time.time()
    if not filters and not limit and not call.flag("size") and "before" not in call.query and "since" not in call.query:
        return await _send(call, cluster.containers.listing.chunks(variant, now))
    tests = tests_of(filters, cluster)
    if "before" in call.query:
        before = look_up(cluster, call.query["before"]).order
        tests.append(lambda container: container.order < before)
    if "since" in call.query:
        since = look_up(cluster, call.query["since"]).order
        tests.append(lambda container: container.order > since)
    found: t.List[Container] = []
    for container in cluster.containers.listing.newest_first():
        if is_shown(container, everything) and all(test(container) for test in tests):
            found.append(container)
            if len(found) == limit:
                break
    if call.flag("size"):
        return await _with_sizes(call, found, variant, now)
    return await _send(call, [f"[{','.join(each.text(variant.both, now)[0] for each in found)}]\n".encode()])


async def inspection(call: Call) -> web.StreamResponse:
    """``GET /containers/X/json``: asked of the engine, with its node."""
    node, container = await call.manager.cluster.find_container(call.values["name"])
    call.noted["node"], call.noted["container"] = node.name, container.id
    reply = await node.client.request(
        "GET", f"/containers/{container.id}/json", query=list(call.query.items()), version=call.version
    )
    record = reply.json()
    record["Node"] = described(node)
    settings = record.get("NetworkSettings")
    ports = settings.get("Ports") if isinstance(settings, dict) else None
    for bindings in (ports or {}).values():
        for binding in bindings or ():
            if binding.get("HostIp") in ("", "0.0.0.0", "::"):
                binding["HostIp"] = node.ip
    if isinstance(ports, dict):
        # bound on every address of both families: reached at the one of the node
        settings["Ports"] = {port: _once(bindings) for port, bindings in ports.items()}
    return call.json_response(record)


def described(node: Node) -> t.Dict[str, t.Any]:
    """A node as the inspection of its containers shows it."""
    return {
        "ID": node.engine_id,
        "IP": node.ip,
        "Addr": node.key,
        "Name": node.name,
        "Cpus": node.facts.cpus,
        "Memory": node.facts.memory,
        "Labels": dict(node.labels),
    }


def _once(bindings: t.Any) -> t.Any:
    if not isinstance(bindings, list):
        return bindings
    return [each for number, each in enumerate(bindings) if each not in bindings[:number]]


def wants_plain_names(call: Call) -> bool:
    """The docker CLI prints a name of one part if there is one, and would not show the node."""
    return not call.request.headers.get("User-Agent", "").startswith("Docker-Client/")


def _limit(call: Call) -> int:
    text = call.query.get("limit", "").strip()
    try:
        return max(0, int(text)) if text else 0
    except ValueError:
        raise BadRequestError(f"limit is '{text}'; it must be a number") from None


async def _send(call: Call, pieces: t.Sequence[bytes]) -> web.StreamResponse:
    if len(pieces) < 4:
        return web.Response(body=b"".join(pieces), content_type="application/json")
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = sum(map(len, pieces))
    await response.prepare(call.request)
    for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def _with_sizes(call: Call, found: t.Sequence[Container], variant: Variant, now: float) -> web.StreamResponse:
    """Engines measure what containers take of their disks when they are asked."""
    nodes = {container.node.key: container.node for container in found if container.node.healthy}
    sizes: t.Dict[str, t.Dict[str, t.Any]] = {}

    async def ask(node: Host) -> None:
        try:
            reply = await node.client.request("GET", "/containers/json", query=[("all", "1"), ("size", "1")])
        except EngineError as error:
            call.manager.log(f"{node.name}: {error.message}")
            return
        for each in reply.json():
            sizes[each["Id"]] = {key: each[key] for key in ("SizeRw", "SizeRootFs") if key in each}

    await asyncio.gather(*map(ask, nodes.values()))
    shown = []
    for container in found:
        sentence = container.status.at(now)[0] if container.node.healthy else "Host Down"
        shown.append(
            {
                **container.entry(),
                "Names": container.shown_names(variant.both),
                "Status": sentence,
                **sizes.get(container.id, {}),
            }
        )
    return call.json_response(shown)
