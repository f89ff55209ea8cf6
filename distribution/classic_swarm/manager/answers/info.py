# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``GET /info``: the cluster at one look, in the original's rows."""

from __future__ import annotations

import json
import platform
import socket
import time
import typing as t

from aiohttp import web

from ...version import VERSION
from ..http.call import Call
from ..state.cluster import Node

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
#: A fact of ours that the original did not show as a label.
_HIDDEN = "architecture"

Row = t.Tuple[str, str]


async def info(call: Call) -> web.StreamResponse:
    """The cluster: sums over all nodes, and a row for each fact of each node."""
    cluster, scheduling = call.manager.cluster, call.manager.settings.scheduling
    more = 1 + scheduling.overcommit
    nodes = cluster.nodes
    shown = [_shown(node, more) for node in nodes]
    running, paused, stopped = (sum(each.counts[position] for each in shown) for position in range(3))
    images = set().union(*(node.image_ids for node in nodes))
    rows: t.List[Row] = [
        *_role(call),
        ("Strategy", cluster.placing.scheduler.strategy_name),
        ("Filters", ", ".join(scheduling.filters or _all_filters())),
        ("Nodes", str(len(nodes))),
    ]
    texts = [json.dumps(row).encode() for row in rows]
    texts += [each.text for each in shown]
    facts = {
        "ID": "",
        "Containers": len(cluster.containers),
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": stopped,
        "Images": len(images),
        "Driver": "",
        "DriverStatus": None,
        "SystemTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "KernelVersion": platform.release(),
        "OperatingSystem": "linux",
        "OSType": "linux",
        "Architecture": platform.machine(),
        "NCPU": int(sum(node.facts.cpus * more for node in nodes)),
        "MemTotal": int(sum(node.facts.memory * more for node in nodes)),
        "MemoryLimit": True,
        "SwapLimit": True,
        "CpuCfsPeriod": True,
        "CpuCfsQuota": True,
        "CPUShares": True,
        "CPUSet": True,
        "PidsLimit": True,
        "IPv4Forwarding": True,
        "BridgeNfIptables": True,
        "BridgeNfIp6tables": True,
        "OomKillDisable": True,
        "Debug": False,
        "Labels": None,
        "Warnings": None,
        "ExperimentalBuild": False,
        "Name": socket.gethostname(),
        "ServerVersion": f"swarm/{VERSION}",
        "Plugins": {"Volume": None, "Network": None, "Authorization": None, "Log": None},
        "Swarm": {"NodeID": "", "LocalNodeState": "inactive", "ControlAvailable": False, "Error": ""},
        "SecurityOptions": None,
    }
    body = b'%s, "SystemStatus": [%s]}\n' % (json.dumps(facts)[:-1].encode(), b",".join(texts))
    return web.Response(body=body, content_type="application/json")


def _role(call: Call) -> t.List[Row]:
    leadership = call.manager.leadership
    if leadership.is_primary:
        return [("Role", "primary")]
    return [("Role", "replica"), ("Primary", leadership.primary or "")]


def _all_filters() -> t.Tuple[str, ...]:
    from ..._swarm.scheduler.registry import FILTERS

    return tuple(kind.name for kind in FILTERS)


class _Shown(t.NamedTuple):
    """A node in the answer. :ivar text: its rows as JSON. :ivar counts: containers that run, are paused, and neither"""

    made_of: t.Tuple[int, float, float]
    text: bytes
    counts: t.Tuple[int, int, int]


def _shown(node: Node, more: float) -> _Shown:
    """Kept until something of the node changes: a thousand of them are looked at for each answer."""
    made_of = node.revision, node.updated, more
    kept = node.shown
    if isinstance(kept, _Shown) and kept.made_of == made_of:
        return kept
    text = ",".join(json.dumps(row, ensure_ascii=False) for row in node_rows(node, more))
    node.shown = made = _Shown(made_of, text.encode(), node.counts())
    return made


def node_rows(node: Node, more: float) -> t.List[Row]:
    """What is shown of a node. :param more: how many times its own cpus and memory may be reserved"""
    running, paused, stopped = node.counts()
    total = len(node.containers)
    memory, cpus = node.reserved()
    counted = f"{total} ({running} Running, {paused} Paused, {stopped} Stopped)" if node.healthy else str(total)
    labels = ", ".join(f"{key}={value}" for key, value in sorted(node.labels.items()) if key != _HIDDEN)
    rows = [
        (f" {node.name or '(unknown)'}", node.key),
        ("ID", f"{node.engine_id}|{node.key}"),
        ("Status", node.health.capitalize()),
        ("Containers", counted),
        ("Reserved CPUs", f"{_number(cpus)} / {_number(int(node.facts.cpus * more))}"),
        ("Reserved Memory", f"{size_of(memory)} / {size_of(int(node.facts.memory * more))}"),
        ("Labels", labels),
        *([("Error", node.reason)] if node.reason else []),
        ("UpdatedAt", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(node.updated))),
        ("ServerVersion", node.facts.version),
    ]
    return [rows[0], *((f"  └ {name}", value) for name, value in rows[1:])]


def size_of(amount: float) -> str:
    """``1.021 GiB``: four digits, as engines write sizes."""
    unit = 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount /= 1024
        unit += 1
    return f"{amount:.4g} {_UNITS[unit]}"


def _number(value: float) -> str:
    return f"{round(value, 3):g}"
