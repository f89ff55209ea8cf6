# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One question to many engines at once, and their answers as one."""

from __future__ import annotations

import asyncio
import typing as t

from ..._swarm.errors import EngineError, SwarmError
from ..engines.client import Query, Reply
from ..errors import ManagerError, UnhealthyError
from ..http.call import Call
from ..state.cluster import Node


class Outcome(t.NamedTuple):
    """What one engine did. :ivar reply: None where it could not be asked. :ivar problem: in words, empty for none"""

    node: Node
    reply: t.Optional[Reply]
    problem: str


def healthy_nodes(call: Call) -> t.List[Node]:
    """Every node that can be asked.

    :raises UnhealthyError: there is none
    """
    nodes = call.manager.cluster.healthy_nodes
    if not nodes:
        raise UnhealthyError("No healthy node available in the cluster")
    return nodes


async def ask_all(
    call: Call,
    nodes: t.Sequence[Node],
    path: t.Callable[[Node], str],
    data: t.Any = None,
    query: t.Optional[Query] = None,
) -> t.List[Outcome]:
    """Ask the nodes side by side what the client asked.

    :param path: on a node's engine, quoted
    :param query: in place of the client's
    """
    asked = list(call.query.items()) if query is None else query

    async def ask(node: Node) -> Outcome:
        try:
            reply = await node.client.request(
                call.request.method, path(node), query=asked, data=data, version=call.version, check=False
            )
        except EngineError as error:
            return Outcome(node, None, error.message)
        return Outcome(node, reply, "" if reply.status < 400 else words_of(reply))

    call.noted["node"] = ",".join(node.name for node in nodes)
    return list(await asyncio.gather(*map(ask, nodes)))


def words_of(reply: Reply) -> str:
    """What an engine says of its refusal."""
    try:
        content = reply.json()
    except SwarmError:
        content = None
    message = content.get("message") if isinstance(content, dict) else None
    return str(message) if message else f"status {reply.status}"


def raise_problems(outcomes: t.Sequence[Outcome]) -> None:
    """:raises ManagerError: one line for each node that did not do it, with its status where all agree on one"""
    failed = [outcome for outcome in outcomes if outcome.problem]
    if not failed:
        return
    statuses = {outcome.reply.status if outcome.reply is not None else 500 for outcome in failed}
    error = ManagerError("\n".join(f"{outcome.node.name or outcome.node.key}: {outcome.problem}" for outcome in failed))
    error.status = statuses.pop() if len(statuses) == 1 and len(failed) == len(outcomes) else 500
    raise error


def merge(replies: t.Iterable[t.Any]) -> t.Any:
    """Answers of one form as one: lists are joined, numbers added, objects merged; of other values the first is it."""
    whole: t.Any = None
    for reply in replies:
        whole = _merge(whole, reply)
    return whole


def _merge(one: t.Any, other: t.Any) -> t.Any:
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merge(one.get(key), other.get(key)) for key in {**one, **other}}
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return one + other
    return one
