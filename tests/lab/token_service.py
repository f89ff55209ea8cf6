# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm discovery-service`` on a loopback address, run by the interpreter of the tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import requests

from .certificates import Authority
from .service import Service, free_ports

_ROOT = Path(__file__).resolve().parents[2]
_LAUNCHER = _ROOT / "roles" / "swarm_agent" / "files" / "__main__.py"


class TokenService(Service):
    """A discovery service with one token.

    :param tls: answer over TLS; ``ca`` is the authority of its certificate
    """

    name = "discovery-service"

    def __init__(self, address: str = "127.0.0.1", *, tls: bool = False) -> None:
        super().__init__()
        self.address = address
        (self.port,) = free_ports(address, 1)
        self.store = self.folder / "tokens.json"
        self.ca: Path | None = None
        self.token = ""
        self._options: list[str] = []
        if tls:
            authority = Authority(self.folder / "ca")
            made = authority.issue(self.folder / "server", "service", names=(address,), usage=("serverAuth",))
            self.ca = authority.certificate
            self._options = [f"--cert={made.cert}", f"--key={made.key}"]

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.ca else 'http'}://{self.host}"

    @property
    def source(self) -> str:
        """The discovery URL with the token."""
        return f"token://{'' if self.ca else 'http://'}{self.host}/{self.token}"

    def command(self) -> list[str]:
        return [
            sys.executable,
            str(_LAUNCHER),
            "discovery-service",
            f"--listen={self.url}",
            *self._options,
            str(self.store),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "PYTHONPATH": str(_ROOT / "plugins" / "module_utils"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def is_ready(self) -> bool:
        return self.ask("GET", "/").status_code == 404

    def start(self) -> None:
        super().start()
        if not self.token:
            self.token = self.ask("POST", "/v1/clusters").text

    def put(self, entry: str) -> None:
        self.ask("POST", f"/v1/clusters/{self.token}?ttl=3600", entry)

    def ask(self, method: str, path: str, body: str = "") -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.ca) if self.ca else True
            return session.request(method, f"{self.url}{path}", data=body.encode(), timeout=10)
