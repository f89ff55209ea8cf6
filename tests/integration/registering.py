# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm register`` beside an engine of the lab."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.lab import Engine
from tests.lab.freezing import thaw

_ROOT = Path(__file__).resolve().parents[2]
_LAUNCHER = _ROOT / "roles" / "swarm_agent" / "files" / "__main__.py"


class Registering:
    """Registrators of one engine, over its socket. log: what all of them said"""

    def __init__(
        self, engine: Engine, source: str, folder: Path, *, ttl: int, advertised: str, more: Sequence[str] = ()
    ) -> None:
        self.engine = engine
        self.source = source
        self.log = folder / f"{engine.name}.log"
        self._words = (f"--advertise={advertised}", f"--ttl={ttl}s", *more)
        self.log.touch()
        self.started: list[subprocess.Popen[bytes]] = []
        self._folder = open_backend(DiscoverySettings(self.source)).key_folder("services")

    def start(self) -> subprocess.Popen[bytes]:
        words = [f"--engine=unix://{self.engine.socket}", "--timeout=1s", *self._words]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(_LAUNCHER), "register", *words, self.source],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT / "plugins" / "module_utils")},
            )  # fmt: skip
        self.started.append(process)
        return process

    def stop(self) -> None:
        """Stop all of them; none of them may have ended by a fault."""
        for process in self.started:
            thaw(process.pid)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
        assert "Traceback" not in self.log.read_text()

    def services(self) -> dict[str, str]:
        """Values by service and identifier."""
        return {path.removeprefix("services/"): value for path, value in self._folder.read().items()}

    def run(self, name: str, *more: str) -> str:
        options = ("--detach", "--name", name, "--publish", "80", *more)
        return self.engine.docker("run", *options, "web:1").strip()

    def port(self, name: str) -> str:
        return self.engine.docker("port", name, "80/tcp").splitlines()[0].rpartition(":")[2]


def until(test: Callable[[], Any], seconds: float = 10) -> float:
    """Wait until `test` is true; the seconds that it took."""
    begun = time.monotonic()
    while not test():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - begun
