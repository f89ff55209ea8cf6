# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done to many at once: a command in many containers and an image for many nodes, on real engines; and the logs
of a thousand containers, on simulated ones.

The reference of each is what people do without this collection, or what the engines take for it by themselves. Both
take turns, so that what else the machine does falls on both.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab import Engine, EngineSpec, Lab

from .batch import tls_options
from .common import Chart, Figure, Result, children_processor_seconds
from .playbook import Task, play
from .simulator.process import SimulatedCluster

_NAME, _SUBNET = "benv", "10.77.98"
_EXEC, _LOOP = "a command in many containers", "loop of docker_container_exec"
_LOAD, _SAVE = "an image to many nodes", "an image from node to nodes"
_OWN, _OWN_TLS = "docker load on all nodes at once", "docker load on all nodes at once, over mutual TLS"
_LOGS = "logs of many containers"
_MB = 1_000_000
#: Of each figure, in a full run.
REPEATS = 3


def run(small: bool) -> Result:
    """Every figure of this part. Needs root and dockerd, for real engines."""
    figures = [*_commands(small), *_images(small), *_logs(small)]
    charts = (
        Chart("benchmark-exec", "A command in 100 containers on three engines", (_EXEC, _LOOP)),
        Chart("benchmark-load", "An image of 200 MB on ten engines", (_LOAD, _SAVE, _OWN_TLS, _OWN)),
    )
    return Result("verbs", tuple(figures), charts=charts)


def _commands(small: bool) -> list[Figure]:
    count, repeats = (6, 1) if small else (100, REPEATS)
    took: dict[str, list[float]] = {_EXEC: [], _LOOP: []}
    with Lab(_NAME, _SUBNET) as lab:
        for number in range(count):
            engine = lab.engines[number % len(lab.engines)]
            engine.docker("run", "--detach", "--name", f"web-{number}", "web:1")
        for _repeat in range(repeats):
            took[_EXEC].append(_exec(lab))
            took[_LOOP].append(_loop(lab, count))
    times = tuple(loop / ours for loop, ours in zip(took[_LOOP], took[_EXEC], strict=True))
    return [
        Figure(_EXEC, "s", tuple(took[_EXEC]), reference=_LOOP,
               note=f"the whole ansible-playbook: one task of swarm_container_exec, {count} containers"),
        Figure(_LOOP, "s", tuple(took[_LOOP]), note="the whole ansible-playbook; whose engine is whose is known to it"),
        Figure("a command, times faster than the loop", "x", times, "more", goal=5.0),
    ]  # fmt: skip


def _exec(lab: Lab) -> float:
    options = {"containers": ["web-*"], "command": "true", **tls_options(lab), "discovery": lab.discovery}
    return play([{"name": "exec", "classic.swarm.swarm_container_exec": options}], lab.state / "play").seconds


def _loop(lab: Lab, count: int) -> float:
    hosts = [f"tcp://{engine.address}:{engine.port}" for engine in lab.engines]
    options = {"container": "web-{{ item }}", "command": "true", **tls_options(lab),
               "docker_host": "{{ engines[item | int % engines | length] }}"}  # fmt: skip
    task: Task = {"name": "loop", "community.docker.docker_container_exec": options,
                  "loop": list(range(count)), "vars": {"engines": hosts}}  # fmt: skip
    return play([task], lab.state / "play").seconds


def _images(small: bool) -> list[Figure]:
    nodes, size, repeats = (3, 5, 1) if small else (10, 200, REPEATS)
    took: dict[str, list[float]] = {_LOAD: [], _SAVE: [], _OWN: [], _OWN_TLS: []}
    spent: list[float] = []
    with Lab(_NAME, _SUBNET, [EngineSpec(f"node-{number}") for number in range(nodes)]) as lab:
        archive = _archive(lab, size)
        for _repeat in range(repeats):
            _forget(lab)
            took[_OWN].append(_own_load(lab, archive, tls=False))
            _forget(lab)
            took[_OWN_TLS].append(_own_load(lab, archive, tls=True))
            _forget(lab)
            before = children_processor_seconds()
            took[_LOAD].append(_load(lab, {"path": str(archive)}))
            spent.append(children_processor_seconds() - before)
            _forget(lab, 1)
            took[_SAVE].append(_load(lab, {"from_node": "node-0", "names": ["large:1"]}))
    return [
        Figure(_LOAD, "s", tuple(took[_LOAD]), reference=_OWN,
               note=f"the whole ansible-playbook: swarm_image_load of {size} MB to {nodes} nodes over mutual TLS"),
        Figure(_OWN, "s", tuple(took[_OWN]), note=f"{nodes} times docker load, each over the engine's own socket"),
        Figure(_OWN_TLS, "s", tuple(took[_OWN_TLS]), note="the same, as far engines are reached"),
        Figure(_SAVE, "s", tuple(took[_SAVE]), note=f"from one to the {nodes - 1} others, without a registry"),
        Figure("an image, times docker load", "x",
               tuple(ours / own for ours, own in zip(took[_LOAD], took[_OWN], strict=True)), goal=1.3),
        Figure("an image, times docker load over mutual TLS", "x",
               tuple(ours / own for ours, own in zip(took[_LOAD], took[_OWN_TLS], strict=True)), goal=1.3),
        Figure("an image, processor", "s of cpu", tuple(spent), note="of Ansible and the module, without the engines"),
    ]  # fmt: skip


def _archive(lab: Lab, size: int) -> Path:
    """An image with one layer of so many MB that nothing makes smaller."""
    content, archive = lab.state / "content.tar", lab.state / "large.tar"
    data = lab.state / "data"
    with data.open("wb") as file:
        for _piece in range(size):
            file.write(os.urandom(_MB))
    with tarfile.open(content, "w") as tar:
        tar.add(data, "data")
    first = lab.engines[0]
    first.docker("import", str(content), "large:1", timeout=300)
    first.docker("save", "--output", str(archive), "large:1", timeout=300)
    content.unlink()
    data.unlink()
    return archive


def _forget(lab: Lab, first: int = 0) -> None:
    for engine in lab.engines[first:]:
        if "large" in engine.docker("images", "--format", "{{.Repository}}"):
            engine.docker("rmi", "large:1")


def _own_load(lab: Lab, archive: Path, *, tls: bool) -> float:
    environment = {**os.environ, **(lab.environment if tls else {})}

    def load(engine: Engine) -> None:
        host = engine.url if tls else f"unix://{engine.socket}"
        command = ["docker", "-H", host, "load", "--quiet", "--input", str(archive)]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(lab.engines)) as executor:
        list(executor.map(load, lab.engines))
    return time.perf_counter() - began


def _load(lab: Lab, options: dict[str, object]) -> float:
    task = {"classic.swarm.swarm_image_load": {**options, **tls_options(lab), "discovery": lab.discovery}}
    return play([{"name": "load", **task}], lab.state / "play").seconds


def _logs(small: bool) -> list[Figure]:
    engines, repeats = (5, 1) if small else (1000, REPEATS)
    took, spent, simulator = [], [], []
    with SimulatedCluster(engines, 1) as cluster:
        options = {"containers": ["*"], "discovery": cluster.discovery, "max_lines": 1_000_000}
        for _repeat in range(repeats):
            asked, cpu = cluster.counts().cpu, children_processor_seconds()
            took.append(
                play([{"name": "logs", "classic.swarm.swarm_container_logs": options}], cluster.folder / "play").seconds
            )
            spent.append(children_processor_seconds() - cpu)
            simulator.append(cluster.counts().cpu - asked)
    return [
        Figure(_LOGS, "s", tuple(took), note=f"the whole ansible-playbook: {engines:,} containers on as many engines"),
        Figure(f"{_LOGS}, processor", "s of cpu", tuple(spent)),
        Figure(f"{_LOGS}, simulator", "s of cpu", tuple(simulator)),
    ]
