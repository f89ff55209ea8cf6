# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm manage`` as a process before a lab, over mutual TLS."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.lab import Lab
from tests.lab.certificates import CertificateSet
from tests.lab.clients import Client

_DISTRIBUTION = Path(__file__).resolve().parents[2] / "distribution"
_PATIENCE = 30.0


class ManagerProcess:
    """Serves until the end of the ``with`` block.

    options: of the command line; ADDRESS in them is its own.

    address: host:port. socket: of this machine, without TLS. papers: a client's. log: the file that it tells in.
    """

    def __init__(self, lab: Lab, folder: Path, options: Sequence[str] = (), discovery: str | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.papers: CertificateSet = lab.authority.issue(folder / "client", "operator")
        own = lab.authority.issue(folder / "swarm", "swarm01", names=["127.0.0.1"], usage=("clientAuth", "serverAuth"))
        self.folder = folder
        self.log = folder / "manager.log"
        self.socket = folder / "swarm.sock"
        self._command = [
            sys.executable, "-m", "classic_swarm", "manage", "-H", f"tcp://{self.address}", "-H", f"unix://{self.socket}",
            "--tlsverify",
            f"--tlscacert={own.ca}", f"--tlscert={own.cert}", f"--tlskey={own.key}",
            *(option.replace("ADDRESS", self.address) for option in options),
            discovery or lab.discovery,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ManagerProcess:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=_DISTRIBUTION, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE
        while f"serving on tcp://{self.address}" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise AssertionError(f"the manager did not start: {self.log.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def client(self, suite: str | None = None) -> Client:
        """Give the docker program of a suite of Debian, this machine's own for None, that speaks to this manager."""
        return Client(suite, f"tcp://{self.address}", self.papers, self.folder)
