# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm manage`` before a thousand simulated engines: its start, its memory, what it answers, what it creates."""

from __future__ import annotations

import contextlib
import itertools
import json
import statistics
import time
import typing as t
from collections.abc import Iterator

from .common import Chart, Figure, Quoted, Result, each_median
from .endpoint_client import Client, create_and_start
from .endpoint_process import Served, floor, free_address, manager
from .simulator.process import SimulatedCluster

_CLASSIC = "Classic Swarm 1.2.9 on two cores, 1,000 simulated engines with 50 containers each"
_QUOTED = (
    Quoted("Classic Swarm, start to all healthy", "s", 13.0, _CLASSIC),
    Quoted("Classic Swarm, list of all containers", "ms", 1060.0, _CLASSIC),
    Quoted("Classic Swarm, info", "ms", 72.0, f"{_CLASSIC}: 72 to 87 ms"),
    Quoted("Classic Swarm, create and start, 1 client", "containers/s", 2.7, _CLASSIC),
    Quoted("Classic Swarm, create and start, 32 clients", "containers/s", 2.6, _CLASSIC),
)
_LIST = "/v1.41/containers/json?all=1"
_INFO = "/v1.41/info"
#: Clients side by side, and how many containers a second are the goal.
_CLIENTS = {1: 100.0, 8: 300.0, 32: 300.0}
_WITHIN = 1.2
#: Seconds for reservations of containers that are not ours.
_KNOWN = 6.0
_SIMULATOR = "processor time of the simulated engines; they, the endpoint and the clients share the cores"
_OWN = "processor time of the endpoint alone: what it takes where nothing else runs"
_ports = itertools.count(21_000)


def run(small: bool) -> Result:
    """Every figure of this part."""
    engines, repeats = (20, 1) if small else (1000, 3)
    figures: list[Figure] = []
    with SimulatedCluster(engines) as cluster:
        figures += _starts(cluster, repeats, "start to all healthy", engines, goal=2.0)
        with _serving(cluster, engines) as (served, address):
            figures += _lists(cluster, served, address, repeats)
            figures += _infos(served, address, repeats)
            figures += _creates(cluster, served, address, repeats, "")
            figures.append(Figure("memory", "MiB", (served.peak(),), goal=600.0, note="the largest, after all of this"))
        faulty = range(0, engines, 20)
        cluster.set_faults(hang=faulty)
        figures += _starts(cluster, min(repeats, 3), "5 % hang, start", engines - len(faulty))
        with _serving(cluster, engines - len(faulty)) as (served, address):
            figures += _infos(served, address, repeats, "5 % hang, ")
            figures += _creates(cluster, served, address, repeats, "5 % hang, ")
        cluster.set_faults()
    figures += _times(figures)
    with SimulatedCluster(engines, foreign=True) as cluster:
        figures += _foreign(cluster, engines, min(repeats, 3))
    charts = (
        Chart("benchmark-endpoint", f"The endpoint before {engines:,} engines with 50 containers each",
              ("Classic Swarm, list of all containers", "list of all containers", "Classic Swarm, info", "info"),
              logarithmic=True),
        Chart("benchmark-endpoint-creating", "Containers created and started through the endpoint",
              ("Classic Swarm, create and start, 1 client", *(f"create and start, {_clients(n)}" for n in _CLIENTS)),
              logarithmic=True),
    )  # fmt: skip
    return Result("endpoint", tuple(figures), _QUOTED, charts=charts)


@contextlib.contextmanager
def _serving(cluster: SimulatedCluster, healthy: int) -> Iterator[tuple[Served, str]]:
    """The endpoint with a fresh state, once so many engines are healthy; with its address."""
    address = free_address()
    with manager(cluster, address) as served:
        found = _healthy(address)
        if found != healthy:
            raise RuntimeError(f"{found} engines are healthy and not {healthy}")
        yield served, address


def _healthy(address: str) -> int:
    with Client(address) as client:
        rows = json.loads(client.get(_INFO).body)["SystemStatus"]
    return sum(value == "Healthy" for _name, value in rows)


def _starts(
    cluster: SimulatedCluster, repeats: int, name: str, healthy: int, goal: float | None = None
) -> Iterator[Figure]:
    walls, cpus, simulator = [], [], []
    if repeats > 1:
        with _serving(cluster, healthy):
            pass  # its bytecode is there now
    for _time in range(repeats):
        before = cluster.reset().cpu
        with _serving(cluster, healthy) as (served, _address):
            walls.append(served.started)
            cpus.append(served.started_cpu)
            simulator.append(cluster.counts().cpu - before)
    yield Figure(name, "s", tuple(walls), goal=goal, note="from the start of the process, Python's own included")
    yield Figure(f"{name}, processor", "s of cpu", tuple(cpus), note=_OWN)
    yield Figure(f"{name}, simulator", "s of cpu", tuple(simulator), note=_SIMULATOR)


def _lists(cluster: SimulatedCluster, served: Served, address: str, repeats: int) -> Iterator[Figure]:
    content = cluster.folder / "list.json"
    other = free_address()
    with Client(address) as client:
        answer = client.get(_LIST)
        content.write_bytes(answer.body)
        if len(json.loads(answer.body)) != cluster.engines * cluster.containers:
            raise RuntimeError("the list is not whole")
        with floor(cluster.folder, other, content) as floor_served, Client(other) as reference:
            client.get(_LIST, keep=False)
            reference.get(_LIST, keep=False)
            ours, theirs, cpu, floor_cpu = [], [], [], []
            for _time in range(repeats):
                # in turns: what else the machine does meets both alike
                before, floor_before = served.cpu(), floor_served.cpu()
                pairs = [(client.get(_LIST, keep=False), reference.get(_LIST, keep=False)) for _list in range(10)]
                cpu.append(100 * (served.cpu() - before))
                floor_cpu.append(100 * (floor_served.cpu() - floor_before))
                ours.append(1000 * statistics.median(own.seconds for own, _other in pairs))
                theirs.append(1000 * statistics.median(each.seconds for _own, each in pairs))
    yield Figure("list of all containers", "ms", tuple(ours), goal=50.0, reference="list, the same bytes from memory",
                 note=f"{len(answer.body) / 1e6:.0f} MB, until the client has the last byte")  # fmt: skip
    yield Figure("list, the same bytes from memory", "ms", tuple(theirs))
    ratios = tuple(one / each for one, each in zip(ours, theirs, strict=True))
    yield Figure("list of all containers: times the same bytes from memory", "x", ratios, goal=1.3)
    yield Figure("list of all containers, processor", "ms of cpu", tuple(cpu),
                 reference="list, the same bytes from memory, processor", note=_OWN)  # fmt: skip
    yield Figure("list, the same bytes from memory, processor", "ms of cpu", tuple(floor_cpu))


def _infos(served: Served, address: str, repeats: int, kind: str = "") -> Iterator[Figure]:
    times, count = [], 40 * repeats
    with Client(address) as client:
        client.get(_INFO)
        before = served.cpu()
        for _time in range(count):
            times.append(1000 * client.get(_INFO).seconds)
            time.sleep(0.002)
        cpu = 1000 * (served.cpu() - before) / count
    yield Figure(f"{kind}info", "ms", each_median(times, repeats), goal=10.0)
    yield Figure(f"{kind}info, 99th percentile", "ms", (sorted(times)[int(0.99 * len(times))],), goal=30.0)
    yield Figure(f"{kind}info, processor", "ms of cpu", (cpu,), note=_OWN)


def _creates(cluster: SimulatedCluster, served: Served, address: str, repeats: int, kind: str) -> Iterator[Figure]:
    count = min(400, cluster.engines // 2)
    for clients, goal in _CLIENTS.items():
        rates, cpus, simulator = [], [], []
        for _time in range(min(repeats, 3)):
            bodies = _bodies(count)
            before, simulator_before = served.cpu(), cluster.counts().cpu
            rates.append(count / create_and_start(address, bodies, clients))
            cpus.append(1000 * (served.cpu() - before) / count)
            simulator.append(1000 * (cluster.reset().cpu - simulator_before) / count)
            time.sleep(1.0 if repeats > 1 else 0.2)  # the endpoint hears that all of it is gone
        name = f"{kind}create and start, {_clients(clients)}"
        yield Figure(name, "containers/s", tuple(rates), "more", goal=None if kind else goal,
                     note="with a constraint, an affinity and a fixed port")  # fmt: skip
        yield Figure(f"{name}, processor", "ms of cpu a container", tuple(cpus), note=_OWN)
        yield Figure(f"{name}, simulator", "ms of cpu a container", tuple(simulator), note=_SIMULATOR)


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def _bodies(count: int) -> list[tuple[str, dict[str, t.Any]]]:
    """Each round has a port of its own, which one container of each node can have."""
    port = next(_ports)
    wishes = ["constraint:zone!=mars", "affinity:com.example.team==red", "LANG=C.UTF-8"]
    body = {
        "Image": "web:1", "Cmd": ["serve"], "Env": wishes, "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": str(port)}]}},
    }  # fmt: skip
    return [(f"bench-{port}-{number}", body) for number in range(count)]


def _times(figures: list[Figure]) -> Iterator[Figure]:
    """What hanging engines cost."""
    by_name = {figure.name: figure for figure in figures}
    for name in ("info", *(f"create and start, {_clients(number)}" for number in _CLIENTS)):
        sound, hanging = by_name[name].median, by_name[f"5 % hang, {name}"].median
        ratio = hanging / sound if by_name[name].better == "less" else sound / hanging
        yield Figure(f"5 % hang, {name}: times as slow", "x", (ratio,), goal=_WITHIN)


def _foreign(cluster: SimulatedCluster, engines: int, repeats: int) -> Iterator[Figure]:
    """Each container is inspected once; the last of these questions ends the search."""
    walls, cpus, simulator = [], [], []
    for _time in range(repeats):
        before = cluster.reset().cpu
        with _serving(cluster, engines) as (served, _address):
            began = time.perf_counter()
            while (counts := cluster.counts()).requests < engines * cluster.containers:
                if time.perf_counter() - began > 20 * _KNOWN:
                    raise RuntimeError("not all containers were inspected")
                time.sleep(0.05)
            walls.append(time.perf_counter() - began)
            cpus.append(served.cpu() - served.started_cpu)
            simulator.append(counts.cpu - before)
    name = "reservations of containers that are not ours"
    yield Figure(name, "s", tuple(walls), goal=_KNOWN, note="from the moment on at which it serves")
    yield Figure(f"{name}, processor", "s of cpu", tuple(cpus), note=_OWN)
    yield Figure(f"{name}, simulator", "s of cpu", tuple(simulator), note=f"{_SIMULATOR}; the start included")
