# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles and playbooks on bare hosts: one session a Molecule scenario, and one that takes the hosts' engine away.

Scenarios do not know of each other, so two lanes may take them from one queue: each has a network of hosts of its own.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .session import Failure, Session, Skipped, Steps, command
from .workspace import OUTPUT, ROOT, environment

_SCENARIOS = ROOT / "extensions/molecule"
_TIMEOUT = 900.0

# A network of hosts takes the /24 before it as well.
_SUBNETS = ("10.77.71", "10.77.76")


def lanes() -> list[Lane]:
    """Give the lanes that share the scenarios; with HOSTS_SUBNET set there is one, on that network."""
    names = deque(sorted(path.parent.name for path in _SCENARIOS.glob("*/molecule.yml")))
    own = os.environ.get("HOSTS_SUBNET")
    return [Lane(names, subnet) for subnet in ((own,) if own else _SUBNETS)]


class Lane:
    """One scenario after another on one network of hosts.

    names: the scenarios that no lane has taken yet, shared by all; subnet: first three numbers of the hosts' /24.
    """

    def __init__(self, names: deque[str], subnet: str) -> None:
        self._names = names
        self._subnet = subnet

    def sessions(self) -> Iterator[Session]:
        """Take a scenario whenever the one before it has ended; last, if there was one, take down the network."""
        took = False
        while self._names:
            try:
                name = self._names.popleft()
            except IndexError:  # the other lane was faster
                break
            if os.geteuid() != 0:
                yield Skipped(name, "bare hosts need root")
                continue
            took = True
            yield Steps(name, partial(_test, name, self._subnet))
        if took:
            yield Steps(f"hosts of {self._subnet} are gone", partial(_take_down, self._subnet))


def _test(name: str, subnet: str) -> None:
    log = OUTPUT / f"molecule-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        said = command("tests/tools/molecule.sh", "test", name, timeout=_TIMEOUT, env=_on(subnet))
    except Failure as failure:
        _write(log, str(failure))
        raise
    _write(log, said)
    print(log)


def _take_down(subnet: str) -> None:
    command("python", "-m", "tests.tools.hosts", "down", env=_on(subnet))


def _on(subnet: str) -> dict[str, str]:
    return {**environment(), "HOSTS_SUBNET": subnet}


def _write(log: Path, text: str) -> None:
    log.write_text(text, encoding="utf-8")
