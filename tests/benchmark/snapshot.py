# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a thousand engines, read from a cold start, beside a bare client that fetches and parses the same."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from .common import SIMULATOR, Chart, Figure, Quoted, Result
from .simulator.process import SimulatedCluster
from .worker import Measured, measure

_QUOTED = (
    Quoted(
        "Classic Swarm, until all are healthy",
        "s",
        13.0,
        "Classic Swarm 1.2.9 on two cores, 1,000 simulated engines with 50 containers each: 13 to 15 s, 1.05 GiB",
    ),
)
#: How many times a bare client's time is the goal.
_TIMES = 1.5
_MIB = 1 << 20

_Runs = Sequence[Measured]


def run(small: bool) -> Result:
    """Every figure of this part."""
    engines, repeats = (20, 1) if small else (1000, 5)
    timeout = 1.0 if small else 3.0
    figures: list[Figure] = []
    with SimulatedCluster(engines) as cluster:
        runs = _interleaved(cluster, repeats, {
            "ours": {"do": "snapshot"},
            "bare": {"do": "bare", "collector": True},
            "lean": {"do": "bare", "collector": False},
            "names": {"do": "names"},
            "task": {"do": "task"},
        })  # fmt: skip
        figures += _compared("plain", runs, engines, goal=3.0)
        figures += _costs(runs, engines)
        figures += _faults(cluster, engines, repeats, timeout, runs)
    with SimulatedCluster(engines, tls=True) as cluster:
        runs = _interleaved(cluster, repeats, {
            "ours": {"do": "snapshot"},
            "bare": {"do": "bare", "collector": True},
            "lean": {"do": "bare", "collector": False},
            "task": {"do": "task"},
        })  # fmt: skip
        figures += _compared("mutual TLS", runs, engines)
        figures.append(_connections("mutual TLS", runs["task"], engines))
    charts = (
        Chart("benchmark-snapshot", f"Reading {engines:,} engines with 50 containers each", (
            "Classic Swarm, until all are healthy", "plain", "plain, bare client", "mutual TLS",
            "mutual TLS, bare client", "names only",
        ), logarithmic=True),
    )  # fmt: skip
    return Result("snapshot", tuple(figures), _QUOTED, charts=charts)


def _interleaved(
    cluster: SimulatedCluster, repeats: int, kinds: Mapping[str, Mapping[str, object]]
) -> dict[str, list[Measured]]:
    """Every kind once, and again: what else the machine does then meets them all alike."""
    runs: dict[str, list[Measured]] = {kind: [] for kind in kinds}
    for _time in range(repeats):
        for kind, wish in kinds.items():
            runs[kind].append(measure(cluster, **wish))  # type: ignore[arg-type]
    return runs


def _compared(name: str, runs: Mapping[str, _Runs], engines: int, goal: float | None = None) -> list[Figure]:
    ours, bare, lean = runs["ours"], runs["bare"], runs["lean"]
    if any(each.more["healthy"] != engines for each in (*ours, *bare, *lean)):
        raise RuntimeError("an engine did not answer")
    return [
        Figure(name, "s", _walls(ours), goal=goal, reference=f"{name}, bare client"),
        Figure(f"{name}, bare client", "s", _walls(bare)),
        Figure(f"{name}, processor", "s of cpu", _cpus(ours), reference=f"{name}, bare client, processor"),
        Figure(f"{name}, bare client, processor", "s of cpu", _cpus(bare)),
        Figure(f"{name}, bare client without collector, processor", "s of cpu", _cpus(lean),
               note="with Python's cyclic garbage collector off, as ours has it while it reads"),
        Figure(f"{name}, times the bare client", "x", _ratios(_walls(ours), _walls(bare)), goal=_TIMES),
        Figure(f"{name}, times the bare client without collector, processor", "x",
               _ratios(_cpus(ours), _cpus(lean)), goal=_TIMES),
        _simulator(name, ours),
    ]  # fmt: skip


def _simulator(name: str, runs: _Runs) -> Figure:
    return Figure(f"{name}, simulator", "s of cpu", tuple(each.simulator for each in runs), note=SIMULATOR)


def _costs(runs: Mapping[str, _Runs], engines: int) -> list[Figure]:
    ours, names = runs["ours"], runs["names"]
    return [
        Figure("names only", "s", _walls(names), reference="plain",
               note="what a task that changes nothing reads of nodes that it has nothing on"),
        _simulator("names only", names),
        Figure("read, whole lists", "MiB", tuple(each.sent / _MIB for each in ours)),
        Figure("read, names only", "MiB", tuple(each.sent / _MIB for each in names), reference="read, whole lists"),
        Figure("memory", "MiB", tuple(each.peak for each in ours), goal=1024.0),
        _connections("plain", runs["task"], engines),
    ]  # fmt: skip


def _connections(name: str, task: _Runs, engines: int) -> Figure:
    return Figure(
        f"{name}, connections of a task that creates",
        "for each engine",
        tuple(each.connections / engines for each in task),
        goal=1.0,
        note="a snapshot, and the names once more to confirm the claim",
    )


def _faults(
    cluster: SimulatedCluster, engines: int, repeats: int, timeout: float, sound: Mapping[str, _Runs]
) -> list[Figure]:
    """Every twentieth engine at fault. sound: the same with none at fault."""
    faulty = range(0, engines, 20)
    cluster.set_faults(refuse=faulty)
    refusing = [measure(cluster, "snapshot", timeout=timeout) for _number in range(repeats)]
    cluster.set_faults(hang=faulty)
    hanging = [measure(cluster, "snapshot", timeout=timeout) for _number in range(repeats)]
    tasks = [measure(cluster, "task", timeout=timeout) for _number in range(repeats)]
    cluster.set_faults()
    if any(each.more["healthy"] != engines - len(faulty) for each in (*refusing, *hanging, *tasks)):
        raise RuntimeError("an engine that is well did not answer, or one that is at fault did")
    wait = f"a time-out is {timeout:g} s"
    return [
        Figure("5 % refuse", "s", _walls(refusing), reference="plain"),
        _simulator("5 % refuse", refusing),
        Figure("5 % hang", "s", _walls(hanging), note=wait),
        _simulator("5 % hang", hanging),
        Figure("5 % hang, a task that creates", "s", _walls(tasks),
               note=f"{wait}; an engine that was silent gets one second more when the claim is confirmed"),
        _simulator("5 % hang, a task that creates", tasks),
        Figure("5 % hang, paid", "time-outs", _paid(hanging, sound["ours"], timeout, 0), goal=1.2,
               note="what it takes longer than with none at fault"),
        Figure("5 % hang, a task that creates, paid", "time-outs", _paid(tasks, sound["task"], timeout, 1), goal=1.2,
               note="the same, less the second at the second look"),
    ]  # fmt: skip


def _paid(runs: _Runs, sound: _Runs, timeout: float, more: float) -> tuple[float, ...]:
    usual = statistics.median(_walls(sound)) + more
    return tuple((each.wall - usual) / timeout for each in runs)


def _walls(runs: _Runs) -> tuple[float, ...]:
    return tuple(each.wall for each in runs)


def _cpus(runs: _Runs) -> tuple[float, ...]:
    return tuple(each.cpu for each in runs)


def _ratios(ours: Sequence[float], reference: Sequence[float]) -> tuple[float, ...]:
    """Of runs that stood beside each other."""
    return tuple(one / other for one, other in zip(ours, reference, strict=True))
