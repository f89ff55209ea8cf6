# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Consul server on a loopback address, for tests.

The program is Debian's package ``consul`` from the suite bullseye, the last one that has it. It is fetched once, from
the mirror that the machine's own apt is configured with, and unpacked below ``.cache/consul`` of the checkout; nothing
is installed. ``fetch`` raises ``ConsulUnavailable`` with the reason where that cannot be done, so that a test can be
skipped.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

import requests

from .debian import PackagesUnavailable, unpacked

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "consul"
START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


class ConsulUnavailable(Exception):
    """Consul cannot be had on this machine; the message says why."""


# -- the program ------------------------------------------------------------------------------------------------------


def fetch() -> Path:
    """The path of the Consul program, fetched on first use.

    :raises ConsulUnavailable: no apt here, or the mirror does not give the package
    """
    try:
        return unpacked("bullseye", ("consul",), CACHE) / "usr" / "bin" / "consul"
    except PackagesUnavailable as error:
        raise ConsulUnavailable(str(error)) from error


# -- the server -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificates:
    """PEM files of a test's own authority and what it signed."""

    ca: Path
    server_cert: Path
    server_key: Path
    client_cert: Path
    client_key: Path


class Consul:
    """One Consul server; its state survives ``stop`` and ``start``, and ends with ``close``.

    :param address: loopback address to listen on
    :param acl: access control lists on, everything denied without a token
    :param tls: answer over https only, and only to clients with a certificate of the server's own authority
    :ivar dns_port: where it answers DNS, once it was started
    :param servers: how many servers the cluster is said to have; with more than one there is never a leader
    """

    def __init__(self, address: str = "127.0.0.1", *, acl: bool = False, tls: bool = False, servers: int = 1) -> None:
        self.program = fetch()
        self.address = address
        self.acl = acl
        self.tls = tls
        self.servers = servers
        self.folder = Path(tempfile.mkdtemp(prefix="consul-"))
        self.port, *self._inner_ports = _free_ports(address, 4)
        self.certificates = self._make_certificates() if tls else None
        self.management_token: str | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Consul:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def host(self) -> str:
        """``address:port`` of the HTTP API, as it stands in a discovery URL."""
        return f"{self.address}:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("this Consul is not running")
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it can be used: with a leader, or just answering where none can be."""
        config = self.folder / "config.json"
        config.write_text(json.dumps(self._config(), indent=2))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.program, "agent", f"-config-file={config}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._await_answer()
        if self.acl and self.management_token is None:
            self.management_token = self.call("PUT", "acl/bootstrap").json()["SecretID"]

    def stop(self) -> None:
        """End the server by its pid; what it stores stays for the next ``start``."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_TIMEOUT)

    def kill(self) -> None:
        """End the server as a crash does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_TIMEOUT)

    def close(self) -> None:
        """Stop the server and remove all it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def put(self, key: str, value: str = "") -> None:
        self.call("PUT", f"kv/{key}", data=value.encode())

    def get(self, key: str) -> dict[str, t.Any] | None:
        """The key's record as the API gives it (Value in base64, Session, ...); None if there is none."""
        answer = self.call("GET", f"kv/{key}", expect=(200, 404))
        return answer.json()[0] if answer.status_code == 200 else None

    def delete(self, prefix: str) -> None:
        """Remove every key below the prefix."""
        self.call("DELETE", f"kv/{prefix}", params={"recurse": ""})

    def create_token(self, rules: str) -> str:
        """The secret of a new ACL token with these rules (HCL), such as ``key_prefix "swarm/" { policy = "read" }``."""
        name = f"policy-{time.monotonic_ns()}"
        self.call("PUT", "acl/policy", json={"Name": name, "Rules": rules})
        return str(self.call("PUT", "acl/token", json={"Policies": [{"Name": name}]}).json()["SecretID"])

    def call(
        self, method: str, path: str, *, expect: t.Collection[int] = (200,), **arguments: t.Any
    ) -> requests.Response:
        """One API call with the management token and the client certificate, where there are any."""
        with requests.Session() as session:
            session.trust_env = False
            if self.certificates:
                session.verify = str(self.certificates.ca)
                session.cert = (str(self.certificates.client_cert), str(self.certificates.client_key))
            if self.management_token:
                session.headers["X-Consul-Token"] = self.management_token
            scheme = "https" if self.tls else "http"
            answer = session.request(method, f"{scheme}://{self.host}/v1/{path}", timeout=10, **arguments)
        if answer.status_code not in expect:
            raise RuntimeError(f"Consul answered {method} {path} with {answer.status_code}: {answer.text}")
        return answer

    def _config(self) -> dict[str, t.Any]:
        server, serf, self.dns_port = self._inner_ports
        config: dict[str, t.Any] = {
            "server": True,
            "bootstrap_expect": self.servers,
            "node_name": f"consul-{self.port}",
            "data_dir": str(self.folder / "data"),
            "bind_addr": self.address,
            "client_addr": self.address,
            "performance": {"raft_multiplier": 1},
            "disable_update_check": True,
            "ports": {
                "http": -1 if self.tls else self.port,
                "https": self.port if self.tls else -1,
                "server": server,
                "serf_lan": serf,
                "serf_wan": -1,
                "dns": self.dns_port,
                "grpc": -1,
            },
        }
        if self.acl:
            config["acl"] = {"enabled": True, "default_policy": "deny"}
        if self.certificates:
            config.update(
                verify_incoming_https=True,
                ca_file=str(self.certificates.ca),
                cert_file=str(self.certificates.server_cert),
                key_file=str(self.certificates.server_key),
            )
        return config

    def _make_certificates(self) -> Certificates:
        folder = self.folder / "tls"
        folder.mkdir()
        for command in (
            ["ca", "create", "-days=2"],
            ["cert", "create", "-server", "-days=2", f"-additional-ipaddress={self.address}"],
            ["cert", "create", "-client", "-days=2"],
        ):
            subprocess.run([self.program, "tls", *command], cwd=folder, check=True, capture_output=True, timeout=60)
        return Certificates(
            folder / "consul-agent-ca.pem",
            folder / "dc1-server-consul-0.pem",
            folder / "dc1-server-consul-0-key.pem",
            folder / "dc1-client-consul-0.pem",
            folder / "dc1-client-consul-0-key.pem",
        )

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"Consul ended by itself: {self._last_words()}")
            with contextlib.suppress(requests.RequestException, RuntimeError):
                if self.servers > 1:
                    self.call("GET", "status/leader")
                    return
                # A read that has to pass the leader: status/leader alone names one before it serves. 403 is an answer.
                self.call("GET", "kv/ready", expect=(200, 403, 404))
                return
            time.sleep(0.1)
        raise RuntimeError(f"Consul was not ready within {START_TIMEOUT:g} s: {self._last_words()}")

    def _last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-1500:]


def _free_ports(address: str, count: int) -> list[int]:
    """Ports that nobody listens on now; all are held until all are known, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _index in range(count)]
        for each in sockets:
            each.bind((address, 0))
        return [each.getsockname()[1] for each in sockets]
