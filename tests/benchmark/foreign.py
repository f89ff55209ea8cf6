# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One container beside fifty thousand that something else made: no list tells what those hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .common import SIMULATOR, Chart, Figure, Result
from .simulator.process import SimulatedCluster
from .worker import Measured, measure

_PORT = {"published_ports": ["8080:80"]}

#: Name -> options of the container, and whether the task creates it. The second last fits on no node, and no engine
#: nor any registry has the image of the last one, so that as many nodes are tried as ``createretry`` allows.
_TASKS: Mapping[str, tuple[Mapping[str, Any], bool]] = {
    "plain": ({}, True),
    "port": (_PORT, True),
    "memory": ({"memory": "64M"}, True),
    "port and memory": ({**_PORT, "memory": "64M"}, True),
    "refusal for memory": ({"memory": "10T"}, False),
    "four tries": ({"image": "nowhere:1"}, False),
}
#: Seconds that a port may cost more than none, and how many times what the bare client takes memory may take.
_PORT_COSTS = 0.3
_TIMES = 1.5


def run(small: bool) -> Result:
    """Every figure of this part."""
    engines, repeats = (10, 1) if small else (1000, 3)
    runs: dict[str, list[Measured]] = {name: [] for name in (*_TASKS, "bare client")}
    with SimulatedCluster(engines, foreign=True) as cluster:
        # in turns, as a machine has its hours
        for _repeat in range(repeats):
            bare = measure(cluster, "inspected")
            if bare.more["healthy"] != engines:
                raise RuntimeError(f"the bare client heard of {bare.more['healthy']} of {engines} engines")
            runs["bare client"].append(bare)
            for name, (options, creates) in _TASKS.items():
                done = measure(cluster, "single", options=dict(options))
                if (done.more.get("started") == 1) is not creates:
                    raise RuntimeError(f"{name} ended otherwise than it should: {done.more}")
                runs[name].append(done)
    figures = [figure for name in runs for figure in _of(name, runs[name], engines)]
    figures.append(_difference("port, more than plain", runs["port"], runs["plain"]))
    figures.append(_times("memory, times the bare client", runs["memory"], runs["bare client"]))
    title = f"One task on {engines:,} engines with 50 containers of others each"
    return Result("foreign", tuple(figures), charts=(Chart("benchmark-foreign", title, tuple(runs)),))


def _of(name: str, runs: Sequence[Measured], engines: int) -> list[Figure]:
    note = "asks for the lists and inspects every container, and makes nothing of it" if name == "bare client" else ""
    return [
        Figure(name, "s", tuple(each.wall for each in runs), note=note),
        Figure(f"{name}, processor", "s of cpu", tuple(each.cpu for each in runs)),
        Figure(f"{name}, simulator", "s of cpu", tuple(each.simulator for each in runs), note=SIMULATOR),
        Figure(f"{name}, questions", "for each engine", tuple(each.requests / engines for each in runs)),
    ]


def _difference(name: str, runs: Sequence[Measured], others: Sequence[Measured]) -> Figure:
    values = tuple(one.wall - other.wall for one, other in zip(runs, others, strict=True))
    return Figure(name, "s", values, goal=_PORT_COSTS)


def _times(name: str, runs: Sequence[Measured], others: Sequence[Measured]) -> Figure:
    values = tuple(one.wall / other.wall for one, other in zip(runs, others, strict=True))
    return Figure(name, "x", values, goal=_TIMES)
