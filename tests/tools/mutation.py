# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutation testing: python -m tests.tools.mutation [--part cluster] [--sample 600] [--seed 1] [--minutes 30]

Faults are put into one part of ``_swarm`` one by one, and that part's unit tests run until the first one fails. A
fault that no test notices is a survivor. mutmut makes the faults and runs the tests; this file gives it a copy of the
collection to work in, draws the sample, and counts.

The last line has the counts. The survivors are in tests/output/mutation-PART.txt, each as a difference.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from .check.workspace import CACHE, PYTHON, ROOT

PARTS = ("cluster", "engine", "scheduler", "container")

_LIBRARY = CACHE / "mutation-library"
_WORK = CACHE / "mutation"
_OUTPUT = ROOT / "tests/output"
_COLLECTION = "ansible_collections/classic/swarm"
_SWARM = f"{_COLLECTION}/plugins/module_utils/_swarm"
_TESTS = f"{_COLLECTION}/tests/unit/plugins/module_utils/_swarm"

_SETTINGS = """\
[mutmut]
source_paths=
 {collection}/plugins
 {collection}/tests
only_mutate=
 {swarm}/{part}/*
pytest_add_cli_args=
 -p
 no:cacheprovider
pytest_add_cli_args_test_selection=
 {tests}/{part}
track_dependencies=false
use_git_change_detection=false
timeout_constant=4.0
timeout_multiplier=4.0
[tool:pytest]
addopts = --import-mode=importlib
pythonpath = . {collection}
"""

#: What mutmut calls a fault that a test noticed.
_NOTICED = frozenset({"killed", "timeout", "suspicious", "segfault", "caught by type check"})


def main() -> int:
    """Run one part."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutation")
    parser.add_argument("--part", choices=PARTS, default="cluster")
    parser.add_argument("--sample", type=int, help="as many faults, drawn by --seed; all where it is not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="what has not been run by then is counted as left")
    parser.add_argument("--only", default="", help="only faults whose name has this in it")
    options = parser.parse_args()
    _install()
    _copy(options.part)
    _mutmut("run", "nothing-of-this-name")
    names = [name for name, _status in _results() if options.only in name]
    if options.sample is not None and options.sample < len(names):
        names = sorted(random.Random(options.seed).sample(sorted(names), options.sample))
    _run(names, options.minutes * 60)
    return _report(options.part, names)


def _install() -> None:
    """Beside the virtual environment of the tests, not into it: only this needs the library."""
    wanted = (ROOT / "requirements-mutation.txt").read_text("utf-8")
    stamp = _LIBRARY / ".stamp"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    shutil.rmtree(_LIBRARY, ignore_errors=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--target", str(_LIBRARY)]
    subprocess.run([*command, "--requirement", "requirements-mutation.txt"], cwd=ROOT, check=True)
    stamp.write_text(wanted, "utf-8")


def _copy(part: str) -> None:
    shutil.rmtree(_WORK, ignore_errors=True)
    for name in ("plugins", "tests/unit"):
        target = _WORK / _COLLECTION / name
        shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    settings = _SETTINGS.format(collection=_COLLECTION, swarm=_SWARM, tests=_TESTS, part=part)
    (_WORK / "setup.cfg").write_text(settings, "utf-8")


def _mutmut(*words: str, seconds: float | None = None) -> str:
    """Run mutmut in the copy, on one processor and behind everybody else; give what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(_LIBRARY)}
    arguments = ["--max-children", "1"] if words[0] == "run" else []
    command = ["nice", str(PYTHON), "-m", "mutmut", words[0], *arguments, *words[1:]]
    process = subprocess.Popen(
        command,
        cwd=_WORK,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=seconds)[0] or ""
    except subprocess.TimeoutExpired:
        # its children are of its own session, whose ID is its own
        os.killpg(process.pid, signal.SIGTERM)
        return process.communicate()[0] or ""


def _run(names: Sequence[str], seconds: float) -> None:
    print(f"{len(names)} faults", flush=True)
    said = _mutmut("run", *names, seconds=seconds)
    if all(status == "not checked" for _name, status in _results()):
        # most likely the tests fail without any fault
        print("\n".join(said.replace("\r", "\n").splitlines()[-30:]))


def _results() -> Iterator[tuple[str, str]]:
    """Every fault and what became of it."""
    for line in _mutmut("results", "--all", "True").splitlines():
        name, colon, status = line.strip().rpartition(": ")
        if colon:
            yield name, status


def _report(part: str, names: Sequence[str]) -> int:
    status = {name: status for name, status in _results() if name in set(names)}
    counts = Counter(status.values())
    left = counts["not checked"]
    noticed = sum(counts[each] for each in _NOTICED)
    survivors = [name for name in names if status[name] not in _NOTICED and status[name] != "not checked"]
    _OUTPUT.mkdir(parents=True, exist_ok=True)
    with (_OUTPUT / f"mutation-{part}.txt").open("w", encoding="utf-8") as output:
        for name in survivors:
            print(f"{name.removeprefix(_SWARM.replace('/', '.') + '.')}: {status[name]}", file=output)
        for name in survivors:
            print(_difference(name), file=output)
    run = len(names) - left
    share = 100 * noticed / run if run else 0.0
    print(f"{part}: {noticed} of {run} faults noticed ({share:.1f} %), {len(survivors)} survived, {left} not run")
    return 0 if run else 1


def _difference(name: str) -> str:
    return _mutmut("show", name)


if __name__ == "__main__":
    sys.exit(main())
