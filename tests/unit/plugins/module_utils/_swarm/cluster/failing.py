# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of each kind on two engines, n1 and n2, and faults that are put into one of their steps."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import SwarmError

from tests.unit.memory_engine import MemoryEngine
from tests.unit.memory_view import MemoryCluster
from tests.unit.tasks import wanted

#: Statuses, and ways not to answer: ``before``: not carried out; ``after``: carried out, and the answer is lost;
#: ``dies``: the engine does not answer from then on.
FAULTS = ("500", "400", "404", "409", "before", "after", "dies before", "dies after")

#: A short ID, as engines in memory give them.
_NEW = re.compile("[0-9a-f]{6}000000")

Prepared = t.Tuple[MemoryCluster, Wanted]


def two_engines(**more: t.Any) -> MemoryCluster:
    return MemoryCluster(
        MemoryEngine("n1", labels={"zone": "a"}, registry=["web:1"], networks=["net"], **more),
        MemoryEngine("n2", labels={"zone": "b"}, registry=["web:1"], networks=["net"], **more),
    )


def with_web(**fields: t.Any) -> MemoryCluster:
    """Two engines, the first of which has the container web already."""
    cluster = two_engines()
    cluster.run(wanted(**fields))
    return cluster


def _create() -> Prepared:
    return two_engines(), wanted()


def _pull() -> Prepared:
    return two_engines(images=()), wanted()


def _recreate() -> Prepared:
    return with_web(), wanted(options={"hostname": "other"})


def _relocate() -> Prepared:
    return with_web(), wanted(constraints=["zone==b"], relocate="when_needed")


def _change() -> Prepared:
    cluster = with_web(options={"memory": "1G"})
    cluster["n1"].stop_container("web")
    networks = [{"name": "bridge"}, {"name": "net"}]
    return cluster, wanted(options={"memory": "2G", "networks": networks, "networks_cli_compatible": False})


def _remove() -> Prepared:
    return with_web(), wanted(state="absent")


def _stop() -> Prepared:
    return with_web(), wanted(state="stopped")


#: Kind of plan -> what prepares it, and its steps as ``engine kind number``.
PLANS: dict[str, tuple[t.Callable[[], Prepared], tuple[str, ...]]] = {
    "create": (_create, ("n1 create 1", "n1 start 1")),
    "pull and create": (_pull, ("n1 pull 1", "n1 create 1", "n1 start 1")),
    "recreate": (
        _recreate,
        ("n1 create 1", "n1 rename 1", "n1 rename 2", "n1 stop 1", "n1 start 1", "n1 remove 1"),
    ),
    "relocate": (_relocate, ("n2 create 1", "n2 start 1", "n1 stop 1", "n1 remove 1", "n2 rename 1")),
    "change": (_change, ("n1 update 1", "n1 connect 1", "n1 start 1")),
    "remove": (_remove, ("n1 stop 1", "n1 remove 1")),
    "stop": (_stop, ("n1 stop 1",)),
}


def put_fault(cluster: MemoryCluster, step: str, fault: str) -> None:
    name, kind, number = step.split()
    engine = cluster[name]
    if fault.isdigit():
        engine.refuse(kind, int(fault), nth=int(number))
    else:
        done = "after" in fault
        engine.lose(kind, done=done, arrived=done, stays="dies" in fault, nth=int(number))


def outcome(cluster: MemoryCluster, task: Wanted) -> dict[str, t.Any]:
    """What a task leaves on the engines, and what it says. IDs are shown as OLD where they were there before."""
    before = {record.id for engine in cluster.engines for record in engine.records}
    error = ""
    try:
        cluster.run(task)
    except SwarmError as raised:
        error = f"{type(raised).__name__}: {raised}"
    told = {"error": error, "warnings": list(cluster.result.warnings)}
    return {
        "engines": cluster.lines,
        "actions": cluster.acts,
        **_with_words_for_ids(told, before),
        "changed": cluster.result.changed,
    }


def _with_words_for_ids(told: dict[str, t.Any], before: set[str]) -> dict[str, t.Any]:
    old = {identity[:12] for identity in before}

    def shown(text: str) -> str:
        for identity in old:
            text = text.replace(identity, "OLD")
        return _NEW.sub("NEW", text)

    return {"error": shown(told["error"]), "warnings": list(map(shown, told["warnings"]))}
