# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One session of a part: it runs, and gives figures."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

from .workspace import OUTPUT, PYTHON, ROOT, environment

_LAST_LINES = 80
_GRACE = 90.0


@dataclass(frozen=True)
class Figures:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


class Failure(Exception):
    """A step of a session did not do what it should; the text says what was seen."""


class Session(Protocol):
    """A name, and a run that gives figures."""

    @property
    def name(self) -> str: ...

    def run(self) -> Figures: ...


@dataclass(frozen=True)
class Steps:
    """A session that counts as one test: a function that raises Failure when something is wrong."""

    name: str
    action: Callable[[], None]

    def run(self) -> Figures:
        try:
            self.action()
        except Failure as failure:
            print(failure)
            return Figures(failed=1)
        return Figures(passed=1)


@dataclass(frozen=True)
class Skipped:
    """A session that cannot run here."""

    name: str
    reason: str

    def run(self) -> Figures:
        print(f"skipped: {self.reason}")
        return Figures(skipped=1)


@dataclass(frozen=True)
class Pytest:
    """A run of pytest with its own figures.

    python: whose environment; arguments: what to run, and how; timeout: seconds for all.
    """

    name: str
    arguments: Sequence[str]
    timeout: float
    python: Path = PYTHON

    def run(self) -> Figures:
        OUTPUT.mkdir(parents=True, exist_ok=True)
        report = OUTPUT / f"{self.name.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        command = [
            str(self.python),
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junit-xml={report}",
            *self.arguments,
        ]
        code = _run_in_sight(command, self.timeout)
        figures = figures_of(report)
        if code != 0 and figures.failed == 0:
            print(f"pytest ended with exit code {code} and reported no failed test")
            return figures + Figures(failed=1)
        return figures


def command(
    *words: str,
    timeout: float = 600.0,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a command and give what it said; raise Failure with its last lines when it fails or does not end in time."""
    shown = " ".join(words)
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env=dict(env or environment()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"no end after {timeout:g} s: {shown}") from None
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-_LAST_LINES:])
        raise Failure(f"{last}\nexit code {done.returncode}: {shown}")
    return done.stdout


def _run_in_sight(words: Sequence[str], timeout: float) -> int:
    process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        print(f"stopped: no end after {timeout:g} s", file=sys.stderr)
        # As if a user pressed Ctrl-C: pytest then takes down what its fixtures brought up.
        process.send_signal(signal.SIGINT)
        return -1
    finally:
        _wait_for_the_end(process)


def _wait_for_the_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def figures_of(report: Path) -> Figures:
    """What a report of pytest counts; nothing where there is none."""
    if not report.exists():
        return Figures()
    total = Figures()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, failures, errors, skipped = (
            int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")
        )
        total += Figures(tests - failures - errors - skipped, failures + errors, skipped)
    return total
