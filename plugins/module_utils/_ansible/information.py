# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that only ask, from their options to their results."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.queries import (
    ContainerQuery,
    ask_placement,
    inspect_containers,
    is_called,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, take_snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineError,
    EngineNotFoundError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler

from .leaving import succeed, warn
from .results import Result, container_row, node_result, placement_result, translated_errors, unhealthy_result
from .settings import cluster_settings, placement_wishes, scheduling_settings

#: Name of a container that is only thought of and was given none.
_UNNAMED = "container"

#: Of how many containers the answer holds what is about all nodes, unless everything is asked for.
_TOLD_IN_FULL = 10


def container_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_container_info): list containers and end the module."""
    options = module.params
    query = ContainerQuery(
        names=tuple(options["name"] or ()),
        labels=tuple(options["labels"] or ()),
        nodes=tuple(options["node"] or ()),
        states=tuple(options["state"] or ()),
    )
    with translated_errors(module):
        settings = cluster_settings(options, os.environ)
        snapshot = take_snapshot(settings, Needs())
        places = query.select(snapshot.healthy)
        rows = [container_row(node, container) for node, container in places]
        if options["inspect"]:
            for row, inspection in zip(rows, inspect_containers(settings, places)):
                if isinstance(inspection, EngineError):
                    row["inspect"] = None
                    # One that was removed since it was listed is nothing to warn of.
                    if not isinstance(inspection, EngineNotFoundError):
                        warn(module, [f"{row['name']} on {row['node']} could not be inspected: {inspection.message}"])
                else:
                    row["inspect"] = inspection
    warn(module, snapshot.warnings)
    succeed(module, changed=False, exists=bool(rows), containers=rows, unhealthy=unhealthy_result(snapshot.nodes))


def node_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_node_info): list nodes and end the module."""
    names = module.params["name"]
    with translated_errors(module):
        snapshot = take_snapshot(cluster_settings(module.params, os.environ), Needs(foreign=True))
    nodes = [node for node in snapshot.nodes if not names or is_called(node, names)]
    warn(module, snapshot.warnings)
    succeed(
        module,
        changed=False,
        nodes=[node_result(node) for node in sorted(nodes, key=lambda node: (node.name, node.address))],
        total=len(nodes),
        healthy=sum(node.healthy for node in nodes),
        unhealthy=unhealthy_result(nodes),
    )


def placement_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_placement_info): ask the scheduler and end the module."""
    options = module.params
    with translated_errors(module):
        requests, warnings = _requests(options)
        scheduler = Scheduler(scheduling_settings(options))
        settings = cluster_settings(options, os.environ)
        snapshot, placements = ask_placement(settings, scheduler, requests, options["explain"])
    warn(module, [*warnings, *snapshot.warnings])
    refused = [placement for placement in placements if placement.node is None]
    succeed(
        module,
        changed=False,
        fits=not refused,
        placements=[
            placement_answer(placement, brief=number >= _TOLD_IN_FULL and not options["explain"])
            for number, placement in enumerate(placements)
        ],
        msg=f"{len(placements) - len(refused)} of {len(placements)} containers find a node"
        + (f": {refused[0].headline()}\n{refused[0].matrix()}" if refused else ""),
        unhealthy=unhealthy_result(snapshot.nodes),
    )


def placement_answer(placement: Placement, brief: bool) -> Result:
    """Where one container would go and why, with the matrix. :param brief: without what is about all nodes"""
    return {**placement_result(placement, brief), "matrix": "" if brief else placement.matrix()}


def _requests(options: t.Mapping[str, t.Any]) -> t.Tuple[t.List[Request], t.Tuple[str, ...]]:
    """What the scheduler is asked, and warnings about the form of the wishes.

    :raises InputError: an option cannot be right
    """
    wishes = placement_wishes(options)
    config = ContainerConfig.from_options(options)
    name, count = options["name"] or _UNNAMED, options["count"]
    if count is not None and count < 1:
        raise InputError(f"count: {count} is less than 1")
    wanted = Wanted(
        name=name,
        config=config,
        count=count,
        constraints=wishes.constraints,
        affinities=wishes.affinities,
        whitelist=wishes.whitelist,
        spread_over=wishes.spread_over,
    )
    return [wanted.request(member) for member in wanted.members()], wishes.warnings
