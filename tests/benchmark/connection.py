# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A command in a container of a real engine over mutual TLS: the connection plugin, beside ``docker exec``.

Most of either is what the engine takes to start a process. The two take turns, so that what else the machine does
falls on both.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.integration.connecting import connect
from tests.lab import EngineSpec, Lab

from .common import Chart, Figure, Result, each_median, seconds

_NAME, _SUBNET = "benc", "10.77.96"
_OURS, _FIRST, _CLI = "a command", "the first command, container looked for", "docker exec"
_PUT, _FETCH = "a file into the container", "a file out of the container"
_MIB = 1024 * 1024


def run(small: bool) -> Result:
    """Every figure of this part. Needs root and dockerd, for real engines."""
    times, groups, size = (2, 1, 4) if small else (25, 5, 100)
    took: dict[str, list[float]] = {name: [] for name in (_OURS, _FIRST, _CLI, _PUT, _FETCH)}
    with Lab(_NAME, _SUBNET, [EngineSpec("one")]) as lab, tempfile.TemporaryDirectory() as folder:
        lab.engines[0].docker("run", "--detach", "--name", "web", "web:1")
        used = connect(lab)
        used.exec_command("true")
        ways: Mapping[str, Callable[[], object]] = {
            _CLI: lambda: _cli(lab),
            _OURS: lambda: used.exec_command("true"),
            _FIRST: lambda: connect(lab).exec_command("true"),
        }
        for _time in range(times):
            for name, way in ways.items():
                took[name].append(seconds(way))
        source, target = Path(folder, "in"), Path(folder, "out")
        source.write_bytes(os.urandom(size * _MIB))
        for _group in range(groups):
            took[_PUT].append(size / seconds(lambda: used.put_file(str(source), "/tmp/file")))
            took[_FETCH].append(size / seconds(lambda: used.fetch_file("/tmp/file", str(target))))
        if source.read_bytes() != target.read_bytes():
            raise RuntimeError("what came back is something else")
    values = {name: each_median(took[name], groups) for name in ways}
    beside = tuple(ours / cli for ours, cli in zip(values[_OURS], values[_CLI], strict=True))
    figures = (
        Figure(_OURS, "s", values[_OURS], reference=_CLI, note="the plugin has run one before"),
        Figure(_FIRST, "s", values[_FIRST], reference=_CLI,
               note="as each task has it: the engines are asked for the container, and the version is agreed on"),
        Figure(_CLI, "s", values[_CLI], note="the Docker CLI, started anew for each"),
        Figure("times docker exec", "x", beside, goal=1.3),
        Figure(_PUT, "MiB/s", tuple(took[_PUT]), "more", note=f"{size} MiB"),
        Figure(_FETCH, "MiB/s", tuple(took[_FETCH]), "more", note=f"{size} MiB"),
    )  # fmt: skip
    chart = Chart("benchmark-connection", "A command in a container over mutual TLS", (_OURS, _FIRST, _CLI))
    return Result("connection", figures, charts=(chart,))


def _cli(lab: Lab) -> None:
    command = ["docker", "-H", lab.engines[0].url, "exec", "web", "/bin/sh", "-c", "true"]
    subprocess.run(command, env={**os.environ, **lab.environment}, check=True, capture_output=True)
