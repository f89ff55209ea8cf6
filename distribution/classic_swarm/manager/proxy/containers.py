# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Requests for one container, or for one exec in it: its engine answers them."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

from aiohttp import web

from ..errors import BadRequestError, ConflictError, NotFoundError
from ..http.call import Call
from ..state.cluster import Container, Node
from .hijack import take_over
from .one import forward, forward_change, path_on_engine


async def read(call: Call) -> web.StreamResponse:
    """What changes nothing: logs, top, stats, archives."""
    node, container = await _find(call)
    return await forward(call, node, path_on_engine(call, container.id))


async def change(call: Call) -> web.StreamResponse:
    """What changes the container: the state holds the change before the answer ends."""
    node, container = await _find(call)
    return await forward_change(
        call,
        node,
        path_on_engine(call, container.id),
        lambda: call.manager.cluster.refresh_container(node, container.id),
    )


async def wait(call: Call) -> web.StreamResponse:
    """The head of the answer comes at once: clients start the container only then."""
    node, container = await _find(call)
    return await forward(
        call,
        node,
        path_on_engine(call, container.id),
        head_first=True,
        before_end=lambda: call.manager.cluster.refresh_container(node, container.id),
    )


async def rename(call: Call) -> web.StreamResponse:
    """A name is unique in the cluster.

    :raises ConflictError: another container has the name
    """
    _node, container = await _find(call)
    name = call.query.get("name", "").lstrip("/")
    if name:
        try:
            _other_node, other = await call.manager.cluster.find_container(f"/{name}")
        except NotFoundError:
            other = container
        if other.id != container.id and name in [each.lstrip("/") for each in other.names]:
            raise ConflictError(
                f"Conflict: The name {name} is already assigned, to {other.id}. "
                "You have to delete (or rename) that container to be able to assign that name to a container again."
            )
    return await change(call)


async def attach(call: Call) -> web.StreamResponse:
    """A raw stream to and from the container."""
    node, container = await _find(call)
    return await take_over(call, node, path_on_engine(call, container.id))


async def create_exec(call: Call) -> web.StreamResponse:
    """Where the exec runs is remembered.

    :raises BadRequestError: no command
    """
    if not (await call.json_object()).get("Cmd"):
        raise BadRequestError("No exec command specified")
    node, container = await _find(call)
    reply = await node.client.request(
        "POST",
        path_on_engine(call, container.id),
        query=list(call.query.items()),
        data=await call.json(),
        version=call.version,
        check=False,
    )
    if reply.status == 201:
        call.manager.cluster.remember_exec(str(reply.json().get("Id", "")), node, container.id)
    return web.Response(status=reply.status, body=reply.body, content_type="application/json")


async def start_exec(call: Call) -> web.StreamResponse:
    """Carried out once, whether the client asks for an upgrade or not."""
    node = await _find_exec(call)
    return await take_over(call, node, path_on_engine(call, call.values["exec"]))


async def read_exec(call: Call) -> web.StreamResponse:
    """``GET /exec/E/json`` and ``POST /exec/E/resize``."""
    node = await _find_exec(call)
    return await forward(call, node, path_on_engine(call, call.values["exec"]))


async def commit(call: Call) -> web.StreamResponse:
    """``POST /commit?container=``: an image of that container, on its node.

    :raises BadRequestError: no container
    """
    reference = call.query.get("container", "")
    if not reference:
        raise BadRequestError("commit needs the parameter container")
    node, container = await call.manager.cluster.find_container(reference)
    call.noted["container"] = container.id
    call.query["container"] = container.id
    return await forward(call, node, "/commit", before_end=lambda: call.manager.cluster.refresh_images(node))


async def attach_network(call: Call) -> web.StreamResponse:
    """``POST /networks/X/connect`` and ``disconnect``: on the container's node, by the network's ID.

    :raises NotFoundError: no container is named, or there is no such container or network
    """
    wanted = await call.json_object()
    reference = wanted.get("Container")
    if not isinstance(reference, str) or not reference:
        raise NotFoundError("Container is not specified")
    node, container = await call.manager.cluster.find_container(reference)
    call.noted["container"] = container.id
    # A network of one node is known there by its name; NODE/NAME is how the cluster names it.
    prefix, _slash, name = call.values["name"].rpartition("/")
    if prefix not in ("", node.name):
        raise NotFoundError(f"No such network: {call.values['name']} on node {node.name}, which runs the container")
    call.replace_body(json.dumps({**wanted, "Container": container.id}).encode())
    return await forward(
        call,
        node,
        path_on_engine(call, name),
        before_end=lambda: _refresh_network(call, node, container),
    )


async def _refresh_network(call: Call, node: Node, container: Container) -> None:
    await call.manager.cluster.refresh_networks(node)
    await call.manager.cluster.refresh_container(node, container.id)


async def _find(call: Call) -> t.Tuple[Node, Container]:
    node, container = await call.manager.cluster.find_container(call.values["name"])
    call.noted["container"] = container.id
    return node, container


async def _find_exec(call: Call) -> Node:
    node, container_id = await call.manager.cluster.find_exec(quote(call.values["exec"], safe=""))
    call.noted["container"] = container_id
    call.noted["exec"] = call.values["exec"]
    return node
