# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What containers print, all over the cluster, merged in the order of time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_logs

from tests.integration.operating import Result, run_module
from tests.lab import Lab

#: web-1 prints at once and half a second later, web-2 in between; both go on.
TALK = "echo {name} first; sleep {pause}; echo {name} second >&2; sleep 600"


@pytest.fixture(scope="module")
def talking(lab: Lab) -> Lab:
    lab.reset()
    began = time.monotonic()
    for engine, name, script in (
        ("dockerhost01", "web-1", "echo web-1 first; sleep 2; echo web-1 second >&2; sleep 600"),
        ("dockerhost02", "web-2", "sleep 1; echo web-2 first; sleep 600"),
    ):
        lab.engine(engine).docker(
            "run", "-d", "--init", "--name", name, "--label", "tier=front", "busybox", "sh", "-c", script
        )
    run = ("run", "-d", "--init", "--log-driver")
    lab.engine("dockerhost03").docker(*run, "none", "--name", "mute", "busybox", "sh", "-c", "echo x; sleep 600")
    long = "head -c 40000 /dev/zero | tr '\\0' x; echo; printf 'no end'"
    lab.engine("dockerhost03").docker(*run, "json-file", "--name", "long", "busybox", "sh", "-c", long)
    lab.engine("dockerhost03").docker(
        *run, "json-file", "-t", "--name", "terminal", "busybox", "sh", "-c", "echo one; echo two >&2; sleep 600"
    )
    time.sleep(max(0.0, 4.0 - (time.monotonic() - began)))
    return lab


def logs(lab: Lab, *containers: str, **options: Any) -> Result:
    arguments = {**({"containers": list(containers)} if containers else {}), **options}
    return run_module(swarm_container_logs.main, arguments, environment=lab.environment)


def lines(result: Result) -> list[tuple[str, str, str]]:
    assert not result.get("failed"), result["msg"]
    return [(row["name"], row["stream"], row["line"]) for row in result["logs"]]


FIRST, SECOND, THIRD = (
    ("web-1", "stdout", "web-1 first"),
    ("web-2", "stdout", "web-2 first"),
    ("web-1", "stderr", "web-1 second"),
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"containers": ["web-*"]}, [FIRST, SECOND, THIRD]),
        ({"labels": ["tier=front"]}, [FIRST, SECOND, THIRD]),
        ({"containers": ["web-1"]}, [FIRST, THIRD]),
        ({"containers": ["dockerhost02/*"]}, [SECOND]),
        ({"containers": ["web-*"], "tail": 1}, [SECOND, THIRD]),
        ({"containers": ["web-*"], "max_lines": 2}, [SECOND, THIRD]),
        ({"containers": ["web-*"], "since": "1h"}, [FIRST, SECOND, THIRD]),
        ({"containers": ["web-*"], "until": "1h"}, []),
        ({"containers": ["web-*"], "until_match": "^web-2"}, [FIRST, SECOND]),
        ({"containers": ["web-*"], "nodes": ["dockerhost02"]}, [SECOND]),
    ],
)
def test_what_is_read(talking: Lab, options: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    result = logs(talking, **options)
    assert lines(result) == expected
    assert result["changed"] is False
    assert result.get("matched") is ("until_match" in options or None)
    assert (result["left_out"], len(result["warnings"])) == ((1, 1) if "max_lines" in options else (0, 0))


def test_rows(talking: Lab) -> None:
    (row,) = logs(talking, "web-2")["logs"]
    assert abs(time.time() - time.mktime(time.strptime(row["time"][:19], "%Y-%m-%dT%H:%M:%S")) + time.timezone) < 600
    assert len(row.pop("time")) == len("2026-01-31T12:00:00.123456789Z")
    assert row == {"name": "web-2", "node": "dockerhost02", "stream": "stdout", "line": "web-2 first"}
    assert logs(talking, "web-2", timestamps=False)["logs"] == [row]


def test_moments_cut_between_lines(talking: Lab) -> None:
    times = [row["time"] for row in logs(talking, "web-*")["logs"]]
    assert lines(logs(talking, "web-*", since=times[1][:26] + "Z", until=times[2][:26] + "Z")) == [SECOND]


def test_long_lines_terminals_and_lines_without_an_end(talking: Lab) -> None:
    assert lines(logs(talking, "long", "terminal")) == [
        ("long", "stdout", "x" * 40000),
        ("long", "stdout", "no end"),
        ("terminal", "stdout", "one"),
        ("terminal", "stdout", "two"),
    ]


def test_a_log_driver_that_cannot_be_read_is_named(talking: Lab) -> None:
    result = logs(talking, "mute", "web-2")
    assert result["failed"]
    entry = talking.engine("dockerhost03").entry
    words = f"{entry} cannot read logs of the log driver none"
    assert result["msg"] == f"1 of 2 containers failed: mute on dockerhost03: {words}"
    assert [(row["name"], row["msg"]) for row in result["failures"]] == [("mute", words)]
    assert [row["line"] for row in result["logs"]] == ["web-2 first"]


def test_following_ends_in_time(talking: Lab) -> None:
    began = time.monotonic()
    result = logs(talking, "web-*", follow_for=1.0, until_match="never")
    assert 1.0 <= time.monotonic() - began < 5
    assert (lines(result), result["matched"]) == ([FIRST, SECOND, THIRD], False)


def test_following_ends_with_the_line(talking: Lab) -> None:
    script = "sleep 1; echo ready; echo later; sleep 600"
    talking.engine("dockerhost02").docker("run", "-d", "--init", "--name", "late", "busybox", "sh", "-c", script)
    began = time.monotonic()
    result = logs(talking, "late", "web-*", follow_for=60, until_match="ready", tail=1)
    assert time.monotonic() - began < 20
    assert (lines(result)[-1], result["matched"]) == (("late", "stdout", "ready"), True)


def test_following_ends_when_all_have_ended(talking: Lab) -> None:
    began = time.monotonic()
    assert lines(logs(talking, "long", follow_for=60))[1] == ("long", "stdout", "no end")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"containers": ["app-*", "web-1"]}, "containers: no container is meant by app-*"),
        (
            {"containers": ["a b"]},
            "containers: 'a b' is not a container; write a name, an ID, or a name with * in it for any text, with a "
            "node before it if need be, as in node-1/web-*",
        ),
        (
            {"containers": ["web-1"], "until_match": "("},
            "until_match: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        (
            {"containers": ["web-1"], "since": "yesterday"},
            "since: 'yesterday' is not a moment; write how long ago it was, such as 10m, a date with a time, such as "
            "2026-01-31T12:00:00Z, or seconds since 1970",
        ),
        ({"containers": ["web-1"], "max_lines": 0}, "max_lines is 0; it must be a number from 1 to 10000000"),
    ],
)
def test_what_cannot_be_right(talking: Lab, options: dict[str, Any], message: str) -> None:
    assert logs(talking, **options)["msg"] == message
