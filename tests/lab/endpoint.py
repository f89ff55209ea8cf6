# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm manage`` before a lab, over mutual TLS, for longer than the program that starts it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .errors import LabError
from .lab import Lab
from .shell import run

_DISTRIBUTION = Path(__file__).resolve().parents[2] / "distribution"
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 20.0

# The shell ends at once, so that the manager is nobody's child whatever becomes of the caller.
_IN_BACKGROUND = 'cd "$1" && log="$2" && shift 2 && { setsid "$@" >"$log" 2>&1 </dev/null & }'


class Endpoint:
    """The endpoint of a lab, at port 3376 of the lab's gateway. It must go before the lab does.

    address: host:port. page: where its metrics are.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._folder = lab.state / "endpoint"
        self._log = self._folder / "log"
        self.address = f"{lab.spec.gateway}:3376"
        self.page = f"http://{lab.spec.gateway}:9323/"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which the docker CLI finds it."""
        return {
            "DOCKER_HOST": f"tcp://{self.address}",
            "DOCKER_CERT_PATH": str(self._lab.certs.folder),
            "DOCKER_TLS_VERIFY": "1",
        }

    @property
    def runs(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._pid() is not None

    def start(self) -> None:
        """Start it and wait until it serves; one that runs is kept."""
        if self.runs:
            return
        names = ["swarm01", self._lab.spec.gateway]
        papers = self._lab.authority.issue(self._folder, "swarm01", names=names, usage=("clientAuth", "serverAuth"))
        run(
            "sh", "-c", _IN_BACKGROUND, "sh", str(_DISTRIBUTION), str(self._log),
            "env", "PYTHONDONTWRITEBYTECODE=1", sys.executable, "-m", "classic_swarm", "manage",
            "-H", f"tcp://{self.address}", "--tlsverify",
            f"--tlscacert={papers.ca}", f"--tlscert={papers.cert}", f"--tlskey={papers.key}",
            "--strategy", "spread", "--metrics", self.page.replace("http", "tcp").rstrip("/"), self._lab.discovery,
        )  # fmt: skip
        _wait(self._serves, _START_TIMEOUT, "the endpoint does not serve")

    def stop(self) -> None:
        """End it; nothing to do where it does not run."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        _wait(lambda: not self.runs, _STOP_TIMEOUT, f"the endpoint, process {pid}, does not end")

    def _serves(self) -> bool:
        said = self._log.read_text(encoding="utf-8")
        if not self.runs:
            raise LabError(f"the endpoint ended by itself:\n{said[-2000:]}")
        return f"serving on tcp://{self.address}" in said

    def _pid(self) -> int | None:
        """Its process, None where there is none. Found by its command: a lab that was rebuilt has lost every file."""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = path.read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"classic_swarm" in command and f"tcp://{self.address}".encode() in command:
                return int(path.parent.name)
        return None


def _wait(done: Callable[[], bool], seconds: float, message: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise LabError(f"{message} within {seconds:g} s")
        time.sleep(0.05)
