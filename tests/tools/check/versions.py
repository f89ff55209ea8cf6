# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same unit tests, and one run against the lab, on the oldest and the newest ansible-core."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .session import Failure, Figures, Pytest, Session, Skipped, command
from .workspace import CACHE, ROOT, find_python

_SMOKE = "tests/integration/test_smoke.py"

# ansible-core -> the versions of Python that can run it as a controller, the wanted ones first.
_VERSIONS = {"2.17": ("3.10", "3.11", "3.12"), "2.21": ("3.13", "3.12", "3.14")}


def sessions() -> list[Session]:
    """Give one session a version; one without a Python to run on is skipped."""
    found: list[Session] = []
    for core, pythons in _VERSIONS.items():
        name = f"ansible-core {core}"
        python = find_python(*pythons)
        if python is None:
            found.append(Skipped(name, f"no Python {' or '.join(pythons)} on this machine"))
        else:
            found.append(OnVersion(name, core, python))
    return found


@dataclass(frozen=True)
class OnVersion:
    """Unit tests and the smoke test with `core` on `python`, in a virtual environment of its own."""

    name: str
    core: str
    python: Path

    def run(self) -> Figures:
        folder = CACHE / "venvs" / f"ansible-{self.core}"
        try:
            command("tests/tools/venv.sh", str(folder), f"requirements-ansible-{self.core}.txt", str(self.python))
        except Failure as failure:
            print(failure)
            return Figures(failed=1)
        inside = folder / "bin/python"
        figures = Pytest(f"{self.name} unit", ["tests/unit"], 600.0, inside).run()
        if Path(ROOT, _SMOKE).exists():
            figures += Pytest(f"{self.name} smoke", [_SMOKE], 300.0, inside).run()
        return figures
