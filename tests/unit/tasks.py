# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks, and containers that they find, for tests of plans: short to write, complete where a test does not care."""

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import Confirm
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.plan import Plan
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.planner import Planner
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.survey import Existing, Survey
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member, Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

IMAGE = {"Id": "sha256:" + "1" * 64, "Config": {}}


def wanted(name: str = "web", options: dict | None = None, **fields) -> Wanted:
    """A task; ``options`` are the container's own, and ``image`` is ``web:1`` if they do not say otherwise."""
    for key in ("constraints", "affinities"):
        fields[key] = parse_expressions(fields.pop(key, ()), key)
    config = ContainerConfig.from_options({"image": "web:1", **(options or {})})
    return Wanted(name=name, config=config, **fields)


def inspected(state: str = "running", config: dict | None = None, host_config: dict | None = None) -> dict:
    """An inspect reply as far as a plan reads it."""
    running = state in ("running", "paused")
    return {
        "Image": IMAGE["Id"],
        "State": {"Status": state, "Running": running, "Paused": state == "paused"},
        "Config": {"Image": "web:1", **(config or {})},
        "HostConfig": host_config or {},
        "NetworkSettings": {"Networks": {"bridge": {}}},
    }


def found(home: Node, container: Container, inspect: dict | None = None) -> Existing:
    """A container of the task that is there."""
    return Existing(
        Member(container.name), home, container.id, inspect or inspected(), IMAGE, IMAGE, api_version=(1, 41)
    )


def plan(task: Wanted, nodes: list[Node], existing: tuple[Existing, ...] = (), **more) -> Plan:
    """The plan of a task over a cluster in which ``existing`` are there."""
    survey = Survey(
        existing={each.member.name: each for each in existing},
        unfinished=more.pop("unfinished", {}),
        surplus=more.pop("surplus", ()),
        actions=(),
    )
    scheduler = Scheduler(SchedulingSettings(**more))
    return Planner(Batch.of(task), scheduler).plan(nodes, survey, task.members())


def verbs(made: Plan) -> list[str]:
    """What the plan does, in order: ``stop web on n1`` each."""
    pulls = {step.id: step.operation for step in made.pulls}
    told = []
    for member in made.all:
        for step in member.steps:
            told += [pulls[before] for before in step.after if before in pulls]
            told += [] if isinstance(step.operation, Confirm) else [step.operation]
    return [f"{each.verb} {each.name} on {each.node.name}" for each in told]
