# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One machine of the lab: namespaces of its own for network, host name, mounts and processes.

The first process of a machine only waits; when it ends, the kernel ends every other one and drops the machine's mounts.
So a machine goes as a whole, whatever ran in it, and the engine on it can die while its containers live on.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from . import network
from .errors import LabError
from .shell import run

_BOOT_TIMEOUT = 10.0

_IN_BACKGROUND = 'log="$0"; setsid "$@" >>"$log" 2>&1 </dev/null &'

# The first process must take in the orphans of its machine: with SIGCHLD ignored the kernel does that for it.
_FIRST_PROCESS = 'hostname "$0" && exec env --ignore-signal=CHLD sleep infinity'


class Machine:
    """name: its host name; netns, veth, bridge: names of its parts; address: on the lab's network."""

    def __init__(self, name: str, *, netns: str, veth: str, bridge: str, address: str) -> None:
        self.name = name
        self.netns = netns
        self.veth = veth
        self.bridge = bridge
        self.address = address

    def boot(self) -> None:
        """Make the namespaces and start the first process; nothing to do when it runs."""
        if self.first_pid() is not None:
            return
        if not (network.NETNS_FOLDER / self.netns).exists():
            network.make_namespace(self.netns, self.bridge, self.veth, self.address)
        run(
            "sh", "-c", _IN_BACKGROUND, "/dev/null",
            "nsenter", f"--net={network.NETNS_FOLDER / self.netns}",
            "unshare", "--uts", "--mount", "--propagation", "slave",
            "--pid", "--fork", "--kill-child", "--mount-proc",
            "sh", "-c", _FIRST_PROCESS, self.name,
        )  # fmt: skip
        _wait(self._has_booted, f"machine {self.name} does not boot")

    def power_off(self) -> None:
        """End every process of the machine at once; its network and its disk stay."""
        network.end_processes_in(self.netns)

    def remove(self) -> None:
        """Power off, and remove the network as well."""
        # The link first: with the namespace it would vanish by itself, some time later.
        network.remove_link(self.veth)
        network.remove_namespace(self.netns)

    def command(self, *command: str) -> list[str]:
        """Give the command line that runs `command` inside the machine."""
        pid = self.first_pid()
        if pid is None:
            raise LabError(f"machine {self.name} is powered off")
        return ["nsenter", "--target", str(pid), "--net", "--uts", "--mount", "--pid", *command]

    def run(self, *command: str, timeout: float = 60.0) -> str:
        """Run a command inside the machine and give what it printed."""
        return run(*self.command(*command), timeout=timeout)

    def spawn(self, log: Path, *command: str) -> None:
        """Start a command in the background inside the machine; what it says is added to `log`."""
        run(*self.command("sh", "-c", _IN_BACKGROUND, str(log), *command))

    def first_pid(self) -> int | None:
        """Process id, as seen from outside, of the machine's first process."""
        return self.outer_pid(1)

    def outer_pid(self, inner: int) -> int | None:
        """Process id, as seen from outside, of the process that the machine knows as `inner`."""
        for pid in network.processes_in(self.netns):
            numbers = _namespace_pids(pid)
            if len(numbers) > 1 and numbers[-1] == inner:
                return pid
        return None

    def signal(self, inner: int, number: signal.Signals) -> None:
        """Send a signal to the process that the machine knows as `inner`."""
        pid = self.outer_pid(inner)
        if pid is None:
            raise LabError(f"machine {self.name} has no process {inner}")
        os.kill(pid, number)

    def _has_booted(self) -> bool:
        pid = self.first_pid()
        if pid is None:
            return False
        try:
            return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "sleep"
        except (FileNotFoundError, ProcessLookupError):
            return False


def _namespace_pids(pid: int) -> list[int]:
    """Ids of one process, from the outermost process namespace to its own."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []
    for line in lines:
        if line.startswith("NSpid:"):
            return [int(number) for number in line.split()[1:]]
    return []


def _wait(done: Callable[[], bool], message: str) -> None:
    end = time.monotonic() + _BOOT_TIMEOUT
    while not done():
        if time.monotonic() > end:
            raise LabError(f"{message} within {_BOOT_TIMEOUT:g} s")
        time.sleep(0.02)
