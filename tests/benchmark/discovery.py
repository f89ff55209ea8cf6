# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A thousand entries in every backend that takes registrations, over its real server: made, and listed."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Registration
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from ..lab.consul import Consul
from ..lab.etcd import Etcd
from ..lab.token_service import TokenService
from ..lab.zookeeper import ZooKeeper
from .common import Chart, Figure, Result

_TTL = {"zk": 30.0}
_USUAL_TTL = 180.0


def run(small: bool) -> Result:
    """Every figure of this part."""
    entries, repeats = (20, 1) if small else (1000, 5)
    figures = [
        figure for scheme, open_source in _SOURCES.items() for figure in _of(scheme, open_source, entries, repeats)
    ]
    charts = (
        Chart(
            "benchmark-discovery", f"Listing {entries:,} entries", tuple(f"{scheme}://, list" for scheme in _SOURCES)
        ),
    )
    return Result("discovery", tuple(figures), charts=charts)


def _of(scheme: str, open_source: Callable[[], Any], count: int, repeats: int) -> list[Figure]:
    entries = [Entry(f"10.1.{number // 250}.{number % 250 + 1}", 2376) for number in range(count)]
    with open_source() as source:
        backend = open_backend(DiscoverySettings(source))
        kept: list[Registration] = []
        began = time.perf_counter()
        kept.extend(backend.register(entry, _TTL.get(scheme, _USUAL_TTL)) for entry in entries)
        rate = count / (time.perf_counter() - began)
        lists = []
        for _repeat in range(repeats):
            began = time.perf_counter()
            found = open_backend(DiscoverySettings(source)).list()
            lists.append(1000 * (time.perf_counter() - began))
            if len(found) != count:
                raise RuntimeError(f"{scheme}:// lists {len(found)} of {count} entries")
        # Sessions of ZooKeeper have threads of their own.
        for registration in kept if scheme == "zk" else ():
            registration.deregister()
    note = "one after another, from one process"
    return [
        Figure(f"{scheme}://, register", "entries a second", (rate,), better="more", note=note),
        Figure(f"{scheme}://, list", "ms", tuple(lists), note="with the connection that is opened for it"),
    ]


@contextlib.contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cluster.conf"
        path.touch()
        yield f"file://{path}"


@contextlib.contextmanager
def _consul() -> Iterator[str]:
    with Consul() as server:
        yield f"consul://{server.host}/swarm"


@contextlib.contextmanager
def _etcd() -> Iterator[str]:
    with Etcd() as server:
        yield f"etcd://{server.host}/swarm"


@contextlib.contextmanager
def _zookeeper() -> Iterator[str]:
    with ZooKeeper(tick=2000) as server:
        yield f"zk://{server.host}/swarm"


@contextlib.contextmanager
def _token() -> Iterator[str]:
    with TokenService() as server:
        yield server.source


_SOURCES: Mapping[str, Callable[[], Any]] = {
    "file": _file,
    "consul": _consul,
    "etcd": _etcd,
    "zk": _zookeeper,
    "token": _token,
}
