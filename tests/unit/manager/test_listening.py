# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where clients are served: TLS that is none, silence, too many, sockets of this machine and of systemd."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classic_swarm._swarm.errors import InputError
from classic_swarm.manager.settings import Limits, Listen
from classic_swarm.manager.transport.listening import listen_on

from tests.lab.certificates import Authority, CertificateSet
from tests.unit.manager.endpoint import Endpoint


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> CertificateSet:
    folder = tmp_path_factory.mktemp("papers")
    return Authority(folder / "ca").issue(folder / "server", "swarm", names=["127.0.0.1"], usage=("serverAuth",))


def dial(endpoint: Endpoint) -> socket.socket:
    host, port = endpoint.address.split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(65536) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00", b"\x16\x03\x01"], ids=["silence", "half", "less"])
def test_a_handshake_that_does_not_come_is_not_waited_for(sent: bytes, papers: CertificateSet) -> None:
    with Endpoint({}, papers=papers, limits=Limits(handshake=0.3)) as endpoint, dial(endpoint) as client:
        client.sendall(sent)
        begun = time.monotonic()
        assert ended(client)
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("sent", [b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n", b"\x00" * 100, os.urandom(4096)])
def test_what_is_no_tls_is_ended_at_once(sent: bytes, papers: CertificateSet) -> None:
    with Endpoint({}, papers=papers) as endpoint:
        with dial(endpoint) as client:
            client.sendall(sent)
            begun = time.monotonic()
            # An alert may come first.
            while not ended(client):
                pass
            assert time.monotonic() - begun < 5
        assert endpoint.log == []


def test_there_are_as_many_connections_as_may_be() -> None:
    with Endpoint({}, limits=Limits(connections=2)) as endpoint:
        first, second = dial(endpoint), dial(endpoint)
        ping = b"GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for client in (first, second):
            client.sendall(ping)
            assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        with dial(endpoint) as third:
            assert ended(third)
        first.close()
        deadline = time.monotonic() + 5
        while len(endpoint.server.connections) > 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        with dial(endpoint) as third:
            third.sendall(ping)
            assert third.recv(100).startswith(b"HTTP/1.1 200 ")
        second.close()


def test_a_socket_is_for_its_owner_and_group_and_one_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "swarm.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with Endpoint({}, path=str(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with (
            pytest.raises(InputError, match="cannot be listened on: Address already in use"),
            Endpoint({}, path=str(path)),
        ):
            pass


@pytest.mark.parametrize(
    ("listen", "message"),
    [
        (
            Listen("tcp", "192.0.2.1", 1),
            "tcp://192.0.2.1:1 cannot be listened on: Cannot assign requested address",
        ),
        (
            Listen("unix", "/nowhere/at/all"),
            "unix:///nowhere/at/all cannot be listened on: No such file or directory",
        ),
        (
            Listen("fd", ""),
            "fd:// is for sockets that systemd hands over, and it has handed none to this process",
        ),
    ],
)
def test_where_nothing_can_be_served(listen: Listen, message: str) -> None:
    with pytest.raises(InputError) as raised:
        asyncio.run(listen_on((listen,), asyncio.Protocol, None, 1.0, {}))
    assert str(raised.value) == f"--host: {message}"


def test_sockets_of_systemd(tmp_path: Path) -> None:
    """In a process of its own, whose descriptors from 3 on are such sockets."""
    script = tmp_path / "serve.py"
    script.write_text(
        "import asyncio, os, sys\n"
        "from classic_swarm.manager.settings import Listen\n"
        "from classic_swarm.manager.transport.listening import listen_on\n"
        "class Greeting(asyncio.Protocol):\n"
        "    def connection_made(self, transport):\n"
        "        transport.write(b'hello'); transport.close()\n"
        "async def main():\n"
        "    environ = {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '2', 'LISTEN_FDNAMES': 'other:swarm'}\n"
        "    servers = await listen_on((Listen('fd', 'swarm'),), Greeting, None, 1.0, environ)\n"
        "    print(len(servers), flush=True)\n"
        "    await asyncio.sleep(30)\n"
        "asyncio.run(main())\n"
    )
    code = (
        "import os, socket, sys\n"
        "one, two = socket.create_server(('127.0.0.1', 0)), socket.create_server(('127.0.0.1', 0))\n"
        "print(two.getsockname()[1], flush=True)\n"
        # Duplicates first: the two may lie where they are to go.
        "a, b = os.dup(one.fileno()), os.dup(two.fileno())\n"
        "a, b = os.dup(a) + 0, os.dup(b) + 0\n"
        "os.dup2(a, 3); os.dup2(b, 4)\n"
        f"os.execv(sys.executable, [sys.executable, {str(script)!r}])\n"
    )
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root / "distribution")},
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert process.stdout.readline() == b"1\n"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            assert client.recv(100) == b"hello"
    finally:
        process.kill()
        process.wait()
