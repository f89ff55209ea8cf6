# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ZooKeeper servers on a loopback address, alone or as a cluster, for tests.

The classes are those of Debian's package ``zookeeper`` (3.8), which the set-up of the tests installs; it starts nothing
by itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import typing as t
from pathlib import Path

from .certificates import Authority, CertificateSet
from .service import Service, ServiceUnavailable, free_ports
from .shell import run

_JARS = Path("/usr/share/java")
_TIMEOUT = 5.0


def fetch() -> list[str]:
    """What a ZooKeeper command begins with: Java, small and quick to start, with the classes.

    :raises ServiceUnavailable: one of the two is not installed
    """
    java = shutil.which("java")
    if java is None or not (_JARS / "zookeeper.jar").exists():
        raise ServiceUnavailable("Debian's package zookeeper is not installed")
    jars = [_JARS / "zookeeper.jar", *sorted(_JARS.glob("netty-*.jar"))]
    quick = ["-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"]
    return [java, *quick, "-Djava.net.preferIPv4Stack=true", "-cp", ":".join(map(str, jars))]


class ZooKeeper(Service):
    """One ZooKeeper server.

    :param tls: answer over TLS only, and only to clients with a certificate of the server's own authority
    :param tick: milliseconds; sessions live for two to twenty of them
    """

    name = "zookeeper"

    def __init__(self, address: str = "127.0.0.1", *, tls: bool = False, tick: int = 1000) -> None:
        self._begin = fetch()
        super().__init__()
        self.address = address
        self.tick = tick
        self.port, self.peer_port, self.election_port = free_ports(address, 3)
        self.number = 1
        self.cluster: dict[int, str] = {}
        self.client: CertificateSet | None = None
        self._server: CertificateSet | None = None
        if tls:
            authority = Authority(self.folder / "ca")
            self._server = authority.issue(
                self.folder / "server", "zookeeper", names=(address,), usage=("serverAuth", "clientAuth")
            )
            self.client = authority.issue(self.folder / "client", "agent")

    @property
    def host(self) -> str:
        """``address:port``, as it stands in a discovery URL."""
        return f"{self.address}:{self.port}"

    @property
    def peer(self) -> str:
        """How the others of its cluster reach it."""
        return f"{self.address}:{self.peer_port}:{self.election_port}"

    def command(self) -> list[str]:
        config = self.folder / "zoo.cfg"
        config.write_text("".join(f"{name}={value}\n" for name, value in self._config().items()))
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "data" / "myid").write_text(f"{self.number}\n")
        main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
        switches = ["-Dzookeeper.admin.enableServer=false", "-Dzookeeper.jmx.log4j.disable=true"]
        return [*self._begin, *switches, main, str(config)]

    def environment(self) -> dict[str, str]:
        return {"PATH": os.defpath}

    def is_ready(self) -> bool:
        if self.client is not None:
            with socket.create_connection((self.address, self.port), _TIMEOUT):
                return True
        # "srvr" tells of the mode only where there is a leader.
        return b"Mode: " in self.ask("srvr")

    def ask(self, word: str) -> bytes:
        """The answer to one of its four-letter words."""
        with socket.create_connection((self.address, self.port), _TIMEOUT) as connection:
            connection.sendall(word.encode())
            connection.settimeout(_TIMEOUT)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    @property
    def is_leader(self) -> bool:
        return b"Mode: leader" in self.ask("srvr")

    @contextlib.contextmanager
    def writer(self) -> t.Iterator[t.Any]:
        """A client of its own, to write and read with as somebody else does."""
        from kazoo.client import KazooClient

        client = KazooClient(self.host, timeout=10)
        client.start(10)
        try:
            yield client
        finally:
            client.stop()
            client.close()

    def put(self, path: str, value: str = "") -> None:
        with self.writer() as client:
            client.ensure_path(path)
            client.set(path, value.encode())

    def delete(self, path: str) -> None:
        """Remove a node and all below it."""
        with self.writer() as client:
            if client.exists(path):
                client.delete(path, recursive=True)

    def _config(self) -> dict[str, t.Any]:
        config: dict[str, t.Any] = {
            "tickTime": self.tick,
            "initLimit": 20,
            "syncLimit": 5,
            "dataDir": self.folder / "data",
            "4lw.commands.whitelist": "srvr,cons",
            "maxClientCnxns": 0,
        }
        config.update({f"server.{number}": peer for number, peer in self.cluster.items()})
        if self._server is None:
            return {**config, "clientPort": self.port, "clientPortAddress": self.address}
        pem = self.folder / "server.pem"
        # Java reads keys in PKCS #8 only.
        run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", str(self._server.key), "-out", str(pem))
        pem.write_bytes(pem.read_bytes() + self._server.cert.read_bytes())
        return {
            **config,
            "secureClientPort": self.port,
            "secureClientPortAddress": self.address,
            "serverCnxnFactory": "org.apache.zookeeper.server.NettyServerCnxnFactory",
            "ssl.keyStore.location": pem,
            "ssl.keyStore.type": "PEM",
            "ssl.trustStore.location": self._server.ca,
            "ssl.trustStore.type": "PEM",
        }


@contextlib.contextmanager
def zookeeper_cluster(size: int = 3) -> t.Iterator[list[ZooKeeper]]:
    """Servers that make one cluster."""
    with contextlib.ExitStack() as stack:
        members = [ZooKeeper() for _number in range(size)]
        for number, member in enumerate(members, start=1):
            stack.callback(member.close)
            member.number = number
            member.cluster = {each: other.peer for each, other in enumerate(members, start=1)}
        for member in members:
            member.launch()
        for member in members:
            member.await_ready()
        yield members
