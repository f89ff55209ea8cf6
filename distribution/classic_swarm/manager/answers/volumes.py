# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Volumes from the state: the list, and one of them."""

from __future__ import annotations

import typing as t

from aiohttp import web

from ..errors import NotFoundError
from ..http.call import Call
from ..state.cluster import Node
from .containers import wants_plain_names
from .filters import flag_of, has_labels, read_filters

_FILTERS = frozenset(("dangling", "driver", "label", "name", "node"))


async def listing(call: Call) -> web.StreamResponse:
    """``GET /volumes``: one of a single node under ``NODE/name``.

    :raises BadRequestError: a filter that is unknown or cannot be right
    """
    filters = read_filters(call, _FILTERS)
    dangling = flag_of(filters, "dangling")
    seen: t.Set[str] = set()
    found = []
    plain = wants_plain_names(call)
    for node in call.manager.cluster.healthy_nodes:
        if "node" in filters and node.name not in filters["node"] and node.engine_id not in filters["node"]:
            continue
        for volume in node.volumes:
            name, driver = str(volume.get("Name", "")), str(volume.get("Driver", "local"))
            local = volume.get("Scope", "local") == "local"
            # Programs look for the very name that they gave; the docker CLI shows people where it is.
            shown = f"{node.name}/{name}" if local and not plain else name
            if shown in seen:
                continue
            if "name" in filters and not any(value in shown for value in filters["name"]):
                continue
            if "driver" in filters and driver not in filters["driver"]:
                continue
            if not has_labels(volume.get("Labels") or {}, filters.get("label", ())):
                continue
            if dangling is not None and is_used(node, name) is dangling:
                continue
            seen.add(shown)
            found.append({**volume, "Name": shown})
    return call.json_response({"Volumes": found, "Warnings": []})


def is_used(node: Node, name: str) -> bool:
    """Whether a container of the node has the volume."""
    return any(
        f'"Name":"{name}"' in container.rest
        and any(mount.get("Name") == name for mount in container.entry().get("Mounts") or ())
        for container in node.containers.values()
    )


async def inspection(call: Call) -> web.StreamResponse:
    """``GET /volumes/X``: by ``NODE/name``, or by a name that one node has, or that is of no node alone.

    :raises NotFoundError: there is none, or several that differ
    """
    reference = call.values["name"]
    found = await call.manager.cluster.volume_nodes(reference)
    if not found:
        raise NotFoundError(f"No such volume: {reference}")
    wide = [(node, name) for node, name in found if _volume(node, name).get("Scope", "local") != "local"]
    if len(found) > 1 and not wide:
        places = [f"{node.name}/{name}" for node, name in found]
        raise NotFoundError(
            f"No such volume: {reference}: {len(places)} nodes have one: {', '.join(places[:5])}"
            f"{', ...' if len(places) > 5 else ''}; write one of these"
        )
    node, name = (wide or found)[0]
    shown = f"{node.name}/{name}" if not wide and "/" in reference else name
    return call.json_response({**_volume(node, name), "Name": shown})


def _volume(node: Node, name: str) -> t.Dict[str, t.Any]:
    return next(each for each in node.volumes if each.get("Name") == name)
