# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for containers, wherever in the cluster they are."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_wait

from tests.integration.operating import Result, run_module
from tests.lab import Lab

CHECK = ("--health-cmd", "test -e /tmp/ok", "--health-interval", "1s")
SCRIPT = "sleep 2; touch /tmp/ok; echo {name} is ready; sleep {then}"


def start(lab: Lab, engine: str, name: str, *arguments: str, then: int = 600) -> None:
    command = ("busybox", "sh", "-c", SCRIPT.format(name=name, then=then))
    lab.engine(engine).docker("run", "-d", "--init", "--name", name, "--label", "tier=front", *arguments, *command)


def wait(lab: Lab, *containers: str, check: bool = False, **options: Any) -> Result:
    arguments = {
        **({"containers": list(containers)} if containers else {}),
        "wait_timeout": 30,
        "poll_interval": 0.2,
        **options,
    }
    return run_module(swarm_container_wait.main, arguments, check=check, environment=lab.environment)


def test_many_at_once(clean_lab: Lab) -> None:
    start(clean_lab, "dockerhost01", "web-1", *CHECK)
    start(clean_lab, "dockerhost02", "web-2", *CHECK)
    told = wait(clean_lab, "web-*", state="healthy", check=True)
    assert (told["changed"], told["reached"]) == (False, False)
    result = wait(clean_lab, "web-*", state="healthy")
    assert (result["changed"], result["reached"]) == (False, True)
    assert [(row["name"], row["node"], row["state"], "(healthy)" in row["status"]) for row in result["containers"]] == [
        ("web-1", "dockerhost01", "running", True),
        ("web-2", "dockerhost02", "running", True),
    ]
    assert wait(clean_lab, labels=["tier=front"], state="running")["elapsed"] < 2
    lines = wait(clean_lab, "web-*", log_match="is ready$", state="running")
    assert [row["line"] for row in lines["containers"]] == ["web-1 is ready", "web-2 is ready"]


def test_a_line_that_comes(clean_lab: Lab) -> None:
    start(clean_lab, "dockerhost01", "web-1")
    result = wait(clean_lab, "web-1", log_match="^web-1 is ready$")
    assert (result["reached"], result["containers"][0]["line"]) == (True, "web-1 is ready")
    assert result["elapsed"] > 0.5


def test_until_they_have_stopped_and_are_gone(clean_lab: Lab) -> None:
    start(clean_lab, "dockerhost01", "job-1", then=0)
    start(clean_lab, "dockerhost02", "job-2", then=1)
    result = wait(clean_lab, "job-*", state="stopped")
    assert [row["state"] for row in result["containers"]] == ["exited", "exited"]
    engines = [clean_lab.engine(f"dockerhost0{number}") for number in (1, 2)]
    remover = threading.Timer(
        1.0, lambda: [each.api("DELETE", f"/containers/job-{number}") for number, each in enumerate(engines, 1)]
    )
    remover.start()
    gone = wait(clean_lab, "job-*", state="removed")
    remover.join()
    assert (gone["reached"], gone["containers"]) == (True, [])


def test_one_that_is_not_there_yet(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost03")

    def begin() -> None:
        engine.api("POST", "/containers/create?name=late", {"Image": "busybox", "Cmd": ["sleep", "600"]})
        engine.api("POST", "/containers/late/start")

    starter = threading.Timer(1.0, begin)
    starter.start()
    result = wait(clean_lab, "late", state="running")
    starter.join()
    assert (result["reached"], result["containers"][0]["node"]) == (True, "dockerhost03")


def test_what_does_not_come_is_told(clean_lab: Lab) -> None:
    start(clean_lab, "dockerhost01", "web-1")
    began = time.monotonic()
    result = wait(clean_lab, "web-1", "app", log_match="never", wait_timeout=1)
    assert time.monotonic() - began < 10
    assert (result["failed"], result["reached"]) == (True, False)
    assert result["msg"] == (
        "a line in the log has not come within 1 s: app is not there; web-1 on dockerhost01 has not printed it"
    )
    hopeless = wait(clean_lab, "web-1", state="healthy")
    assert hopeless["msg"] == "web-1 on dockerhost01 has no health check, so it never becomes healthy"
    late = wait(clean_lab, "web-1", state="stopped", wait_timeout=0.5)["msg"]
    assert late.startswith("the state stopped has not come within 0.5 s: web-1 on dockerhost01: Up ")


def test_removed_is_not_believed_while_an_engine_is_away(clean_lab: Lab) -> None:
    lost = clean_lab.engine("dockerhost03")
    lost.stop()
    assert wait(clean_lab, "web", state="removed", wait_timeout=0.5)["msg"] == (
        f"the state removed has not come within 0.5 s: the engine at {lost.entry} is unhealthy: connection refused by "
        f"{lost.entry}; no engine listens there"
    )
    assert wait(clean_lab, "web", state="removed", nodes=["dockerhost01", "dockerhost02"])["reached"] is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"state": "removed", "log_match": "x"},
            "log_match: a container that is removed prints nothing; leave out one of state and log_match",
        ),
        ({"state": "running", "poll_interval": 0}, "poll_interval is 0; it must be a number from 0.05 to 1000000"),
    ],
)
def test_what_cannot_be_right(lab: Lab, options: dict[str, Any], message: str) -> None:
    assert wait(lab, "web", **options)["msg"] == message
