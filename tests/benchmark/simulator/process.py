# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a process beside the one that measures."""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.lab.certificates import Authority, CertificateSet

ROOT = Path(__file__).resolve().parents[3]
#: The name that the certificate of all simulated engines is for.
SERVER_NAME = "engine.simulated"

#: Clusters of one process, and most likely those of several at once, are apart from each other.
_OCTETS = itertools.cycle([20 + (7 * os.getpid() + number) % 200 for number in range(200)])


@dataclass(frozen=True)
class Counts:
    """What the simulator was asked since its last reset, and the processor seconds of its whole life."""

    connections: int
    requests: int
    sent: int
    cpu: float


class SimulatedCluster:
    """A simulator that runs from the beginning to the end of a `with` block."""

    def __init__(self, engines: int, containers: int = 50, *, tls: bool = False, foreign: bool = False) -> None:
        self.engines = engines
        self.containers = containers
        self.certificates: CertificateSet | None = None
        self.addresses: list[str] = []
        self._tls = tls
        self._foreign = foreign
        self._scratch = tempfile.TemporaryDirectory(prefix="classic-swarm-benchmark-")
        self._process: subprocess.Popen[str] | None = None

    @property
    def folder(self) -> Path:
        """A place for files of whoever measures."""
        return Path(self._scratch.name)

    @property
    def discovery(self) -> str:
        """The discovery URL of the cluster."""
        return f"file://{self.folder / 'cluster.conf'}"

    def __enter__(self) -> SimulatedCluster:
        command = [sys.executable, "-m", "tests.benchmark.simulator", "--engines", str(self.engines),
                   "--containers", str(self.containers), "--octet", str(next(_OCTETS))]  # fmt: skip
        if self._foreign:
            command.append("--foreign")
        if self._tls:
            command += ["--tls", str(self._make_certificates())]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.addresses = self._hear()["addresses"]
        (self.folder / "cluster.conf").write_text("\n".join(self.addresses) + "\n", encoding="utf-8")
        raise_open_files(self.engines + 200)
        return self

    def __exit__(self, *exception: object) -> None:
        process = self._process
        if process is not None and process.stdin is not None and process.stdout is not None:
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        self._scratch.cleanup()

    def counts(self) -> Counts:
        """What it was asked so far."""
        return self._do("counts")

    def reset(self) -> Counts:
        """Back to the scenario, and the counts to zero."""
        return self._do("reset")

    def set_faults(self, **faults: t.Any) -> Counts:
        """refuse, hang, error, slow: numbers of engines; delay: seconds. Without any, all is well again."""
        return self._do("faults", **{kind: list(value) if kind != "delay" else value for kind, value in faults.items()})

    def _make_certificates(self) -> Path:
        authority = Authority(self.folder / "authority", "classic.swarm benchmark CA")
        self.certificates = authority.issue(self.folder / "client", "benchmark")
        return authority.issue(
            self.folder / "server", SERVER_NAME, names=[SERVER_NAME], usage=("serverAuth",)
        ).folder  # fmt: skip

    def _do(self, what: str, **more: t.Any) -> Counts:
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("the simulator does not run")
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        return Counts(**self._hear())

    def _hear(self) -> dict[str, t.Any]:
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("the simulator does not run")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the simulator ended with status {self._process.wait(10)}")
        return t.cast("dict[str, t.Any]", json.loads(line))


def raise_open_files(wanted: int) -> None:
    """As many open files as a reader of the whole cluster needs, for this process and those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
