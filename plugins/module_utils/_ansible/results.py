# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the product's values to what modules return, and from its errors to failures.

All modules return the same shapes. They hold plain values only, so that they pass through JSON unchanged.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineError,
    OperationError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement, PlacementError

Result = t.Dict[str, t.Any]

#: Of what can be as many as there are nodes or containers, so many are returned where they are not asked for.
_SHOWN = 10


def node_result(node: Node) -> Result:
    """A node with its capacity and what is taken of it.

    ``memory`` is in bytes. ``reserved`` sums up containers of every state; ``containers.running`` also holds paused and
    restarting ones.
    """
    reserved = sum((container.reservation for container in node.containers), Reservation())
    return {
        "name": node.name,
        "address": node.address,
        "id": node.id,
        "labels": dict(node.labels),
        "health": node.health.value,
        "reason": node.reason,
        "version": node.version,
        "api_version": node.api_version,
        "cpus": node.cpus,
        "memory": node.memory,
        "reserved": {"memory": reserved.memory, "cpus": round(reserved.cpus, 3)},
        "containers": {
            "total": len(node.containers),
            "running": sum(container.running for container in node.containers),
        },
    }


def node_reference(node: Node) -> Result:
    """A node where the result only has to say which one it is: ``name``, ``address``, ``id`` and ``labels``."""
    return {"name": node.name, "address": node.address, "id": node.id, "labels": dict(node.labels)}


def container_row(node: Node, container: Container) -> Result:
    """A container as a line of ``docker ps -a`` over the cluster; ``created`` is in seconds since the epoch."""
    return {
        "name": container.name,
        "id": container.id,
        "image": container.image,
        "node": node.name,
        "address": node.address,
        "ports": list(container.bindings),
        "state": container.state,
        "status": container.status,
        "labels": dict(container.labels),
        "created": int(container.created),
    }


def unhealthy_result(nodes: t.Iterable[Node]) -> t.List[Result]:
    """The nodes that could not be asked: ``name``, ``address``, ``health`` and ``reason``."""
    return [
        {"name": node.name, "address": node.address, "health": node.health.value, "reason": node.reason}
        for node in nodes
        if not node.healthy
    ]


def placement_result(placement: Placement, brief: bool = False) -> Result:
    """Where one container goes and why; ``node`` is None where nothing fits. See ``Placement.to_dict`` for the rest.

    :param brief: one of many: only the best of the ranking, and no verdicts, as each of them is about every node
    """
    return {
        **placement.to_dict(explain=True, ranked=_SHOWN if brief else None, refused=not brief),
        "container": placement.request.name,
        "fits": placement.node is not None,
        "node": None if placement.node is None else node_reference(placement.node),
    }


def failure(error: SwarmError) -> Result:
    """What a failed task returns: ``msg``, and what the kind of error knows besides.

    ``placements`` of a request that fits nowhere, ``actions`` that had been carried out, ``address`` of an engine.
    """
    result: Result = {"msg": error.message}
    if isinstance(error, PlacementError):
        result["placements"] = [placement_result(placement) for placement in error.placements[:_SHOWN]]
    if isinstance(error, (OperationError, PlacementError)):
        result["actions"] = [dict(action) for action in error.actions]
        result["changed"] = any(action.get("changed", True) for action in error.actions)
    if isinstance(error, EngineError):
        result["address"] = error.address
    return result


def fail_from(module: AnsibleModule, error: SwarmError, **more: t.Any) -> t.NoReturn:
    """End the module with ``error``. :param more: further return values"""
    module.fail_json(**{**more, **failure(error)})


@contextlib.contextmanager
def translated_errors(module: AnsibleModule) -> t.Iterator[None]:
    """Turn an error of the product into the module's failure. Any other exception keeps its traceback: it is a bug."""
    try:
        yield
    except SwarmError as error:
        fail_from(module, error)
