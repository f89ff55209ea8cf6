# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch on real engines: count: 100 over three, beside what people do without this collection.

The floor is what the engines themselves take: the same creates and starts as bare requests, from as many threads as
make them no slower.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pool import EnginePool
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings

from tests.lab import Lab

from .common import Chart, Figure, Result
from .playbook import Task, play

_NAME, _SUBNET = "bench", "10.77.97"
#: Threads that act on each engine for the floor.
_THREADS = 4
_OURS, _LOOP, _CLI, _FLOOR = "count", "loop of docker_container", "docker run, one by one", "the engines alone"


def run(small: bool) -> Result:
    """Every figure of this part. Needs root and dockerd, for real engines."""
    count, repeats = (6, 1) if small else (100, 3)
    kinds: Mapping[str, Callable[[Lab, int], float]] = {_OURS: _ours, _LOOP: _loop, _CLI: _cli, _FLOOR: _floor}
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    with Lab(_NAME, _SUBNET) as lab:
        for _repeat in range(repeats):
            for kind, measured in kinds.items():
                lab.reset()
                took[kind].append(measured(lab, count))
                _check(lab, count)
    times = tuple(loop / ours for loop, ours in zip(took[_LOOP], took[_OURS], strict=True))
    most = tuple(loop / floor for loop, floor in zip(took[_LOOP], took[_FLOOR], strict=True))
    limit = tuple(ours / floor for ours, floor in zip(took[_OURS], took[_FLOOR], strict=True))
    figures = (
        Figure(_OURS, "s", tuple(took[_OURS]), reference=_LOOP,
               note="the whole ansible-playbook: one task of swarm_container"),
        Figure(_LOOP, "s", tuple(took[_LOOP]), note="the whole ansible-playbook: one task, spread by hand"),
        Figure(_CLI, "s", tuple(took[_CLI]), note="docker run --detach, the next engine each time"),
        Figure(_FLOOR, "s", tuple(took[_FLOOR]), note=f"bare create and start, {_THREADS} threads for each engine"),
        Figure("times faster than the loop", "x", times, "more", goal=10.0),
        Figure("the engines alone, times faster than the loop", "x", most, "more",
               note="the most that any client could reach here"),
        Figure("times the engines alone", "x", limit,
               note="what is more than one is Ansible's start, reading, placing and confirming"),
    )  # fmt: skip
    chart = Chart("benchmark-batch", f"{count} containers on three real engines", (_OURS, _LOOP, _CLI, _FLOOR))
    return Result("batch", figures, charts=(chart,))


def _ours(lab: Lab, count: int) -> float:
    options = {"name": "web", "image": "web:1", "count": count, **tls_options(lab), "discovery": lab.discovery}
    return play([{"name": "count", "classic.swarm.swarm_container": options}], lab.state / "play").seconds


def _loop(lab: Lab, count: int) -> float:
    hosts = [f"tcp://{engine.address}:{engine.port}" for engine in lab.engines]
    options = {"name": "web-{{ item }}", "image": "web:1", **tls_options(lab),
               "docker_host": "{{ engines[item | int % engines | length] }}"}  # fmt: skip
    task: Task = {"name": "loop", "community.docker.docker_container": options,
                  "loop": list(range(count)), "vars": {"engines": hosts}}  # fmt: skip
    return play([task], lab.state / "play").seconds


def _cli(lab: Lab, count: int) -> float:
    began = time.perf_counter()
    for number in range(count):
        engine = lab.engines[number % len(lab.engines)]
        host = f"tcp://{engine.address}:{engine.port}"
        command = ["docker", "-H", host, "run", "--detach", f"--name=web-{number}", "web:1"]
        subprocess.run(command, env={**os.environ, **lab.environment}, check=True, capture_output=True)
    return time.perf_counter() - began


def _floor(lab: Lab, count: int) -> float:
    tls = TLSSettings(enabled=True, ca_path=str(lab.certs.ca), client_cert=str(lab.certs.cert),
                      client_key=str(lab.certs.key))  # fmt: skip
    with EnginePool(EngineSettings(tls)) as pool, ThreadPoolExecutor(_THREADS * len(lab.engines)) as executor:
        clients = [pool.get(f"{engine.address}:{engine.port}") for engine in lab.engines]
        began = time.perf_counter()
        list(executor.map(lambda number: _start(clients[number % len(clients)], f"web-{number}"), range(count)))
        return time.perf_counter() - began


def _start(client: EngineClient, name: str) -> None:
    client.send(containers.start(client.send(containers.create(name, {"Image": "web:1"})).id))


def tls_options(lab: Lab) -> dict[str, object]:
    """Options of a task, of ours or of community.docker, that lead it to the engines of the lab."""
    return {"tls": True, "validate_certs": True, "ca_path": str(lab.certs.ca), "client_cert": str(lab.certs.cert),
            "client_key": str(lab.certs.key)}  # fmt: skip


def _check(lab: Lab, count: int) -> None:
    running = sum(len(engine.api("GET", "/containers/json")) for engine in lab.engines)
    if running != count:
        raise RuntimeError(f"{running} containers run, not {count}")
