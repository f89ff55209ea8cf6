# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What containers use, which processes they have, and what happens on their engines."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_events_info, swarm_stats_info, swarm_top_info

from tests.integration.operating import Result, eventually, inspect, run_module
from tests.lab import Lab

MODULES = {"stats": swarm_stats_info.main, "top": swarm_top_info.main, "events": swarm_events_info.main}


@pytest.fixture(scope="module")
def busy(lab: Lab) -> Lab:
    """web-1 counts, web-2 sleeps with a limit of memory, and done has ended."""
    lab.reset()
    run = ("run", "-d", "--init")
    lab.engine("dockerhost01").docker(*run, "--name", "web-1", "busybox", "sh", "-c", "while :; do :; done")
    lab.engine("dockerhost02").docker(*run, "-m", "64m", "--name", "web-2", "busybox", "sleep", "600")
    lab.engine("dockerhost03").docker(*run, "--name", "done", "busybox", "sh", "-c", "exit 3")
    eventually(lambda: inspect(lab.engine("dockerhost03"), "done")["State"]["Status"], "exited")
    return lab


def look(lab: Lab, what: str, **options: Any) -> Result:
    result = run_module(MODULES[what], options, environment=lab.environment)
    assert result.get("changed", False) is False
    return result


def measures(lab: Lab) -> bool:
    """Whether the engines can measure on this machine: where they cannot read control groups they send zeros."""
    record = lab.engine("dockerhost01").api("GET", "/containers/web-1/stats?stream=0")
    return not record["read"].startswith("0001-")


def refused(lab: Lab, *names: str) -> list[tuple[str, str]]:
    """What is said where engines cannot measure."""
    entries = {"web-1": lab.engine("dockerhost01").entry, "web-2": lab.engine("dockerhost02").entry}
    words = "has measured nothing of it: it does not run any more, or its control groups cannot be read"
    return [(name, f"{entries[name]} {words}") for name in names]


def test_one_measurement(busy: Lab) -> None:
    result = look(busy, "stats", containers=["web-*"])
    if not measures(busy):
        assert [(row["name"], row["msg"]) for row in result["failures"]] == refused(busy, "web-1", "web-2")
        return
    first, second = result["results"]
    assert [(row["name"], row["node"]) for row in (first, second)] == [
        ("web-1", "dockerhost01"),
        ("web-2", "dockerhost02"),
    ]
    assert first["cpu_percent"] > 5 > second["cpu_percent"]
    assert (second["memory_limit"], second["pids"]) == (64 * 1024**2, 2)
    assert 0 < second["memory"] < 64 * 1024**2
    assert second["memory_percent"] == round(100 * second["memory"] / second["memory_limit"], 2)
    assert result["failures"] == []


def test_measurements_for_a_time(busy: Lab) -> None:
    began = time.monotonic()
    result = look(busy, "stats", containers=["web-1"], sample_for=3.5)
    if not measures(busy):
        assert [(row["name"], row["msg"]) for row in result["failures"]] == refused(busy, "web-1")
        return
    (row,) = result["results"]
    assert 3 <= time.monotonic() - began < 10
    assert len(row["samples"]) >= 2
    assert row["samples"][-1]["cpu_percent"] > 5
    assert sorted(row["samples"], key=lambda sample: str(sample["time"])) == row["samples"]


def test_processes(busy: Lab) -> None:
    first, second = look(busy, "top", ps_args="-eo pid,args")["results"]
    assert [process["COMMAND"].split()[-1] for process in second["processes"]] == ["600", "600"]
    assert set(second["processes"][0]) == {"PID", "COMMAND"}
    (row,) = look(busy, "top", containers=["web-1"])["results"]
    assert {"PID", "CMD"} <= set(row["processes"][0])
    assert len(first["processes"]) == len(row["processes"])


@pytest.mark.parametrize("what", ["stats", "top"])
def test_only_what_runs(busy: Lab, what: str) -> None:
    assert look(busy, what, containers=["done"])["msg"] == "containers: no running container is meant by done"


def test_one_that_fails_is_named_beside_the_others(busy: Lab) -> None:
    result = look(busy, "top", ps_args="-eo args")
    assert result["msg"].startswith("2 of 2 containers failed: web-1 on dockerhost01: ")
    assert [(row["name"], row["node"]) for row in result["failures"]] == [
        ("web-1", "dockerhost01"),
        ("web-2", "dockerhost02"),
    ]


def test_events_that_have_been(busy: Lab) -> None:
    filters = {"type": "container", "event": ["die", "start"], "container": ["web-1", "web-2", "done"]}
    result = look(busy, "events", since="10m", filters=filters)
    seen = [(event["name"], event["action"], event["node"]) for event in result["events"]]
    assert seen[-4:] == [
        ("web-1", "start", "dockerhost01"),
        ("web-2", "start", "dockerhost02"),
        ("done", "start", "dockerhost03"),
        ("done", "die", "dockerhost03"),
    ]
    last = result["events"][-1]
    assert (last["type"], last["attributes"]["exitCode"], len(last["id"])) == ("container", "3", 64)
    assert last["time"] > result["events"][-2]["time"]
    few = look(busy, "events", since="10m", filters=filters, max_events=2)
    assert few["events"] == result["events"][-2:]
    assert few["left_out"] == len(result["events"]) - 2
    assert look(busy, "events", since="10m", until="9m59s", filters=filters)["events"] == []
    one = look(busy, "events", since="10m", filters=filters, nodes=["dockerhost02"])
    assert {event["node"] for event in one["events"]} == {"dockerhost02"}


def test_events_that_come(busy: Lab) -> None:
    engine = busy.engine("dockerhost02")
    pauser = threading.Timer(1.0, lambda: engine.api("POST", "/containers/web-2/pause"))
    pauser.start()
    began = time.monotonic()
    result = look(busy, "events", listen_for=3, filters={"event": ["pause"]})
    pauser.join()
    engine.api("POST", "/containers/web-2/unpause")
    assert 3 <= time.monotonic() - began < 10
    assert [(event["name"], event["node"]) for event in result["events"]] == [("web-2", "dockerhost02")]
    assert [(row["node"], row["count"]) for row in result["results"]] == [
        ("dockerhost01", 0),
        ("dockerhost02", 1),
        ("dockerhost03", 0),
    ]


def test_an_engine_that_is_killed_in_the_middle_keeps_nobody_s_events(busy: Lab) -> None:
    lost = busy.engine("dockerhost03")
    killer = threading.Timer(1.0, lost.kill)
    killer.start()
    result = look(busy, "events", since="10m", listen_for=3, filters={"event": ["start"]})
    killer.join()
    words = f"{lost.entry} closed the connection before its answer was complete"
    assert result["msg"] == f"1 of 3 nodes failed: dockerhost03: {words}"
    assert [row["node"] for row in result["failures"]] == ["dockerhost03"]
    assert {event["node"] for event in result["events"]} == {"dockerhost01", "dockerhost02"}
