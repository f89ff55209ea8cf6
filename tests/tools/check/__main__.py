# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run parts of the tests: python -m tests.tools.check PART...

A part that fails does not keep the next one from running. The scenarios on bare hosts run beside the others, and two at
a time once the others have ended, but not beside the tests on real engines, which come last. The last line has the
figures of all; the exit code is 1 when anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from . import build, docs, lint, molecule, sanity, versions
from .session import Figures, Pytest, Session


def _unit() -> list[Session]:
    return [Pytest("unit", ["tests/unit"], 600.0)]


def _integration() -> list[Session]:
    # Two workers, each with a lab: most of the time is waiting for time-outs and for things to happen.
    return [Pytest("integration", ["tests/integration", "--numprocesses=2", "--dist=loadfile"], 2400.0)]


#: What runs in this order; the scenarios find their own.
PARTS: dict[str, Callable[[], list[Session]]] = {
    "lint": lint.sessions,
    "sanity": sanity.sessions,
    "build": build.sessions,
    "docs": docs.sessions,
    "unit": _unit,
    "versions": versions.sessions,
    "integration": _integration,
}

#: Mostly waits for hosts, packages and time-outs: it runs beside the parts that keep one processor busy.
_BESIDE = "molecule"

#: Tests here look at clocks, so nothing runs beside them.
_ALONE = "integration"

_ALL = (*PARTS, _BESIDE)


class Tally:
    """What the sessions gave so far."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[str, Figures, float]]] = {}

    def run(self, part: str, sessions: Iterable[Session]) -> None:
        """Run sessions of a part, one after another."""
        rows = self._rows.setdefault(part, [])
        for session in sessions:
            print(f"== {part}: {session.name}", flush=True)
            started = time.monotonic()
            figures = session.run()
            sys.stdout.flush()
            rows.append((session.name, figures, time.monotonic() - started))

    def total(self) -> Figures:
        """The figures of all."""
        return sum((figures for rows in self._rows.values() for _name, figures, _seconds in rows), Figures())

    def lines(self) -> Iterator[str]:
        """One line a session, part by part."""
        for part in _ALL:
            for name, figures, seconds in self._rows.get(part, ()):
                yield f"{part:12} {name:30} {figures}  ({seconds:.0f} s)"


def main() -> int:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.check")
    parser.add_argument("part", nargs="+", choices=sorted(_ALL))
    wanted = parser.parse_args().part
    started = time.monotonic()
    tally = Tally()
    lanes = molecule.lanes() if _BESIDE in wanted else []
    with ThreadPoolExecutor(max_workers=1) as executor:
        beside = [executor.submit(tally.run, _BESIDE, lane.sessions()) for lane in lanes[:1]]
        for part in wanted:
            if part not in (_BESIDE, _ALONE):
                tally.run(part, PARTS[part]())
        for lane in lanes[1:]:
            tally.run(_BESIDE, lane.sessions())
        for future in beside:
            future.result()
    if _ALONE in wanted:
        tally.run(_ALONE, PARTS[_ALONE]())
    print("\n" + "\n".join(tally.lines()))
    print(f"in {time.monotonic() - started:.0f} s")
    print(tally.total())
    return 1 if tally.total().failed else 0


if __name__ == "__main__":
    sys.exit(main())
