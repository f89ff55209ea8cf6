# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a container: until it is healthy, or until it has ended."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.integration.operating import Operator, verbs, where
from tests.integration.playbook import container, run_playbook

ONE = "dockerhost01"


def check(command: str, **more: Any) -> dict[str, Any]:
    return {"test": ["CMD-SHELL", command], "interval": "300ms", "timeout": "2s", "retries": 2, **more}


def test_healthy_is_waited_for(operator: Operator) -> None:
    options: dict[str, Any] = {
        "command": ["sh", "-c", "sleep 1; touch /ready; exec serve"],
        "healthcheck": check("test -e /ready", start_period="10s"),
    }
    result = operator.container("c1", state="healthy", **options)
    assert result["container"]["State"]["Health"]["Status"] == "healthy"
    operator.settled("c1", state="healthy", **options)


def test_unhealthy_ends_the_wait_with_what_the_check_said(operator: Operator) -> None:
    started = time.monotonic()
    refused = operator.refused(
        "c1", state="healthy", healthy_wait_timeout=1.5, healthcheck=check("echo no disk; exit 1")
    )
    assert time.monotonic() - started < 6
    assert "1.5 s" in refused["msg"]
    assert "healthy_wait_timeout" in refused["msg"]
    assert "its last check printed: no disk" in refused["msg"]
    assert verbs(refused) == ["create", "start"]
    # It runs, and the operator can look at it.
    assert where(operator.lab) == {"c1": ONE}


def test_it_ends_before_it_is_healthy(operator: Operator) -> None:
    refused = operator.refused(
        "c1", state="healthy", command=["sh", "-c", "sleep 0.3; exit 7"], healthcheck=check("exit 1", interval="5s")
    )
    assert "ended with status 7 before it was healthy" in refused["msg"]


ENDED: list[tuple[str, dict[str, Any], bool, int, str, bool]] = [
    # command, options, failed, status, output, whether the container is there afterwards
    # The engine copies two streams, each when it gets to it: only time gives them an order.
    ("echo out; sleep 0.5; echo err >&2", {}, False, 0, "out\nerr\n", True),
    ("echo gone", {"cleanup": True}, False, 0, "gone\n", False),
    ("echo bad; exit 3", {}, True, 3, "bad\n", True),
    ("echo bad; exit 3", {"cleanup": True}, True, 3, "bad\n", False),
    ("exit 4", {}, True, 4, "", True),
]


@pytest.mark.parametrize(("command", "options", "failed", "status", "output", "stays"), ENDED)
def test_not_detached(
    operator: Operator,
    command: str,
    options: dict[str, Any],
    failed: bool,
    status: int,
    output: str,
    stays: bool,
) -> None:
    result = operator.try_container("job", detach=False, command=["sh", "-c", command], **options)
    assert bool(result.get("failed")) == failed
    assert result["changed"]
    assert result["status"] == status
    assert result["container"]["Output"] == output
    assert result["container"]["State"]["ExitCode"] == status
    if failed:
        assert result["msg"] == (output or "job ended with status 4")
    assert ("job" in where(operator.lab)) == stays


def test_a_job_that_has_ended_is_run_again(operator: Operator) -> None:
    """As there: a container that ended is not running, and running is what is wanted."""
    options: dict[str, Any] = {"detach": False, "command": ["sh", "-c", "echo hi >> /log; cat /log"]}
    assert operator.container("job", **options)["container"]["Output"] == "hi\n"
    again = operator.container("job", **options)
    assert verbs(again) == ["start"]
    assert again["container"]["Output"].endswith("hi\nhi\n")


@pytest.mark.parametrize("status", [0, 3])
def test_a_job_that_removes_itself(operator: Operator, status: int) -> None:
    """Its status is not lost, however quickly it ends: somebody waits for it before it is started."""
    result = operator.try_container("job", detach=False, auto_remove=True, command=["sh", "-c", f"exit {status}"])
    assert result["status"] == status
    assert bool(result.get("failed")) == bool(status)
    assert "auto_remove" in result["container"]["Output"]
    assert where(operator.lab) == {}


def test_jobs_side_by_side(operator: Operator) -> None:
    started = time.monotonic()
    result = operator.try_container(
        "job", count=4, detach=False, command=["sh", "-c", "sleep 1; hostname; test $(hostname) != h2"], hostname="h2"
    )
    assert time.monotonic() - started < 5
    assert result["failed"]
    assert [each["Output"] for each in result["containers"]] == ["h2\n"] * 4
    assert "job-2 ended with status 1: h2" in result["msg"]


def test_the_output_can_be_read_in_the_log(operator: Operator, tmp_path: Any) -> None:
    run = run_playbook(
        operator.lab,
        tmp_path,
        [container("job", detach=False, output_logs=True, cleanup=True, command=["echo", "seen in the log"])],
    )
    assert run.results[0]["container"]["Output"] == "seen in the log\n"
    assert run.results[0]["status"] == 0


def test_one_that_keeps_restarting_is_no_healthy_one(operator: Operator) -> None:
    check = {"test": ["CMD", "true"], "interval": "1s"}
    refused = operator.refused(
        "c1", command=["false"], restart_policy="always", state="healthy", healthy_wait_timeout=4, healthcheck=check
    )
    assert refused["msg"].startswith("c1 on dockerhost01 keeps restarting: it ended with status 1 and was restarted ")
    assert refused["msg"].endswith(" times; it was not healthy after 4 s (healthy_wait_timeout)")
    # it is there, and the failure says where
    assert refused["container"]["Name"] == "/c1"
    assert (refused["node"]["name"], refused["address"]) == ("dockerhost01", refused["node"]["address"])


def test_an_output_that_nobody_can_read_is_no_failure(operator: Operator) -> None:
    made = operator.container("c1", command=["echo", "x"], detach=False, log_driver="none")
    assert made["status"] == 0
    assert made["container"]["Output"] == "The output cannot be read back from the logging driver none"


def test_what_an_engine_warns_of_is_passed_on(operator: Operator) -> None:
    made = operator.container("c1", network_mode="host", ports=["8080:80"])
    assert made["warnings"] == [
        "c1 on dockerhost01: Published ports are discarded when using host network mode",
    ]
