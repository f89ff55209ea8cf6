# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One measurement in a process of its own, so that each begins cold and its memory is its own.

python -m tests.benchmark.worker JSON, where JSON is {"do": name of a function below, ...its arguments}. Prints a line
of JSON: wall and processor seconds, the largest memory in MiB, and what else the function gives.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import ssl
import subprocess
import sys
import time
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.names import name_filters
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.polled_view import PolledView
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.reconcile import Reconciler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, take_snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import OperationError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import PlacementError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
    SchedulingSettings,
    TLSSettings,
)

from .bare import fetch
from .simulator.process import ROOT, SERVER_NAME, SimulatedCluster

Plain = dict[str, t.Any]

#: Seconds for every answer of one engine to the reference, which must not leave out any.
_PATIENCE = 120.0


@dataclass(frozen=True)
class Measured:
    """wall, cpu: seconds. peak: MiB. simulator: processor seconds of the simulator meanwhile. more: what else."""

    wall: float
    cpu: float
    peak: float
    simulator: float
    connections: int
    requests: int
    sent: int
    more: Mapping[str, t.Any] = field(default_factory=dict)


def measure(cluster: SimulatedCluster, do: str, **arguments: t.Any) -> Measured:
    """Run one of the functions below against a simulated cluster that is as its scenario says."""
    before = cluster.reset()
    folder = None if cluster.certificates is None else str(cluster.certificates.folder)
    wish = {"do": do, "discovery": cluster.discovery, "certificates": folder, **arguments}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmark.worker", json.dumps(wish)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{do} ended with status {ended.returncode}:\n{ended.stderr[-4000:]}")
    told = json.loads(ended.stdout)
    after = cluster.counts()
    return Measured(
        **told, simulator=after.cpu - before.cpu, connections=after.connections, requests=after.requests,
        sent=after.sent,
    )  # fmt: skip


def snapshot(settings: ClusterSettings) -> Plain:
    """The state of all."""
    taken = take_snapshot(settings)
    return {"healthy": len(taken.healthy), "containers": sum(len(node.containers) for node in taken.nodes)}


def task(settings: ClusterSettings) -> Plain:
    """What a task that creates reads: everything, and to confirm its claim the names everywhere."""
    names = name_filters(Batch.of(Wanted("web", ContainerConfig.from_options({"image": "web:1"}))))
    with PolledView(settings, lambda warnings: None) as view:
        taken = view.usable(Needs())
        view.nodes(Needs(lists=names, whole_on=frozenset({taken.healthy[0].address})))
    return {"healthy": len(taken.healthy)}


def names(settings: ClusterSettings) -> Plain:
    """What a task that changes nothing reads of the nodes that it has nothing on."""
    names = name_filters(Batch.of(Wanted("web", ContainerConfig.from_options({"image": "web:1"}))))
    return {"healthy": len(take_snapshot(settings, Needs(lists=names)).healthy)}


def bare(settings: ClusterSettings, collector: bool) -> Plain:
    """The same bytes as a snapshot's, by the reference."""
    tls, context = settings.engine.tls, None
    if tls.enabled:
        context = ssl.create_default_context(cafile=tls.ca_path)
        context.load_cert_chain(str(tls.client_cert), tls.client_key)
    addresses = Path(settings.discovery.source.removeprefix("file://")).read_text(encoding="utf-8").split()
    timeout = settings.engine.snapshot_timeout
    result = fetch(addresses, tls=context, server_name=SERVER_NAME, timeout=timeout, collector=collector)
    return {"healthy": len(result.answers), "received": result.received}


def inspected(settings: ClusterSettings) -> Plain:
    """What the lists do not tell of every container, by the reference: the same bytes as a task with memory reads."""

    def then(values: list[t.Any]) -> list[str]:
        return [f"/containers/{container['Id']}/json" for container in values[-1]]

    addresses = Path(settings.discovery.source.removeprefix("file://")).read_text(encoding="utf-8").split()
    # all engines are asked at once, and each waits for the simulator's answers to all others
    result = fetch(addresses, timeout=_PATIENCE, then=then)
    return {"healthy": len(result.answers), "received": result.received}


def single(settings: ClusterSettings, options: Plain) -> Plain:
    """A task with one container, which may fit nowhere, or whose image may be nowhere."""
    gc.disable()
    wanted = Wanted("single", ContainerConfig.from_options({"image": "web:1", **options}))
    with PolledView(settings, lambda warnings: None) as view:
        try:
            result = Reconciler(Batch.of(wanted), view, Scheduler(SchedulingSettings()), chance=lambda: 0.0).run()
        except (OperationError, PlacementError) as error:
            return {"failed": str(error)[:200]}
    return {"started": sum(action["action"] == "start" for action in result.actions)}


def batch(settings: ClusterSettings, count: int, options: Plain, wishes: Plain) -> Plain:
    """A task that creates and starts `count` containers. The module has no collector in its process either."""
    gc.disable()
    wanted = Wanted(
        "batch",
        ContainerConfig.from_options({"image": "web:1", **options}),
        count=count,
        constraints=parse_expressions(wishes.get("constraints", ()), "constraints"),
        affinities=parse_expressions(wishes.get("affinities", ()), "affinities"),
    )
    with PolledView(settings, lambda warnings: None) as view:
        scheduler = Scheduler(SchedulingSettings())
        result = Reconciler(Batch.of(wanted), view, scheduler, chance=random.random).run()
    return {"started": sum(action["action"] == "start" for action in result.actions)}


def mixed(settings: ClusterSettings, count: int, kinds: int, reserve: bool) -> Plain:
    """The same of a batch of `kinds` unlike entries, as swarm_containers makes of its list."""
    gc.disable()
    batch = Batch(tuple(Entry(_kind(number, count // kinds, reserve)) for number in range(kinds)))
    with PolledView(settings, lambda warnings: None) as view:
        result = Reconciler(batch, view, Scheduler(SchedulingSettings()), chance=random.random).run()
    return {"started": sum(action["action"] == "start" for action in result.actions)}


def _kind(number: int, count: int, reserve: bool) -> Wanted:
    options: Plain = {"image": "web:1", "published_ports": [f"{8000 + number}:80"]}
    if reserve:
        options["memory"] = f"{16 + 4 * number}M"
    return Wanted(
        f"kind{number}",
        ContainerConfig.from_options(options),
        count=count,
        constraints=parse_expressions([f"zone!=mars{number}"], "constraints"),
        affinities=parse_expressions(["com.example.team==red"], "affinities"),
    )


_DO: Mapping[str, Callable[..., Plain]] = {
    "snapshot": snapshot, "task": task, "names": names, "bare": bare, "batch": batch, "mixed": mixed,
    "inspected": inspected, "single": single,
}  # fmt: skip


def _settings(discovery: str, certificates: str | None, timeout: float) -> ClusterSettings:
    tls = TLSSettings()
    if certificates is not None:
        tls = TLSSettings(
            enabled=True,
            hostname=SERVER_NAME,
            ca_path=f"{certificates}/ca.pem",
            client_cert=f"{certificates}/cert.pem",
            client_key=f"{certificates}/key.pem",
        )
    return ClusterSettings(DiscoverySettings(discovery), EngineSettings(tls, snapshot_timeout=timeout))


def main() -> int:
    wish = json.loads(sys.argv[1])
    settings = _settings(wish.pop("discovery"), wish.pop("certificates"), wish.pop("timeout", 10.0))
    action = _DO[wish.pop("do")]
    wall, cpu = time.perf_counter(), time.process_time()
    more = action(settings, **wish)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "more": more}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
