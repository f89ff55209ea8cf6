# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placement alone: no engine, no file; only the scheduler over a snapshot that stands.

It is one thread that waits for nothing, so what is measured is the time of the processor: the reference and the course
of a batch would else show what other programs do meanwhile. The goals of the batches are told by the clock as well.
"""

from __future__ import annotations

import itertools
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.registry import STRATEGIES
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

from .common import Chart, Figure, Quoted, Result, Series, each_median, processor_seconds, repeated
from .naive import RANK, NaiveCluster
from .placement_scenario import batch, make_nodes, request, unlike_any

_CLASSIC = "Classic Swarm 1.2.9 on two cores, 1,000 simulated engines with 50 containers each"
_QUOTED = (
    Quoted("Classic Swarm, no expressions", "placements/s", 3700, f"{_CLASSIC}: 2,000 to 3,700"),
    Quoted("Classic Swarm, a constraint", "placements/s", 184, f"{_CLASSIC}: 105 to 184"),
    Quoted("Classic Swarm, all four", "placements/s", 15, f"{_CLASSIC}: 14 to 15"),
    Quoted("Nomad C1M, five servers", "placements/s", 3750, "HashiCorp, The Million Container Challenge: 5,000 hosts"),
)
#: How many points the course of a batch has.
_MARKS = 20


@dataclass(frozen=True)
class _Sizes:
    """How much is measured. sizes: numbers of nodes for one request. large: nodes for batches."""

    sizes: tuple[int, ...]
    containers: int
    requests: int
    walks: int
    large: int
    batch: int
    million: int
    strategies: int
    repeats: int


_FULL = _Sizes((100, 1000, 5000), 50, 200, 5, 5000, 100_000, 1_000_000, 2000, 3)
_SMALL = _Sizes((20, 50), 5, 10, 2, 50, 200, 400, 40, 1)


@dataclass(frozen=True)
class Course:
    """How a batch went. seconds: for all, the working copy included. points: placements done, rate of the last part."""

    seconds: float
    processor_seconds: float
    points: tuple[tuple[float, float], ...]
    peak_mib: float


def run(small: bool) -> Result:
    """Every figure of this part."""
    sizes = _SMALL if small else _FULL
    figures = [figure for nodes in sizes.sizes for figure in _one_request(nodes, sizes)]
    plain, million = _batches(sizes.batch, sizes), _batches(sizes.million, sizes)
    figures += _batch_figures(sizes, plain, million)
    figures += _task_figures(sizes)
    figures += _strategy_figures(sizes)
    series = tuple(
        Series(f"{count:,} on {sizes.large:,} nodes", "containers placed", "placements a second", courses[0].points)
        for count, courses in ((sizes.batch, plain), (sizes.million, million))
    )
    return Result("placement", tuple(figures), _QUOTED, series, _charts(sizes, series))


def _charts(sizes: _Sizes, series: Sequence[Series]) -> tuple[Chart, ...]:
    rates = (*(each.name for each in _QUOTED), _walk(sizes.large), _rate(sizes.batch), _rate(sizes.million))
    single = [name(nodes) for nodes in sizes.sizes for name in (_alike, _unlike, _walk_time)]
    return (
        Chart("benchmark-placement-rate", "Placements a second", rates, logarithmic=True),
        Chart("benchmark-placement-one", "One request", tuple(single), logarithmic=True),
        Chart("benchmark-placement-course", "The course of a batch", tuple(each.name for each in series)),
    )


def _alike(nodes: int) -> str:
    return f"one request, {nodes:,} nodes"


def _unlike(nodes: int) -> str:
    return f"one unlike any before, {nodes:,} nodes"


def _walk_time(nodes: int) -> str:
    return f"plain walk, {nodes:,} nodes"


def _walk(nodes: int) -> str:
    return f"rate of the plain walk, {nodes:,} nodes"


def _rate(count: int) -> str:
    return f"rate, {count:,} placed"


def _one_request(count: int, sizes: _Sizes) -> Iterator[Figure]:
    """Times of one request in milliseconds."""
    nodes = make_nodes(count, sizes.containers)
    copies = repeated(sizes.repeats, lambda: _ms(lambda: ClusterState.from_nodes(nodes)))
    yield Figure(f"working copy, {count:,} nodes", "ms", copies)
    yield Figure(
        f"first request, {count:,} nodes",
        "ms",
        repeated(sizes.repeats, lambda: _first(nodes)),
        note="the first that asks for a label or a port makes the index of it",
    )
    goal = 2.0 if count == 1000 else None
    for name, make in ((_alike(count), lambda number: request(number, number)), (_unlike(count), unlike_any)):
        times = _times(nodes, [make(number) for number in range(sizes.requests)])
        yield Figure(name, "ms", each_median(times, 5), goal=goal, reference=_walk_time(count))
    walks = [_ms(partial(NaiveCluster(nodes).place, each, SchedulingSettings())) for each in _few(sizes.walks)]
    yield Figure(_walk_time(count), "ms", tuple(walks), note="the reference: every container walked for one request")


def _few(count: int) -> list[Request]:
    return [request(number, number) for number in range(count)]


def _ms(action: Callable[[], object]) -> float:
    return processor_seconds(action) * 1000


def _first(nodes: Sequence[Node]) -> float:
    scheduler, state = Scheduler(SchedulingSettings()), ClusterState.from_nodes(nodes)
    return _ms(lambda: scheduler.place(state, request(0, 0)))


def _times(nodes: Sequence[Node], requests: Sequence[Request]) -> list[float]:
    """Milliseconds of each request over one state that has been asked before; each has a port of its own."""
    scheduler, state = Scheduler(SchedulingSettings()), ClusterState.from_nodes(nodes)
    scheduler.place(state, request(len(requests), len(requests)))
    return [_ms(partial(scheduler.place, state, each)) for each in requests]


def _batches(count: int, sizes: _Sizes) -> list[Course]:
    """The same batch, each time in a process of its own: so that its peak of memory is its own, too."""
    courses = []
    for _time in range(sizes.repeats):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
            courses.append(executor.submit(place_all, sizes.large, sizes.containers, count).result())
    return courses


def place_all(nodes: int, containers: int, count: int) -> Course:
    """Place a batch of services, each with as many containers as a fifth of the nodes; all placements are kept."""
    cluster = make_nodes(nodes, containers)
    requests = list(batch(count, max(1, count * 5 // nodes)))
    starts = [1, *(count * mark // _MARKS for mark in range(1, _MARKS))]
    times: dict[int, float] = {}
    began, began_work = time.perf_counter(), time.process_time()
    placements = Scheduler(SchedulingSettings()).place_batch(cluster, _timed(requests, frozenset(starts), times))
    seconds, times[count] = time.perf_counter() - began, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if not all(placement.node for placement in placements):
        raise RuntimeError("a request of the batch fits nowhere: the batch is too large for the cluster")
    spans = itertools.pairwise([*starts, count])
    points = tuple((end, (end - start) / (times[end] - times[start])) for start, end in spans)
    return Course(seconds, times[count] - began_work, points, peak)


def _timed(requests: Sequence[Request], starts: frozenset[int], times: dict[int, float]) -> Iterator[Request]:
    """Requests, with the time of the processor at which each of `starts` was asked for.

    The first request makes the indexes; its cost is in the time of the whole, and not in the rate of the first part.
    """
    for number, each in enumerate(requests):
        if number in starts:
            times[number] = time.process_time()
        yield each


def _batch_figures(sizes: _Sizes, plain: Sequence[Course], million: Sequence[Course]) -> Iterator[Figure]:
    cluster = NaiveCluster(make_nodes(sizes.large, sizes.containers))
    walks = [1 / processor_seconds(partial(cluster.place, each, SchedulingSettings())) for each in _few(sizes.walks)]
    walk = Figure(_walk(sizes.large), "placements/s", tuple(walks), "more", note="the reference")
    for count, courses in ((sizes.batch, plain), (sizes.million, million)):
        rates = tuple(count / course.processor_seconds for course in courses)
        yield Figure(_rate(count), "placements/s", rates, "more", 3750, walk.name)
        rates = tuple(count / course.seconds for course in courses)
        yield Figure(f"{_rate(count)}, by the clock", "placements/s", rates, "more", 3750)
        slowing = tuple(course.points[-1][1] / course.points[0][1] for course in courses)
        yield Figure(f"rate at the end by that at the start, {count:,} placed", "", slowing, "more", 0.8)
        times = tuple(course.seconds for course in courses)
        yield Figure(f"time, {count:,} placed, by the clock", "s", times, goal=count * 300 / 1_000_000)
        yield Figure(f"peak memory, {count:,} placed", "MiB", tuple(each.peak_mib for each in courses), goal=4096)
    yield walk


def _task_figures(sizes: _Sizes) -> Iterator[Figure]:
    """A thousand containers of one task over a thousand nodes, the way a plan is made."""
    count = sizes.sizes[1]
    nodes = make_nodes(count, sizes.containers)
    values = [_task(nodes, count) for _time in range(sizes.repeats)]
    words = f"one task, {count:,} containers, {count:,} nodes"
    for column, what in enumerate(
        ("placed one by one", "headlines read later", "whole rankings and reasons read later")
    ):
        yield Figure(f"{words}: {what}", "s", tuple(row[column] for row in values))


def _task(nodes: Sequence[Node], count: int) -> tuple[float, float, float]:
    scheduler = Scheduler(SchedulingSettings())
    placements: list[Placement] = []

    def plan() -> None:
        state = ClusterState.from_nodes(nodes)
        for number in range(count):
            placements.append(scheduler.place(state, replace(request(number, 0), ports=())))
            chosen = placements[-1].node
            if chosen is not None:
                state.add_request(chosen.address, placements[-1].request)

    return (
        processor_seconds(plan),
        processor_seconds(lambda: [placement.headline() for placement in placements]),
        processor_seconds(lambda: [placement.to_dict() for placement in placements]),
    )


def _strategy_figures(sizes: _Sizes) -> Iterator[Figure]:
    count = sizes.sizes[1]
    nodes = make_nodes(count, sizes.containers)
    requests = list(batch(sizes.strategies, sizes.strategies * 5 // count))
    for strategy in STRATEGIES:
        rank = RANK if strategy.name == "expression" else None
        settings = SchedulingSettings(strategy.name, rank=rank, seed=1)

        def rate(settings: SchedulingSettings = settings) -> float:
            return len(requests) / processor_seconds(lambda: Scheduler(settings).place_batch(nodes, requests))

        name = f"{strategy.name}, {len(requests):,} on {count:,} nodes"
        yield Figure(name, "placements/s", repeated(sizes.repeats, rate), "more")
