# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What acts in containers, once each, on every engine of a cluster."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.classic.swarm.plugins.modules import (
    swarm_container_copy_into,
    swarm_container_exec,
    swarm_container_fetch,
    swarm_container_logs,
    swarm_container_wait,
    swarm_events_info,
    swarm_top_info,
)

from tests.integration.operating import Result, run_module
from tests.lab import Lab

SIZE = 4 * 1024 * 1024


def run(lab: Lab, main: Callable[[], None], **options: Any) -> Result:
    result = run_module(main, options, environment=lab.environment)
    assert not result.get("failed"), result["msg"]
    return result


def try_every_verb(cluster: Lab, tmp_path: Path, with_ps: Sequence[str]) -> None:
    """:param with_ps: engines on whose file system there is a ps, which lists the processes of containers"""
    arguments = ("run", "-d", "--init", "--tmpfs", "/ram", "--label", "kind=box")
    script = "sleep 1; echo ready; sleep 600"
    for engine in cluster.engines:
        engine.docker(*arguments, "--name", f"box-{engine.name}", "busybox", "sh", "-c", script)
    names = [f"box-{engine.name}" for engine in cluster.engines]
    waited = run(cluster, swarm_container_wait.main, containers=["box-*"], log_match="ready", wait_timeout=60)
    assert {row["name"]: row["line"] for row in waited["containers"]} == dict.fromkeys(names, "ready")
    text = "".join(f"{number:015d}\n" for number in range(SIZE // 16))
    for engine, name in zip(cluster.engines, names):
        said = run(
            cluster, swarm_container_exec.main, container=name, command="sha256sum", stdin=text, stdin_add_newline=False
        )
        assert (said["stdout"].split()[0], said["node"]) == (hashlib.sha256(text.encode()).hexdigest(), engine.name)
        for folder in ("/tmp", "/ram"):
            options = {"container": name, "container_path": f"{folder}/größe", "content": text, "mode": 0o640}
            assert run(cluster, swarm_container_copy_into.main, **options)["changed"] is True
            assert run(cluster, swarm_container_copy_into.main, **options)["changed"] is False
            dest = tmp_path / name / folder[1:]
            options = {"container": name, "container_path": folder, "dest": str(dest), "flat": True}
            assert run(cluster, swarm_container_fetch.main, **options)["changed"] is True
            assert run(cluster, swarm_container_fetch.main, **options)["changed"] is False
            assert (dest / "größe").read_text() == text
    logs = run(cluster, swarm_container_logs.main, labels=["kind=box"], tail=1)["logs"]
    assert sorted(row["name"] for row in logs) == sorted(names)
    assert [row["time"] for row in logs] == sorted(row["time"] for row in logs)
    top = run(cluster, swarm_top_info.main, containers=["box-*"], nodes=list(with_ps))["results"]
    assert [row["node"] for row in top] == sorted(with_ps)
    assert all("PID" in process for row in top for process in row["processes"])
    filters = {"event": "start", "label": "kind=box"}
    events = run(cluster, swarm_events_info.main, since="10m", filters=filters)["events"]
    assert sorted(event["name"] for event in events) == sorted(names)
    for engine, name in zip(cluster.engines, names):
        engine.docker("rm", "-f", name)
    gone = run(cluster, swarm_container_wait.main, containers=["box-*"], state="removed", wait_timeout=60)
    assert gone["containers"] == []
