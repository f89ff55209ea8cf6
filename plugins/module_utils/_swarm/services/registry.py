# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which keys an engine's containers have at one moment, as a pure function.

A container is registered while it serves: it runs and is not paused; its own health check says healthy, if it has one,
and the checks of its services have passed, if they have some; and nobody has asked it to stop.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .checks import Check
from .instance import DRAIN_SUFFIX, FACTS_SUFFIX, Instance, read_facts
from .naming import name_container
from .observed import Observed


@dataclass(frozen=True)
class Place:
    """The engine that registers.

    :ivar host: begins the identifiers
    :ivar node: the engine's name
    :ivar advertised: the address under which published ports are reached
    :ivar prefix: of the keys, without slashes around it
    """

    host: str
    node: str
    advertised: str
    prefix: str = "services"

    @property
    def folders(self) -> t.Tuple[str, str]:
        """Where the keys are."""
        return self.prefix, f"{self.prefix}{FACTS_SUFFIX}"

    @property
    def drains(self) -> str:
        """Where plans say which containers of this engine they are about to stop."""
        return f"{self.prefix}{DRAIN_SUFFIX}/{self.node}"

    def is_own(self, path: str, value: str) -> bool:
        """Whether a key is of this engine, whichever process wrote it: by its identifier, or by what its facts say."""
        identifier = path.rpartition("/")[2]
        if identifier.startswith(f"{self.host}:"):
            return True
        facts = read_facts(value) if path.startswith(f"{self.prefix}{FACTS_SUFFIX}/") else {}
        return facts.get("node") == self.node


@dataclass(frozen=True)
class Registered:
    """What is to be registered.

    :ivar instances: by path, all that are known, registered or not
    :ivar serving: those that are registered, in the order of their paths
    :ivar checks: the checks of some of them, which are made whatever came of the last one
    :ivar problems: sentences, each with the container's name
    """

    keys: t.Mapping[str, str]
    instances: t.Mapping[str, Instance]
    checks: t.Mapping[str, Check]
    problems: t.Tuple[str, ...]
    serving: t.Tuple[Instance, ...] = ()


def register(
    place: Place,
    containers: t.Iterable[Observed],
    leaving: t.Container[str],
    passed: t.Callable[[str], bool],
) -> Registered:
    """
    :param leaving: IDs of containers that somebody has asked to stop
    :param passed: whether the check of the instance with this path has passed
    """
    keys: t.Dict[str, str] = {}
    instances: t.Dict[str, Instance] = {}
    checks: t.Dict[str, Check] = {}
    problems: t.List[str] = []
    serving: t.List[Instance] = []
    for each in sorted(containers, key=lambda each: (each.facts.name, each.facts.identifier)):
        if not each.serves or each.facts.identifier in leaving:
            continue
        named = name_container(each.facts, place.host, place.node, place.advertised)
        problems += [f"{each.facts.name}: {problem}" for problem in named.problems]
        for instance, check in named.instances:
            other = instances.setdefault(instance.path, instance)
            if other is not instance:
                problems.append(f"{each.facts.name}: {instance.path} is registered for {other.container} already")
                continue
            # The container's own check, where it has one, is made by its engine.
            if check is not None and each.health is None:
                checks[instance.path] = check
            healthy = each.health == "healthy" if each.health is not None else check is None or passed(instance.path)
            if healthy:
                serving.append(instance)
                keys[f"{place.prefix}/{instance.path}"] = instance.endpoint
                keys[f"{place.prefix}{FACTS_SUFFIX}/{instance.path}"] = instance.facts()
    return Registered(keys, instances, checks, tuple(problems), tuple(sorted(serving, key=lambda each: each.path)))
