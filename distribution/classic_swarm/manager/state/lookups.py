# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Looking things up on nodes: in what is known of them, or by asking their engines."""

from __future__ import annotations

import asyncio
import json
import typing as t

from ..._swarm.errors import EngineError, EngineResponseError
from ..._swarm.model.image import reference_names
from ..engines.client import EngineClient
from ..errors import NotFoundError
from .node import Node

#: Characters of an image's ID at least, for one that is meant by its beginning.
_SHORTEST_ID = 3


def objects(listed: t.Any) -> t.List[t.Dict[str, t.Any]]:
    """The objects of a list; an engine may write null for an empty one."""
    return [each for each in listed or () if isinstance(each, dict)]


async def list_containers(client: EngineClient, identities: t.Sequence[str]) -> t.List[t.Any]:
    """The entries of some containers.

    :raises EngineError: from the engine
    """
    filters = json.dumps({"id": list(identities)}, separators=(",", ":"))
    listed = (await client.request("GET", "/containers/json", query=[("all", "1"), ("filters", filters)])).json()
    if not isinstance(listed, list):
        said = "sent an unexpected reply when asked for its containers; is it a Docker engine?"
        raise EngineResponseError(client.address, 200, f"{client.address} {said}")
    return listed


async def find_exec(nodes: t.Sequence[Node], exec_id: str) -> t.Optional[t.Tuple[Node, str]]:
    """The node that knows an exec, and the exec's container; all are asked side by side."""

    async def ask(node: Node) -> t.Optional[t.Tuple[Node, str]]:
        try:
            reply = await node.client.request("GET", f"/exec/{exec_id}/json", seconds=5.0, check=False)
            return (node, str(reply.json().get("ContainerID", ""))) if reply.status == 200 else None
        except EngineError:
            return None

    return next((found for found in await asyncio.gather(*map(ask, nodes)) if found is not None), None)


def has_image(node: Node, reference: str) -> bool:
    """Whether a node has the image of this name, ID or beginning of an ID."""
    names = reference_names(reference)
    wanted = reference if ":" in reference.rpartition("/")[2] or "@" in reference else f"{reference}:latest"
    bare = reference[len("sha256:") :] if reference.startswith("sha256:") else reference
    for image in node.image_models:
        if wanted in image.tags or reference in image.digests or image.id in names:
            return True
        if len(bare) >= _SHORTEST_ID and image.id[len("sha256:") :].startswith(bare):
            return True
    return False


def find_network(nodes: t.Sequence[Node], reference: str) -> t.Tuple[Node, str]:
    """A node that has a network, and its ID: by ID, beginning of an ID, name, or ``NODE/name``.

    :raises NotFoundError: there is none, or there are several that differ
    """
    prefix, _slash, name = reference.lstrip("/").rpartition("/")
    ranks: t.List[t.Dict[str, Node]] = [{}, {}, {}]
    for node in nodes:
        if prefix not in ("", node.name, node.engine_id):
            continue
        for network in node.networks:
            identity = str(network.get("Id", ""))
            fits = (identity == name, network.get("Name") == name, len(name) >= 2 and identity.startswith(name))
            for rank, fit in zip(ranks, fits):
                if fit:
                    rank.setdefault(identity, node)
    for rank in ranks:
        if len(rank) == 1:
            return next((node, identity) for identity, node in rank.items())
        if rank:
            places = sorted(f"{node.name}/{name}" for node in rank.values())
            raise NotFoundError(
                f"No such network: {reference}: {len(places)} nodes have one: {', '.join(places[:5])}"
                f"{', ...' if len(places) > 5 else ''}; write one of these"
            )
    raise NotFoundError(f"No such network: {reference}")


def volume_nodes(nodes: t.Sequence[Node], reference: str) -> t.List[t.Tuple[Node, str]]:
    """The nodes where ``name`` or ``NODE/name`` is a volume, with its name there."""
    prefix, _slash, name = reference.lstrip("/").rpartition("/")
    return [
        (node, name)
        for node in nodes
        if prefix in ("", node.name, node.engine_id) and any(each.get("Name") == name for each in node.volumes)
    ]
