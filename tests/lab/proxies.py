# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HAProxy and nginx as Debian's packages have them, each with a configuration that somebody else writes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
from pathlib import Path

from .service import Service, ServiceUnavailable, free_ports


class ProxyServer(Service):
    """What takes requests at ``address:port``.

    configuration: the file that it reads. health_port, tcp_port: further ports for it.
    """

    def __init__(self, program: str, address: str = "127.0.0.1") -> None:
        found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
        if found is None:
            raise ServiceUnavailable(f"{program} is not installed")
        super().__init__()
        self.program = found
        self.address = address
        self.port, self.tls_port, self.health_port, self.tcp_port = free_ports(address, 4)
        self.configuration = self.folder / "configuration"
        # Their workers are other users.
        self.folder.chmod(0o755)

    def is_ready(self) -> bool:
        with contextlib.closing(socket.create_connection((self.address, self.port), 1)):
            return True

    def route_options(self) -> list[str]:
        """What `swarm route` has to know of it."""
        return [
            f"--output={self.configuration}", f"--set=address={self.address}", f"--set=http_port={self.port}",
            f"--set=https_port={self.tls_port}", f"--set=health={self.address}:{self.health_port}",
        ]  # fmt: skip


class HAProxyServer(ProxyServer):
    name = "haproxy"

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__("haproxy", address)
        self.master = self.folder / "master.sock"

    def is_ready(self) -> bool:
        # The master begins to listen after its worker.
        return super().is_ready() and self.reloads() >= 0

    def command(self) -> list[str]:
        return [self.program, "-W", "-S", f"{self.master},mode,600", "-f", str(self.configuration)]

    def route_options(self) -> list[str]:
        return ["--for=haproxy", f"--master-socket={self.master}", *super().route_options()]

    def ask(self, command: str) -> str:
        """The answer of the master CLI."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.master))
            connection.sendall(f"{command}\n".encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def reloads(self) -> int:
        """How often it has reloaded."""
        words = self.ask("show proc").splitlines()[1].split()
        return int(words[2])

    def servers(self, backend: str) -> dict[str, int]:
        """Weights of the servers that it has now, by name."""
        lines = self.ask(f"@1 show servers state {backend}").splitlines()[2:]
        return {words[3]: int(words[7]) for words in (line.split() for line in lines) if len(words) > 7}


class NginxServer(ProxyServer):
    name = "nginx"

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__("nginx", address)
        self.pid_file = self.folder / "nginx.pid"

    def command(self) -> list[str]:
        return [self.program, "-c", str(self.configuration), "-g", "daemon off;"]

    def route_options(self) -> list[str]:
        options = ["--for=nginx", f"--pid-file={self.pid_file}", f"--set=log_folder={self.folder}"]
        return [*options, *super().route_options()]

    def kill(self) -> None:
        """End it as a crash does: the workers of a master that is gone would go on."""
        for pid in [*self.workers(), self.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        super().kill()

    def workers(self) -> set[int]:
        """PIDs of its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return {int(word) for word in children.read_text().split()} if children.exists() else set()
