# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real DNS server, dnsmasq, on a loopback address, for tests. The set-up of the tests installs ``dnsmasq-base``."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence

from .service import Service, ServiceUnavailable, free_ports

ZONE = "example.test"


class Dnsmasq(Service):
    """Knows SRV records of one zone, and asks nobody else.

    :param records: for each record its name without the zone, a target and a port
    """

    name = "dnsmasq"

    def __init__(self, records: Sequence[tuple[str, str, int]] = (), address: str = "127.0.0.1") -> None:
        program = shutil.which("dnsmasq", path=f"{os.defpath}:/usr/sbin:/sbin")
        if program is None:
            raise ServiceUnavailable("Debian's package dnsmasq-base is not installed")
        super().__init__()
        self.program = program
        self.records = list(records)
        self.address = address
        (self.port,) = free_ports(address, 1)

    @property
    def host(self) -> str:
        """``address:port``, as it stands in a discovery URL."""
        return f"{self.address}:{self.port}"

    def command(self) -> list[str]:
        config = self.folder / "dnsmasq.conf"
        lines = [f"srv-host={name}.{ZONE},{target},{port}" for name, target, port in self.records]
        config.write_text("\n".join([*lines, f"host-record=only-an-address.{ZONE},192.0.2.1", f"local=/{ZONE}/", ""]))
        return [
            self.program, "--keep-in-foreground", f"--conf-file={config}", f"--port={self.port}", "--bind-interfaces",
            f"--listen-address={self.address}", "--no-resolv", "--no-hosts", "--user=root", "--group=root",
            "--pid-file", "--log-facility=-", "--edns-packet-max=1232",
        ]  # fmt: skip

    def is_ready(self) -> bool:
        # It listens for both at once.
        with socket.create_connection((self.address, self.port), 5):
            return True
