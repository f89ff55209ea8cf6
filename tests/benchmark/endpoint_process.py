# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that are measured, each a process of its own: ``swarm manage``, and one that sends a file from memory."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .simulator.process import ROOT, SimulatedCluster

_PATIENCE = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A server from the beginning to the end of a ``with`` block. ready: a text that it writes once it serves."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path, ready: str) -> None:
        self._command = command
        self._folder = folder
        self._log = log
        self._ready = ready
        # As an installed program, which has its bytecode beside it.
        self._environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        self._environment["PYTHONPYCACHEPREFIX"] = str(log.parent / "bytecode")
        self._process: subprocess.Popen[bytes] | None = None
        #: Seconds from the start of the process until it served, and processor seconds of it.
        self.started = self.started_cpu = 0.0

    def __enter__(self) -> Served:
        self._log.write_bytes(b"")
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )
        while self._ready not in self._log.read_text(encoding="utf-8"):
            if self._process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                self.__exit__()
                raise RuntimeError(
                    f"{self._command[2]} does not serve: {self._log.read_text(encoding='utf-8')[-4000:]}"
                )
            time.sleep(0.005)
        self.started, self.started_cpu = time.perf_counter() - began, self.cpu()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cpu(self) -> float:
        """Processor seconds that it took so far."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak(self) -> float:
        """The largest memory so far, in MiB."""
        line = next(line for line in self._proc("status").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def _proc(self, name: str) -> str:
        if self._process is None:
            raise RuntimeError("it does not run")
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="utf-8")


def free_address() -> str:
    """host:port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def manager(cluster: SimulatedCluster, address: str) -> Served:
    """``swarm manage`` before a simulated cluster; ready when every engine has answered, or failed to."""
    command = [sys.executable, "-m", "classic_swarm", "manage", "-H", f"tcp://{address}", cluster.discovery]
    ready = f"serving on tcp://{address}"
    return Served(command, ROOT / "distribution", cluster.folder / "manager.log", ready)


def floor(folder: Path, address: str, content: Path) -> Served:
    """A server that answers everything with the same bytes from memory."""
    command = [sys.executable, "-m", "tests.benchmark.endpoint_floor", address, str(content)]
    return Served(command, ROOT, folder / "floor.log", "serving")
