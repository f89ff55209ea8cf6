# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles and playbooks on bare hosts: one session a Molecule scenario, and one that takes the hosts' engine away."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from .session import Failure, Session, Skipped, Steps, command
from .workspace import OUTPUT, ROOT

_SCENARIOS = ROOT / "extensions/molecule"
_TIMEOUT = 900.0


def sessions() -> list[Session]:
    """Give one session a scenario, in the order of their names."""
    names = sorted(path.parent.name for path in _SCENARIOS.glob("*/molecule.yml"))
    if os.geteuid() != 0:
        return [Skipped(name, "bare hosts need root") for name in names]
    return [*(Steps(name, partial(_test, name)) for name in names), Steps("hosts are gone", _take_down)]


def _test(name: str) -> None:
    log = OUTPUT / f"molecule-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        said = command("tests/tools/molecule.sh", "test", name, timeout=_TIMEOUT)
    except Failure as failure:
        _write(log, str(failure))
        raise
    _write(log, said)
    print(log)


def _take_down() -> None:
    command("python", "-m", "tests.tools.hosts", "down")


def _write(log: Path, text: str) -> None:
    log.write_text(text, encoding="utf-8")
