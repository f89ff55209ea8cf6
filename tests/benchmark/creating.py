# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating on simulated engines: a batch of a thousand, and single tasks as ansible-playbook runs them.

What a task costs stands beside community.docker.docker_container on one engine of the same cluster: it does the same to
the container, and knows of no other engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .common import SIMULATOR, Chart, Figure, Quoted, Result
from .playbook import Task, play
from .simulator.process import SimulatedCluster
from .worker import Measured, measure

_CLASSIC = "Classic Swarm 1.2.9 on two cores, 1,000 simulated engines with 50 containers each, always running"
_QUOTED = (
    Quoted("Classic Swarm", "containers/s", 3.5, _CLASSIC),
    Quoted("Classic Swarm, with wishes", "containers/s", 2.7, f"{_CLASSIC}: a constraint, an affinity and a port"),
)
_SINGLE, _MIDDLE = 3, 100

#: Name -> options of the container, and wishes.
_BATCHES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "batch": ({}, {}),
    "batch, with wishes": (
        {"published_ports": ["8080:80"]},
        {"constraints": ["zone!=mars"], "affinities": ["com.example.team==red"]},
    ),
    "batch, with wishes and memory": (
        {"published_ports": ["8080:80"], "memory": "64M"},
        {"constraints": ["zone!=mars"], "affinities": ["com.example.team==red"]},
    ),
}

#: How many unlike entries a mixed batch has, and name -> whether they reserve memory.
_KINDS = 30
_MIXED: Mapping[str, bool] = {
    "mixed batch, with wishes": False,
    "mixed batch, with wishes and memory": True,
}


def run(small: bool) -> Result:
    """Every figure of this part."""
    engines, repeats = (10, 1) if small else (1000, 5)
    sizes = (2,) if small else (_SINGLE, _MIDDLE, engines)
    figures: list[Figure] = []
    for size in sizes:
        with SimulatedCluster(size) as cluster:
            if size == sizes[-1]:
                figures += [each for name in _BATCHES for each in _batch(cluster, name, min(repeats, 3))]
                figures += [each for name in _MIXED for each in _mixed(cluster, name, min(repeats, 3))]
            cluster.reset()
            figures += _tasks(cluster, repeats, last=size == sizes[-1])
    charts = (
        Chart("benchmark-creating", "Containers created and started, snapshot included",
              ("Classic Swarm", "Classic Swarm, with wishes", *_BATCHES, *_MIXED), logarithmic=True),
        Chart("benchmark-task", "One task, as ansible-playbook runs it",
              tuple(figure.name for figure in figures if figure.unit == "s" and figure.name.endswith("nothing"))),
    )  # fmt: skip
    return Result("creating", tuple(figures), _QUOTED, charts=charts)


def _batch(cluster: SimulatedCluster, name: str, repeats: int) -> list[Figure]:
    options, wishes = _BATCHES[name]
    wish = {"options": dict(options), "wishes": dict(wishes)}
    return _creating(cluster, name, "batch", cluster.engines, repeats, 100.0, **wish)


def _mixed(cluster: SimulatedCluster, name: str, repeats: int) -> list[Figure]:
    """Unlike containers in one task, placed jointly."""
    kinds = min(_KINDS, cluster.engines)
    count = cluster.engines // kinds * kinds
    wish = {"kinds": kinds, "reserve": _MIXED[name]}
    return _creating(cluster, name, "mixed", count, repeats, 300.0, **wish)


def _creating(
    cluster: SimulatedCluster, name: str, do: str, count: int, repeats: int, goal: float, **wish: Any
) -> list[Figure]:
    runs = [measure(cluster, do, count=count, **wish) for _time in range(repeats)]
    if any(each.more["started"] != count for each in runs):
        raise RuntimeError("not all containers were started")
    return [
        Figure(name, "containers/s", tuple(count / each.wall for each in runs), "more", goal=goal),
        Figure(f"{name}, processor", "s of cpu", tuple(each.cpu for each in runs)),
        Figure(f"{name}, simulator", "s of cpu", tuple(each.simulator for each in runs), note=SIMULATOR),
        Figure(f"{name}, questions", "for each container", tuple(each.requests / count for each in runs),
               note="those of the snapshot and of the confirmation included"),
        _memory(name, runs),
    ]  # fmt: skip


def _memory(name: str, runs: list[Measured]) -> Figure:
    return Figure(f"{name}, memory", "MiB", tuple(each.peak for each in runs), goal=1024.0)


def _tasks(cluster: SimulatedCluster, repeats: int, last: bool) -> list[Figure]:
    """Single tasks on this cluster, ours and the reference in turns."""
    tasks: list[Task] = [_ours(cluster, "first", "first"), _theirs(cluster, "first", "first-too")]
    for number in range(repeats):
        for kind in ("creates", "changes nothing"):
            tasks.append(_theirs(cluster, f"docker_container, {kind}", f"theirs-{number}"))
            tasks.append(_ours(cluster, f"swarm_container, {kind}", f"ours-{number}"))
    before = cluster.counts().cpu
    timed = play(tasks, cluster.folder / "play")
    simulator = (cluster.counts().cpu - before) / len(tasks)
    if [each.changed for each in timed.tasks] != [True, True] + [True, True, False, False] * repeats:
        raise RuntimeError("a task changed what it should not have, or did not")
    figures = []
    for kind in ("creates", "changes nothing"):
        ours, theirs = f"{cluster.engines:,} engines, {kind}", f"docker_container beside {cluster.engines:,}, {kind}"
        ours_took, theirs_took = (
            timed.seconds_of(f"swarm_container, {kind}"),
            timed.seconds_of(f"docker_container, {kind}"),
        )
        figures.append(Figure(ours, "s", ours_took, goal=3.0 if last else None, reference=theirs))
        figures.append(Figure(theirs, "s", theirs_took))
        ratios = tuple(one / other for one, other in zip(ours_took, theirs_took, strict=True))
        figures.append(
            Figure(f"{ours}: times docker_container", "x", ratios, goal=1.3 if cluster.engines <= _SINGLE else None)
        )
    figures.append(Figure(f"{cluster.engines:,} engines, simulator", "s of cpu for each task", (simulator,),
                          note=SIMULATOR))  # fmt: skip
    return figures


def _ours(cluster: SimulatedCluster, task: str, name: str) -> Task:
    options = {"name": name, "image": "web:1", "discovery": cluster.discovery}
    return {"name": task, "classic.swarm.swarm_container": options}


def _theirs(cluster: SimulatedCluster, task: str, name: str) -> Task:
    options = {"name": name, "image": "web:1", "docker_host": f"tcp://{cluster.addresses[0]}"}
    return {"name": task, "community.docker.docker_container": options}
