# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Builds, and the sessions that belong to them: all of one client's go to one node while any is open."""

from __future__ import annotations

import asyncio
import json
import typing as t

from aiohttp import web

from ..._swarm.expression import Expression, parse_expressions
from ..errors import BadRequestError, UnhealthyError
from ..http.call import Call
from ..state.cluster import Node
from .hijack import take_over
from .one import forward

#: The original's: where a build runs, among its arguments.
_PLACING = ("constraint:", "affinity:")


async def build(call: Call) -> web.StreamResponse:
    """``POST /build``: on the client's node, or where its arguments ``constraint:`` say.

    :raises BadRequestError: the arguments are not what they should be
    :raises UnhealthyError: no healthy node meets the constraints
    """
    constraints = _take_constraints(call)
    node = await _node_for_build(call, constraints)
    with call.manager.builders.held(_client(call), node.key):
        return await forward(call, node, "/build", before_end=lambda: call.manager.cluster.refresh_images(node))


async def session(call: Call) -> web.StreamResponse:
    """``POST /session`` and ``/grpc``: raw streams to the node of this client's builds."""
    node = await _node_for_build(call, ())
    with call.manager.builders.held(_client(call), node.key):
        try:
            return await take_over(call, node, call.route.path)
        finally:
            # Older engines tell of no event when BuildKit made an image.
            await asyncio.shield(call.manager.cluster.refresh_images(node))


async def cancel(call: Call) -> web.StreamResponse:
    """``POST /build/cancel``: on the client's node.

    :raises BadRequestError: no build is named
    """
    if not call.query.get("id"):
        raise BadRequestError("build ID not provided")
    return await forward(call, await _node_for_build(call, ()), "/build/cancel")


def _client(call: Call) -> str:
    return f"{call.subject.name} {call.subject.address}"


async def _node_for_build(call: Call, constraints: t.Sequence[Expression]) -> Node:
    nodes = call.manager.cluster.healthy_nodes
    kept = call.manager.builders.node_of(_client(call))
    for node in nodes:
        if node.key == kept and not constraints:
            return node
    if not constraints:
        return await call.manager.cluster.choose_node()
    fitting = [node for node in nodes if all(_meets(node, each) for each in constraints if not each.soft)]
    preferred = [node for node in fitting if all(_meets(node, each) for each in constraints)]
    if not fitting:
        wanted = ", ".join(map(str, constraints))
        raise UnhealthyError(f"Unable to find a node that satisfies the following conditions: {wanted}")
    return (preferred or fitting)[0]


def _meets(node: Node, constraint: Expression) -> bool:
    if constraint.key == "node":
        return constraint.matches((node.name, node.engine_id))
    return constraint.matches([node.labels[constraint.key]] if constraint.key in node.labels else [])


def _take_constraints(call: Call) -> t.Sequence[Expression]:
    """The constraints among the build's arguments, which the engine is not told."""
    text = call.query.get("buildargs")
    if not text:
        return ()
    try:
        arguments = json.loads(text)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise BadRequestError("buildargs must be an object in JSON")
    placing = {key: value for key, value in arguments.items() if key.startswith(_PLACING)}
    if not placing:
        return ()
    left = {key: value for key, value in arguments.items() if key not in placing}
    call.query["buildargs"] = json.dumps(left)
    texts = [
        # On the command line constraint:zone==a is the name constraint:zone and the value =a.
        f"{key.partition(':')[2]}={value}" if value else key.partition(":")[2]
        for key, value in placing.items()
        if key.startswith("constraint:")
    ]
    return parse_expressions(texts, "buildargs")
