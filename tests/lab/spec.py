# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lab is to be: frozen values that can be written down and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .errors import LabError

RUN_ROOT = Path("/run/classic-swarm-lab")
DATA_ROOT = Path("/var/lib/classic-swarm-lab")
FIRST_HOST = 11

# The name becomes a part of interface names, of which Linux takes 15 characters.
_LAB_NAME = re.compile(r"[a-z][a-z0-9]{0,7}")
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SUBNET = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True)
class EngineSpec:
    """One engine that is to be.

    name: its host name. labels: engine labels. daemon_json: further keys of its configuration file (they win over the
    lab's own). tls: mutual TLS on port 2376; without it plain TCP on 2375. port: another port.
    server_certificate: paths of certificate and key that the engine shows in place of the lab's own (failure tests).
    dockerd: path of another dockerd (other versions). arguments: further arguments for it.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    daemon_json: Mapping[str, Any] = field(default_factory=dict)
    tls: bool = True
    port: int = 0
    server_certificate: tuple[str, str] | None = None
    dockerd: str = "dockerd"
    arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _HOST_NAME.fullmatch(self.name):
            raise LabError(f"{self.name!r} is no host name: lower case letters, digits and '-' only")
        if not self.port:
            object.__setattr__(self, "port", 2376 if self.tls else 2375)


@dataclass(frozen=True)
class LabSpec:
    """A lab that is to be: subnet is the first three numbers of its /24, such as "10.77.0"."""

    name: str
    subnet: str
    engines: tuple[EngineSpec, ...]

    def __post_init__(self) -> None:
        if not _LAB_NAME.fullmatch(self.name):
            raise LabError(f"{self.name!r} is no lab name: at most 8 lower case letters and digits, a letter first")
        match = _SUBNET.fullmatch(self.subnet)
        if match is None or any(int(number) > 255 for number in match.groups()):
            raise LabError(f"{self.subnet!r} is no subnet: three numbers such as 10.77.0 are wanted")
        names = [engine.name for engine in self.engines]
        if len(set(names)) != len(names):
            raise LabError(f"an engine name is given twice: {', '.join(names)}")
        if len(names) > 200:
            raise LabError(f"a lab holds at most 200 engines, {len(names)} are wanted")

    @property
    def gateway(self) -> str:
        """Address of the machine itself inside the lab."""
        return f"{self.subnet}.1"

    def address(self, index: int) -> str:
        """Address of the engine at this place of the list."""
        return f"{self.subnet}.{FIRST_HOST + index}"

    @property
    def run_folder(self) -> Path:
        return RUN_ROOT / self.name

    @property
    def data_folder(self) -> Path:
        return DATA_ROOT / self.name

    @property
    def bridge(self) -> str:
        return f"cs-{self.name}"

    def to_json(self) -> dict[str, Any]:
        """Give the spec as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LabSpec:
        """Read back what `to_json` gave, after a way through JSON."""
        engines = []
        for item in data["engines"]:
            pair = item["server_certificate"]
            values = dict(item, arguments=tuple(item["arguments"]), server_certificate=tuple(pair) if pair else None)
            engines.append(EngineSpec(**values))
        return cls(name=data["name"], subnet=data["subnet"], engines=tuple(engines))
