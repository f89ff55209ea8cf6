# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks on clusters, one for each kind of plan and each thing that makes its steps different."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import After, Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.plan import Plan
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.planner import Planner
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.survey import Survey
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member, Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

from tests.unit.builders import container, node
from tests.unit.tasks import found, inspected, wanted

WEB = container("web", id="c" * 64)


def _plan(
    task: Wanted | Batch,
    nodes: t.Any,
    existing: t.Any = (),
    surplus: t.Any = (),
    unfinished: t.Mapping[str, t.Any] | None = None,
) -> Plan:
    batch = task if isinstance(task, Batch) else Batch.of(task)
    survey = Survey({each.member.name: each for each in existing}, unfinished or {}, tuple(surplus), ())
    return Planner(batch, Scheduler(SchedulingSettings())).plan(nodes, survey, batch.members(nodes))


def _home(**more: t.Any) -> t.Any:
    return node("n1", WEB, labels={"zone": "a"}, api_version="1.41", **more)


def _new(**more: t.Any) -> Plan:
    return _plan(wanted(**more), [node("n1", api_version="1.41"), node("n2", api_version="1.41")])


def _there(inspect: t.Any = None, **more: t.Any) -> Plan:
    home = _home()
    return _plan(
        wanted(**more),
        [home, node("n2", labels={"zone": "b"}, api_version="1.41")],
        (found(home, WEB, inspect),),
    )


def _gone(state: str, **more: t.Any) -> Plan:
    home = _home()
    there = replace(found(home, WEB, inspected(state)), member=Member("web-2", 2))
    return _plan(wanted(count=1, **more), [home], surplus=(there,))


def _batch(*entries: t.Any) -> Plan:
    return _plan(Batch(tuple(entries)), [node("n1", api_version="1.41")])


def _left() -> Plan:
    home = node("n1", container("web.old", id="c" * 64))
    left = found(home, home.containers[0])
    return _plan(wanted(), [home], unfinished={"web": left})


def _updated(former: t.Mapping[str, t.Any], **options: t.Any) -> Plan:
    return _there(inspected(host_config=dict(former)), options=options)


NETWORKS = [{"name": "bridge"}, {"name": "net", "aliases": ["x"]}]
VOLUME = {
    "target": "/data",
    "source": "data",
    "type": "volume",
    "volume_driver": "local",
    "volume_options": {"o": "password=secret"},
}

SITUATIONS: dict[str, t.Callable[[], Plan]] = {
    "create": _new,
    "create with all": lambda: _new(
        options={
            "env": {"PASSWORD": "secret"},
            "mounts": [VOLUME, {"target": "/tmp", "type": "tmpfs"}],
            "networks": NETWORKS,
            "networks_cli_compatible": True,
            "platform": "linux/arm64",
            "published_ports": ["80:80"],
            "memory": "1G",
            "cpus": 2,
            "labels": {"a": "b"},
        },
        pull="always",
        auth=Auth("me", "secret"),
        paused=True,
        state="healthy",
        healthy_wait_timeout=7,
        constraints=["node==n2"],
        affinities=["container!=~db"],
        whitelist=("n2",),
        group="shop",
    ),
    "create and wait for its end": lambda: _new(
        detach=False, cleanup=True, keep_volumes=False, removal_wait_timeout=3, options={"auto_remove": True}
    ),
    "create on an engine that is too old": lambda: _plan(
        wanted(options={"cgroupns_mode": "private", "annotations": {"a": "b"}}), [node("n1", api_version="1.24")]
    ),
    "create without start": lambda: _new(state="present", pull="never"),
    "create two of a number": lambda: _new(count=2),
    "keep": _there,
    "start": lambda: _there(inspected("exited"), state="healthy", paused=True),
    "restart": lambda: _there(inspected("paused"), restart=True, stop_timeout=9, paused=True),
    "unpause": lambda: _there(inspected("paused"), paused=False),
    "stop": lambda: _there(state="stopped", stop_timeout=9),
    "kill": lambda: _there(state="stopped", stop_timeout=9, force_kill=True, kill_signal="INT"),
    "update": lambda: _updated({"Memory": 2 << 30}, memory="1G"),
    "update that takes memory": lambda: _updated({"Memory": 1 << 30}, memory="2G"),
    "update that takes cpus": lambda: _updated({"NanoCpus": 10**9}, cpus=2),
    "update for the first time": lambda: _updated({}, memory="2G", cpu_shares=3),
    "networks": lambda: _there(
        {**inspected(), "NetworkSettings": {"Networks": {"bridge": {}, "net": {"Aliases": ["y"]}, "old": {}}}},
        options={
            "networks": NETWORKS,
            "networks_cli_compatible": False,
            "comparisons": {"networks": "strict"},
        },
    ),
    "recreate": lambda: _there(options={"hostname": "x"}, stop_timeout=4, keep_volumes=False),
    "recreate what does not run": lambda: _there(inspected("exited"), recreate=True, state="present"),
    "recreate by killing": lambda: _there(recreate=True, force_kill=True, kill_signal="HUP", state="healthy"),
    "relocate": lambda: _there(constraints=["zone==b"], relocate="when_needed", paused=True, stop_timeout=2),
    "relocate what does not run": lambda: _there(
        inspected("exited"), constraints=["zone==b"], relocate="when_needed", state="stopped"
    ),
    "remove": lambda: _there(state="absent", keep_volumes=False, removal_wait_timeout=6),
    "remove a surplus one before another one comes": lambda: _gone("running"),
    "remove what does not run": lambda: _gone("exited", keep_volumes=False),
    "resume": _left,
    "wait for others": lambda: _batch(
        Entry(wanted("app"), after=(After("db", "healthy"), After("job", "completed"), After("cache"))),
        Entry(wanted("db", healthy_wait_timeout=5)),
        Entry(wanted("job", count=2)),
        Entry(wanted("cache")),
    ),
    "wait for one that is waited for anyway": lambda: _batch(
        Entry(wanted("app"), after=(After("db", "healthy"),)),
        Entry(wanted("web"), after=(After("db", "healthy"),)),
        Entry(wanted("db", state="healthy", healthy_wait_timeout=5)),
    ),
    "depend on others": lambda: _batch(
        Entry(wanted("app", options={"volumes_from": ["db"], "network_mode": "container:db"})), Entry(wanted("db"))
    ),
}


def lines(made: Plan) -> list[str]:
    """One line a container, with what is told of it."""
    return [
        f"{plan.member.name} on {plan.node.name}: {plan.kind}, {dict(plan.before)} -> {dict(plan.after)}"
        + "".join(f"; {warning}" for warning in plan.warnings)
        + (f"; then {plan.then.kind}" if plan.then else "")
        for plan in made.all
    ]
