# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run parts of the tests: python -m tests.tools.check PART...

A part that fails does not keep the next one from running. The last line has the figures of all; the exit code is 1 when
anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from . import build, lint, molecule, sanity, versions
from .session import Figures, Pytest, Session


def _unit() -> list[Session]:
    return [Pytest("unit", ["tests/unit"], 600.0)]


def _integration() -> list[Session]:
    return [Pytest("integration", ["tests/integration"], 1200.0)]


PARTS: dict[str, Callable[[], list[Session]]] = {
    "lint": lint.sessions,
    "sanity": sanity.sessions,
    "build": build.sessions,
    "unit": _unit,
    "versions": versions.sessions,
    "integration": _integration,
    "molecule": molecule.sessions,
}


def main() -> int:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.check")
    parser.add_argument("part", nargs="+", choices=sorted(PARTS))
    started = time.monotonic()
    lines = []
    total = Figures()
    for part in parser.parse_args().part:
        for session in PARTS[part]():
            figures, seconds = _timed(part, session)
            total += figures
            lines.append(f"{part:12} {session.name:30} {figures}  ({seconds:.0f} s)")
    print("\n" + "\n".join(lines))
    print(f"in {time.monotonic() - started:.0f} s")
    print(total)
    return 1 if total.failed else 0


def _timed(part: str, session: Session) -> tuple[Figures, float]:
    print(f"== {part}: {session.name}", flush=True)
    started = time.monotonic()
    figures = session.run()
    sys.stdout.flush()
    return figures, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
