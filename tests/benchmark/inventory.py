# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of a thousand engines, with and without their containers as hosts.

The floor is what Ansible itself takes: ansible-inventory with a plugin that has been told the same hosts, variables and
groups and does nothing but add them (``inventory_plugins/by_hand.py``), and reading the engines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .common import SIMULATOR, Chart, Figure, Result
from .playbook import environment
from .simulator.process import SimulatedCluster
from .worker import measure

#: How many times the floor is the goal.
_TIMES = 1.5
_CACHE = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_timeout": 3600}


#: What is listed. The last one has the expressions of the guide, each of which is answered for every host.
_CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    "engines": {},
    "engines and containers": {"containers": True},
    "grouped containers": {
        "containers": True,
        "filters": [{"include": "swarm_container_name is defined"}, {"exclude": True}],
        "keyed_groups": [{"prefix": "state", "key": "swarm_container_state"}],
        "compose": {"ansible_connection": "'community.docker.docker_api'"},
    },
}


@dataclass(frozen=True)
class _Run:
    """wall, cpu: seconds. simulator: processor seconds of the simulated engines meanwhile. memory: MiB, at most."""

    wall: float
    cpu: float
    simulator: float
    memory: float


def run(small: bool) -> Result:
    """Every figure of this part."""
    engines, repeats = (10, 1) if small else (1000, 3)
    figures: list[Figure] = []
    with SimulatedCluster(engines) as cluster:
        for name, more in _CONFIGURATIONS.items():
            figures += _inventory(cluster, name, more, repeats)
    chart = Chart("benchmark-inventory", f"ansible-inventory over {engines:,} engines with 50 containers each",
                  tuple(figure.name for figure in figures if figure.unit == "s"))  # fmt: skip
    return Result("inventory", tuple(figures), charts=(chart,))


def _inventory(cluster: SimulatedCluster, name: str, more: Mapping[str, Any], repeats: int) -> list[Figure]:
    folder = cluster.folder / name.replace(" ", "-")
    folder.mkdir()
    cold = _configuration(folder / "cold.swarm.yml", cluster, more)
    cached = _configuration(folder / "cached.swarm.yml", cluster, {
        **more, **_CACHE, "cache_connection": str(folder / "cache"),
    })  # fmt: skip
    by_hand = folder / "told.by_hand.json"
    listed = _list(cluster, cold)[1]
    by_hand.write_text(listed, encoding="utf-8")
    if json.loads(_list(cluster, by_hand)[1]) != json.loads(listed):
        raise RuntimeError("the floor lists something else than the inventory")
    _list(cluster, cached)
    colds, warms, floors, reads = [], [], [], []
    for _repeat in range(repeats):
        colds.append(_list(cluster, cold)[0])
        before = cluster.counts().requests
        warms.append(_list(cluster, cached)[0])
        if cluster.counts().requests != before:
            raise RuntimeError("a cached inventory asked the engines")
        floors.append(_list(cluster, by_hand)[0])
        reads.append(measure(cluster, "snapshot"))
    ratios = [one.wall / (floor.wall + read.wall) for one, floor, read in zip(colds, floors, reads, strict=True)]
    return [
        Figure(name, "s", tuple(each.wall for each in colds), reference=f"{name}, by hand"),
        Figure(f"{name}, cached", "s", tuple(each.wall for each in warms), reference=f"{name}, by hand"),
        Figure(f"{name}, by hand", "s", tuple(each.wall for each in floors)),
        Figure(f"{name}, snapshot alone", "s", tuple(each.wall for each in reads)),
        Figure(f"{name}, processor", "s of cpu", tuple(each.cpu for each in colds),
               reference=f"{name}, by hand, processor"),
        Figure(f"{name}, memory", "MiB", tuple(each.memory for each in colds),
               reference=f"{name}, by hand, memory"),
        Figure(f"{name}, by hand, memory", "MiB", tuple(each.memory for each in floors)),
        Figure(f"{name}, simulator", "s of cpu", tuple(each.simulator for each in colds), note=SIMULATOR),
        Figure(f"{name}, by hand, processor", "s of cpu", tuple(each.cpu for each in floors)),
        Figure(f"{name}, times by hand and snapshot", "x", tuple(ratios), goal=_TIMES),
        Figure(f"{name}, cached, times by hand", "x",
               tuple(one.wall / floor.wall for one, floor in zip(warms, floors, strict=True)), goal=_TIMES),
    ]  # fmt: skip


def _configuration(path: Path, cluster: SimulatedCluster, more: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps({"plugin": "classic.swarm.swarm", "discovery": cluster.discovery, **more}))
    return path


def _list(cluster: SimulatedCluster, source: Path) -> tuple[_Run, str]:
    """One ansible-inventory, and what it wrote."""
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list"]
    simulator = cluster.counts().cpu
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        started = subprocess.Popen(command, cwd=source.parent, env=_environment(), stdout=output, stderr=errors)
        _process, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        wall, cpu = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
        taken = _Run(wall, cpu, cluster.counts().cpu - simulator, usage.ru_maxrss / 1024)
        output.seek(0)
        errors.seek(0)
        words = errors.read()
        if started.returncode or "WARNING" in words:
            raise RuntimeError(f"ansible-inventory ended with status {started.returncode}:\n{words[-4000:]}")
        return taken, output.read()


def _environment() -> dict[str, str]:
    plugins = Path(__file__).parent / "inventory_plugins"
    return environment(
        ANSIBLE_INVENTORY_ENABLED="classic.swarm.swarm,by_hand",
        ANSIBLE_INVENTORY_PLUGINS=str(plugins),
        ANSIBLE_CALLBACKS_ENABLED="",
    )
