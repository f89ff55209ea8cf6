# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine that carries the hosts, and their network: reached from this machine, with a way out through it."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

from tests.lab import EngineSpec, Lab
from tests.lab.errors import LabError
from tests.lab.shell import run
from tests.lab.spec import RUN_ROOT

_SUBNET = re.compile(r"(\d{1,3}\.\d{1,3})\.(\d{1,3})")
_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")


class Carrier:
    """subnet: first three numbers of the hosts' /24; the engine itself takes the /24 before it."""

    def __init__(self, subnet: str) -> None:
        match = _SUBNET.fullmatch(subnet)
        if match is None or not 1 <= int(match[2]) <= 255:
            raise LabError(f"{subnet!r} is no subnet for hosts: three numbers such as 10.77.71 are wanted")
        self.subnet = subnet
        self.lab = Lab(f"hosts{match[2]}", f"{match[1]}.{int(match[2]) - 1}", [EngineSpec("carrier")])
        self.engine = self.lab.engine("carrier")
        self.key = self.lab.state / "ssh/id_ed25519"
        self._had_forwarding = self.lab.state / "ip_forward"

    def up(self) -> None:
        """Start it; nothing to do when it runs."""
        self.lab.up()
        if self.key.exists():
            return
        self._open_the_way()
        self.engine.docker(
            "network", "create", "--subnet", f"{self.subnet}.0/24", "--opt", f"com.docker.network.driver.mtu={_mtu()}",
            "hosts",
        )  # fmt: skip
        # Written last: without it the carrier was never whole.
        self.key.parent.mkdir()
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "molecule", "-f", str(self.key))

    def down(self) -> None:
        """Remove it with everything it carries."""
        # Another carrier that runs needs it; whichever goes last puts it back.
        if self._had_forwarding.exists() and not self._others():
            _FORWARD.write_text(self._had_forwarding.read_text(encoding="utf-8"), encoding="utf-8")
        for rule in self._rules():
            # A run that was cut short may have left a rule twice, or none.
            with contextlib.suppress(LabError):
                while True:
                    _iptables(rule, "-D")
        self.lab.down()

    def _open_the_way(self) -> None:
        # What another carrier found is how the machine was.
        found = next(iter(self._others()), _FORWARD)
        self._had_forwarding.write_text(found.read_text(encoding="utf-8"), encoding="utf-8")
        _FORWARD.write_text("1\n", encoding="utf-8")
        for rule in self._rules():
            _iptables(rule, "-I")
        inside = self.engine.run
        inside("ip", "route", "add", "default", "via", self.lab.spec.gateway)
        # An engine lets in what is published, and no more; its hosts' every port is to be reached from this machine.
        inside("iptables", "-I", "DOCKER-USER", "-j", "ACCEPT")
        run("ip", "route", "replace", f"{self.subnet}.0/24", "via", self.engine.address)

    def _others(self) -> list[Path]:
        """What other carriers of this machine wrote down of its forwarding."""
        return [path for path in RUN_ROOT.glob("hosts*/ip_forward") if path != self._had_forwarding]

    def _rules(self) -> list[tuple[str, ...]]:
        """Rules of this machine, as iptables takes them but for the action: table, chain and what follows."""
        here = f"{self.lab.spec.subnet}.0/24"
        hosts = f"{self.subnet}.0/24"
        note = ("-m", "comment", "--comment", f"classic.swarm {self.lab.spec.name}")
        masquerade = ("nat", "POSTROUTING", "-s", here, "!", "-d", here, *note, "-j", "MASQUERADE")
        through = [
            ("filter", "FORWARD", flag, net, *note, "-j", "ACCEPT") for net in (here, hosts) for flag in ("-s", "-d")
        ]
        return [masquerade, *through]


def _iptables(rule: tuple[str, ...], action: str) -> None:
    table, chain, *rest = rule
    run("iptables", "-w", "-t", table, action, chain, *rest)


def _mtu() -> int:
    """Give the largest packet that the machine's way out takes."""
    for route in json.loads(run("ip", "-json", "-4", "route", "show", "default")):
        return int(Path("/sys/class/net", route["dev"], "mtu").read_text(encoding="utf-8"))
    return 1500
