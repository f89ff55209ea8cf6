# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real etcd servers on a loopback address, alone or as a cluster, for tests.

The program is Debian's package ``etcd-server`` of the suite bookworm (etcd 3.4). It is fetched once, from the mirror
that the machine's own apt is configured with, and unpacked below ``.cache/etcd`` of the checkout; nothing is installed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import typing as t
from pathlib import Path

import requests

from .certificates import Authority, CertificateSet
from .debian import PackagesUnavailable, unpacked
from .service import Service, ServiceUnavailable, free_ports

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "etcd"


def fetch() -> Path:
    """The path of the etcd program, fetched on first use.

    :raises ServiceUnavailable: no apt here, or the mirror does not give the package
    """
    try:
        return unpacked("bookworm", ("etcd-server",), CACHE) / "usr" / "bin" / "etcd"
    except PackagesUnavailable as error:
        raise ServiceUnavailable(str(error)) from error


class Etcd(Service):
    """One etcd server.

    :param tls: answer over https only, and only to clients with a certificate of the server's own authority; ``client``
        is one without a common name, ``named_client`` one with that of the user root
    :param config_file: start it from a configuration file with nothing about the gateway in it
    :param options: further ones of its command line
    """

    name = "etcd"

    def __init__(
        self,
        address: str = "127.0.0.1",
        *,
        tls: bool = False,
        config_file: bool = False,
        options: dict[str, t.Any] | None = None,
    ) -> None:
        self.program = fetch()
        super().__init__()
        self.address = address
        self.port, self.peer_port = free_ports(address, 2)
        self.config_file = config_file
        self.options = options or {}
        self.cluster = {self.member: self.peer_url}
        self.password: str | None = None
        self.client: CertificateSet | None = None
        self._server: CertificateSet | None = None
        if tls:
            authority = Authority(self.folder / "ca")
            names = (address, "localhost")
            self._server = authority.issue(
                self.folder / "server", "etcd", names=names, usage=("serverAuth", "clientAuth")
            )
            self.client = authority.issue(self.folder / "client", "")
            self.named_client = authority.issue(self.folder / "named", "root")

    @property
    def host(self) -> str:
        """``address:port`` of the API, as it stands in a discovery URL."""
        return f"{self.address}:{self.port}"

    @property
    def member(self) -> str:
        return f"etcd-{self.port}"

    @property
    def peer_url(self) -> str:
        return f"http://{self.address}:{self.peer_port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.client else 'http'}://{self.host}"

    def command(self) -> list[str]:
        if not self.config_file:
            return [str(self.program), *(f"--{name}={value}" for name, value in self._options().items())]
        path = self.folder / "etcd.json"
        path.write_text(json.dumps(self._options()))
        return [str(self.program), f"--config-file={path}"]

    def is_ready(self) -> bool:
        # A read that has to pass the leader; 400 comes from one that wants a user.
        return self._post("kv/range", {"key": encode("/ready")}).status_code in (200, 400, 404)

    def put(self, key: str, value: str = "") -> None:
        self.call("kv/put", {"key": encode(key), "value": encode(value)})

    def delete(self, prefix: str) -> None:
        """Remove every key that begins with the prefix."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        self.call("kv/deleterange", {"key": encode(prefix), "range_end": encode(end)})

    def get(self, key: str) -> dict[str, t.Any] | None:
        """The key's record as the API gives it; None if there is none."""
        found = self.call("kv/range", {"key": encode(key)}).get("kvs", [])
        return dict(found[0]) if found else None

    def enable_users(self, password: str = "secret") -> None:
        """Switch access control on; the user root has this password."""
        self.call("auth/user/add", {"name": "root", "password": password})
        self.call("auth/role/add", {"name": "root"})
        self.call("auth/user/grant", {"user": "root", "role": "root"})
        self.call("auth/enable", {})
        self.password = password

    def add_user(self, name: str, password: str, prefix: str, permission: str = "READWRITE") -> None:
        """A user who may read, write or both below a prefix that ends with a slash."""
        self.call("auth/user/add", {"name": name, "password": password})
        self.call("auth/role/add", {"name": name})
        permitted = {"permType": permission, "key": encode(prefix), "range_end": encode(f"{prefix[:-1]}0")}
        self.call("auth/role/grant", {"name": name, "perm": permitted})
        self.call("auth/user/grant", {"user": name, "role": name})

    def call(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """One API call, as root where there are users."""
        token = None
        if self.password is not None:
            login = self._post("auth/authenticate", {"name": "root", "password": self.password})
            token = str(login.json()["token"])
        answer = self._post(path, body, token)
        if answer.status_code != 200:
            raise RuntimeError(f"etcd answered {path} with {answer.status_code}: {answer.text}")
        return dict(answer.json())

    def _post(self, path: str, body: dict[str, t.Any], token: str | None = None) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            if self.client:
                session.verify = str(self.client.ca)
                session.cert = (str(self.client.cert), str(self.client.key))
            headers = {"Authorization": token} if token else {}
            return session.post(f"{self.url}/v3/{path}", json=body, headers=headers, timeout=10)

    def _options(self) -> dict[str, t.Any]:
        options: dict[str, t.Any] = {
            "name": self.member,
            "data-dir": str(self.folder / "data"),
            "listen-client-urls": self.url,
            "advertise-client-urls": self.url,
            "listen-peer-urls": self.peer_url,
            "initial-advertise-peer-urls": self.peer_url,
            "initial-cluster": ",".join(f"{name}={url}" for name, url in self.cluster.items()),
            "initial-cluster-token": "classic-swarm",
            "log-level": "warn",
            **self.options,
        }
        if self._server is not None:
            files = {"cert-file": self._server.cert, "key-file": self._server.key, "trusted-ca-file": self._server.ca}
            options.update({name: str(path) for name, path in files.items()}, **{"client-cert-auth": "true"})
        return options


@contextlib.contextmanager
def etcd_cluster(size: int = 3) -> t.Iterator[list[Etcd]]:
    """Servers that make one cluster."""
    with contextlib.ExitStack() as stack:
        members = [Etcd() for _number in range(size)]
        for member in members:
            stack.callback(member.close)
            member.cluster = {each.member: each.peer_url for each in members}
        for member in members:
            member.launch()
        for member in members:
            member.await_ready()
        yield members


def encode(text: str) -> str:
    """A key or a value as the API takes it."""
    return base64.b64encode(text.encode()).decode()
