# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A soak: python -m tests.tools.soak [--seed 1] [--minutes 30] [--factor 100]

Every property of parsers, names, expressions, the scheduler and engine replies, and what the endpoint refuses, is tried
with a hundred times as many examples as in an ordinary run, some million in all; then hostile engines, and operators
who work at once on a lab of real engines, again and again until the time is up. The seed of the examples is printed
first, the counts of all last. Once, 20,000 requests and more go through HAProxy and nginx each, while containers come,
go, move and die behind them.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Sequence

from .check.session import Figures, figures_of
from .check.workspace import OUTPUT, PYTHON, ROOT, environment

_FACTOR = 100
_HOSTILE = "tests/unit/plugins/module_utils/_swarm/engine/test_hostile.py"
_ROUTING = "tests/integration/test_router_load.py"
_DUELS = ("tests/integration/test_two_operators.py", "tests/integration/test_update_races.py")


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.soak")
    parser.add_argument("--seed", type=int, default=random.randrange(2**31), help="of the examples")
    parser.add_argument("--minutes", type=float, default=30.0, help="for all of it")
    parser.add_argument("--factor", type=int, default=_FACTOR, help="examples, times those of an ordinary run")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * 60
    print(f"seed {arguments.seed}", flush=True)
    total = _run(
        [*_properties(), "--numprocesses=2", f"--hypothesis-seed={arguments.seed}"],
        end,
        SOAK_FACTOR=str(arguments.factor),
    )
    if time.monotonic() < end and not total.failed:
        total += _run([_ROUTING, "--capture=no"], end, SOAK_FACTOR=str(arguments.factor))
    turns = 0
    while time.monotonic() < end and not total.failed:
        total += _run([_HOSTILE, *_DUELS], end)
        turns += 1
    print(f"operators at once: {turns} times")
    print(total)
    return 1 if total.failed else 0


def _properties() -> list[str]:
    """Every file with properties, or with examples of its own that are more in a soak."""
    files = (ROOT / "tests/unit").rglob("test_*.py")
    marks = ("from hypothesis import", "unit.soak import")
    return sorted(
        str(path.relative_to(ROOT)) for path in files if any(mark in path.read_text("utf-8") for mark in marks)
    )


def _run(arguments: Sequence[str], end: float, **more: str) -> Figures:
    """One run of pytest; what does not end in time is stopped and counts for what it did."""
    report = OUTPUT / "soak.xml"
    OUTPUT.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env={**environment(), **more}, stdin=subprocess.DEVNULL)
    try:
        process.wait(max(1.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        # As if a user pressed Ctrl-C: pytest takes down what its fixtures brought up.
        process.send_signal(2)
        process.wait()
        print("stopped: the time is up")
    return figures_of(report)


if __name__ == "__main__":
    sys.exit(main())
