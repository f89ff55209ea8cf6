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
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.secrets import Hide, hide_secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineError,
    ExpressionError,
    OperationError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement, PlacementError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.refusals import TOLD_REASONS

from .contents import contents
from .leaving import fail

Result = t.Dict[str, t.Any]

#: Errors whose messages have lines of their own: a pointer at the fault, a table of refusals. All others are one
#: sentence, and a line break in it is part of a name.
_OF_SEVERAL_LINES = (ExpressionError, PlacementError)

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
        "reason": visible(node.reason),
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
        {"name": node.name, "address": node.address, "health": node.health.value, "reason": visible(node.reason)}
        for node in nodes
        if not node.healthy
    ]


def placement_result(placement: Placement, brief: bool = False) -> Result:
    """Where one container goes and why; ``node`` is None where nothing fits. See ``Placement.to_dict`` for the rest.

    :param brief: one of many: only the best of the ranking, and no verdicts and refusals, as those are about every node
    """
    return {
        **placement.to_dict(explain=True, ranked=_SHOWN if brief else None, refused=not brief),
        "refusals": [] if brief else [each.to_dict() for each in placement.refusals_by_reason()[:TOLD_REASONS]],
        "container": placement.request.name,
        "fits": placement.node is not None,
        "node": None if placement.node is None else node_reference(placement.node),
    }


def action_results(actions: t.Iterable[t.Mapping[str, t.Any]]) -> t.List[Result]:
    """The actions with the keys of ``docker_container`` beside ours, for tasks that look for those.

    ``created``, ``started``, ``stopped`` and so on hold the container's ID there; where ours do not know it, its name.
    What ``docker_container`` has no entry for, such as a rename, has no key of its.
    """
    ids: t.Dict[t.Tuple[t.Any, t.Any], t.Any] = {}
    results = []
    for action in actions:
        place = (action.get("node"), action.get("container"))
        if action.get("id"):
            ids[place] = action["id"]
        make = _DOCKER_CONTAINER_KEYS.get(str(action.get("action")))
        theirs = make(action, ids.get(place) or action.get("container")) if make else {}
        results.append({**theirs, **action})
    return results


#: (entry, ID or name) -> keys of docker_container, by our word for it.
_DOCKER_CONTAINER_KEYS: t.Mapping[str, t.Callable[[t.Mapping[str, t.Any], t.Any], Result]] = {
    "pull": lambda action, container: {"pulled_image": action.get("image")},
    "create": lambda action, container: {"created": "Created container"},
    "start": lambda action, container: {"started": container},
    "stop": lambda action, container: {"stopped": container, "timeout": action.get("timeout")},
    "kill": lambda action, container: {"killed": container, "signal": action.get("signal")},
    "restart": lambda action, container: {"restarted": container, "timeout": action.get("timeout")},
    "pause": lambda action, container: {"set_paused": True},
    "unpause": lambda action, container: {"set_paused": False},
    "update": lambda action, container: {"updated": container, "update_parameters": action.get("update_parameters")},
    "connect": lambda action, container: {"added_to_network": action.get("network")},
    "disconnect": lambda action, container: {"removed_from_network": action.get("network")},
    "remove": lambda action, container: {
        "removed": container,
        "volume_state": action.get("volumes"),
        "link": False,
        "force": bool(action.get("force")),
    },
}


#: Return values that are ours or the engine's words. The rest is what engines say of containers, to the letter.
_TOLD = ("msg", "actions", "placements", "placement", "entries")


def without_secrets(values: Result, options: t.Mapping[str, t.Any]) -> Result:
    """Return values in whose words no engine repeats a secret of the options."""
    hide = hide_secrets(options)
    return {name: _hidden(value, hide) if name in _TOLD else value for name, value in values.items()}


def _hidden(value: t.Any, hide: Hide) -> t.Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, t.Mapping):
        return {key: _hidden(item, hide) for key, item in value.items()}
    return [_hidden(item, hide) for item in value] if isinstance(value, (list, tuple)) else value


def failure(error: SwarmError) -> Result:
    """What a failed task returns: ``msg``, and what the kind of error knows besides.

    ``placements`` of a request that fits nowhere, ``actions`` that had been carried out, ``address`` of an engine.
    """
    result: Result = {"msg": visible(error.message, lines=isinstance(error, _OF_SEVERAL_LINES))}
    if isinstance(error, PlacementError):
        result["placements"] = [placement_result(placement) for placement in error.placements[:_SHOWN]]
    if isinstance(error, (OperationError, PlacementError)):
        result["actions"] = action_results(error.actions)
        result["changed"] = any(action.get("changed", True) for action in error.actions)
    if isinstance(error, EngineError):
        result["address"] = error.address
    return result


def fail_from(module: AnsibleModule, error: SwarmError, **more: t.Any) -> t.NoReturn:
    """End the module with ``error``, without the secrets of its task. :param more: further return values"""
    fail(module, **without_secrets({**more, **failure(error)}, module.params))


@contextlib.contextmanager
def translated_errors(module: AnsibleModule) -> t.Iterator[None]:
    """Turn an error of the product into the module's failure. Any other exception keeps its traceback: it is a bug.

    The content of a file that was given in place of its path is shown neither in the failure nor among the options,
    which Ansible returns with it.
    """
    module.no_log_values.update(contents(module.params))
    try:
        yield
    except SwarmError as error:
        fail_from(module, error)
