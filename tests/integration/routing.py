# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`swarm route` as a process between a real Consul and a real HAProxy or nginx, and instances to lead to."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from classic_swarm.router.errors import NotRunningError
from classic_swarm.router.status_socket import ask_status

from tests.integration.registering import until
from tests.lab.consul import Consul
from tests.lab.proxies import ProxyServer

_DISTRIBUTION = Path(__file__).resolve().parents[2] / "distribution"
HOST = "web.example.com"


class Instance(http.server.ThreadingHTTPServer):
    """A server that tells its name and what it was asked; a path of /slow waits until it is told to go on."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.go_on = threading.Event()
        self.reached = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server: Instance

            def do_GET(self) -> None:
                if self.path == "/slow":
                    self.server.reached.set()
                    self.server.go_on.wait(20)
                said = {
                    "name": self.server.name,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "path": self.path,
                }
                content = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *values: Any) -> None:
                return

        super().__init__(("127.0.0.1", 0), Handler)
        # Checks open a connection and reset it: that is no error to print.
        self.handle_error = lambda *_request: None  # type: ignore[method-assign]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Routing:
    """One store, one proxy, and routers for it. Services are put into the store by hand.

    consul: None for another store, which source names.
    """

    def __init__(self, consul: Consul | None, proxy: ProxyServer, folder: Path, source: str = "") -> None:
        self._consul = consul
        self.source = source or f"consul://{self.consul.host}/swarm"
        self.proxy = proxy
        self.folder = folder
        self.log = folder / "route.log"
        self.log.touch()
        self.socket = folder / "status.sock"
        self._started: list[subprocess.Popen[bytes]] = []
        self._instances: list[Instance] = []

    def close(self) -> None:
        for process in self._started:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        for instance in self._instances:
            instance.go_on.set()
            instance.shutdown()
            instance.server_close()
        self.proxy.close()
        if self._consul is not None:
            self._consul.delete("services")

    # the store

    @property
    def consul(self) -> Consul:
        assert self._consul is not None
        return self._consul

    def instance(self, name: str) -> Instance:
        made = Instance(name)
        self._instances.append(made)
        return made

    def put(self, service: str, name: str, port: int, container: str = "", **attributes: str) -> None:
        """Register an instance, facts first, as `swarm register` does."""
        facts = {"attributes": attributes, "container_id": container or name, "node": "host"}
        self.consul.put(f"services-facts/{service}/host:{name}:80", json.dumps(facts))
        self.consul.put(f"services/{service}/host:{name}:80", f"127.0.0.1:{port}")

    def serve(self, service: str, name: str, **attributes: str) -> Instance:
        """An instance that is there and registered, under HOST unless it says otherwise."""
        made = self.instance(name)
        self.put(service, name, made.port, **(attributes or {"route_host": HOST}))
        return made

    def remove(self, service: str, name: str) -> None:
        for folder in ("services-facts", "services"):
            self.consul.call("DELETE", f"kv/{folder}/{service}/host:{name}:80")

    # the router

    def command(self, *options: str) -> list[str]:
        return [
            sys.executable, "-m", "classic_swarm", "route", *self.proxy.route_options(),
            f"--status-socket={self.socket}", *options, self.source,
        ]  # fmt: skip

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*options), cwd=_DISTRIBUTION, env=_environment(), capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command(*options), cwd=_DISTRIBUTION, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=_environment(),
            )  # fmt: skip
        self._started.append(process)
        return process

    def begin(self, *options: str) -> None:
        """Apply once, start the proxy with that, then a router that watches."""
        done = self.run("--once", *options)
        assert (done.returncode, done.stdout) == (0, "applied by file\n"), done.stderr
        self.proxy.start()
        self.start(*options)
        until(lambda: self.status().get("state") == "ok")

    def said(self) -> str:
        return self.log.read_text()

    def status(self) -> dict[str, Any]:
        """What the router that watches tells; nothing before it listens."""
        with contextlib.suppress(NotRunningError):
            return ask_status(str(self.socket))
        return {}

    # a client

    def ask(
        self, path: str = "/", host: str = HOST, port: int | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and body, the body read as JSON if it is that."""
        connection = http.client.HTTPConnection(self.proxy.address, port or self.proxy.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": host, **(headers or {})})
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        with contextlib.suppress(ValueError):
            return answer.status, json.loads(body)
        return answer.status, body

    def ask_tls(self, host: str, authority: Path) -> Any:
        """The body over TLS, once the certificate has been found good for the host."""
        context = ssl.create_default_context(cafile=str(authority))
        with (
            socket.create_connection((self.proxy.address, self.proxy.tls_port), 10) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        return json.loads(answer.partition("\r\n\r\n")[2])

    def name(self, path: str = "/", host: str = HOST) -> str:
        """Which instance answers; the status where none does."""
        status, body = self.ask(path, host)
        return body["name"] if status == 200 else str(status)

    def names(self, count: int = 20) -> set[str]:
        return {self.name() for _number in range(count)}


def _environment() -> dict[str, str]:
    return {"PATH": f"{os.environ['PATH']}:/usr/sbin", "PYTHONDONTWRITEBYTECODE": "1"}
