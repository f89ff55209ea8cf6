# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hijacked streams: plain, TLS and sockets on both sides, with the standard library's TLS at the engine.

The client is the product's own of the modules, which shares no code above TLS records with the endpoint.
"""

# It does not follow a tuple that the same with statement unpacks.
# pylint: disable=used-before-assignment

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import struct
import threading
import time
import typing as t
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers, exec
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineUnreachableError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings

from tests.lab.certificates import Authority, CertificateSet
from tests.unit.manager.endpoint import Endpoint
from tests.unit.stream_server import Connection, StreamServer

KIB = 1024
SWITCHED = (
    b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
    b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
)
RAW = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
ATTACH = (
    b"POST /v1.41/containers/a/attach?stream=1 HTTP/1.1\r\nHost: localhost\r\n"
    b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
)

#: Client's side, engine's side.
WAYS = [("plain", "plain"), ("plain", "TLS 1.3"), ("TLS 1.2", "plain"), ("TLS 1.3", "TLS 1.3"), ("unix", "TLS 1.2")]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> CertificateSet:
    folder = tmp_path_factory.mktemp("papers")
    return Authority(folder / "ca").issue(folder / "server", "engine", names=["127.0.0.1"], usage=("serverAuth",))


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    return t.cast("tuple[str, str]", request.param)


@pytest.fixture
def endpoint_of(
    way: tuple[str, str], papers: CertificateSet, tmp_path: Path
) -> Callable[[Callable[[Connection], None]], t.ContextManager[tuple[EngineClient, StreamServer, Endpoint]]]:
    """Gives, for what the engine does with a connection, a client of an endpoint before that engine."""

    @contextmanager
    def opened(
        handle: Callable[[Connection], None], **options: t.Any
    ) -> Iterator[tuple[EngineClient, StreamServer, Endpoint]]:
        ours, theirs = way
        context = None
        if theirs.startswith("TLS"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(papers.cert, papers.key)
            context.maximum_version = ssl.TLSVersion.TLSv1_2 if theirs == "TLS 1.2" else ssl.TLSVersion.TLSv1_3
        secured = ours.startswith("TLS")
        with (
            StreamServer(handle, context) as server,
            Endpoint(
                {"node-1": server.address},
                papers=papers if secured else None,
                engine_ca=str(papers.ca) if context else None,
                path=str(tmp_path / "endpoint.sock") if ours == "unix" else None,
                **options,
            ) as endpoint,
        ):
            tls = TLSSettings(enabled=secured, ca_path=str(papers.ca))
            client = EngineClient(endpoint.address, EngineSettings(tls, timeout=10.0), api_version="1.41")
            yield client, server, endpoint

    return opened


def pieces(count: int, size: int = 64 * KIB) -> Iterator[bytes]:
    """Data in which no two pieces are alike."""
    for number in range(count):
        yield number.to_bytes(4, "big") * (size // 4)


def checksum(parts: t.Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part)
    return total.hexdigest()


def cat(connection: Connection) -> None:
    """Sends back what comes, as it comes; then says that it has seen the end."""
    connection.send(SWITCHED)
    while True:
        data = connection.receive()
        if not data:
            break
        connection.send(data)
    connection.send(b"END")


def test_64_mib_in_and_out(endpoint_of: t.Any) -> None:
    received = hashlib.sha256()
    with endpoint_of(cat) as (client, server, endpoint), client.upgrade(containers.attach("a"), idle=10) as stream:
        stream.exchange(pieces(1024), received.update)
    assert received.hexdigest() == checksum([*pieces(1024), b"END"])
    assert (server.errors, endpoint.log) == ([], [])


def test_the_answer_to_the_end_of_the_input_is_not_lost(endpoint_of: t.Any) -> None:
    """Half-closed: with TLS a bare close_notify, on both sides."""

    def count(connection: Connection) -> None:
        connection.send(RAW)
        seen = 0
        while True:
            data = connection.receive()
            if not data:
                break
            seen += len(data)
        connection.send(b"%d bytes" % seen)

    with endpoint_of(count) as (client, server, _endpoint), client.upgrade(containers.attach("a"), idle=10) as stream:
        stream.send(b"x" * 100_000)
        stream.end()
        assert b"".join(stream) == b"100000 bytes"
    assert server.errors == []


def test_the_end_of_the_output_is_told_while_the_client_still_sends(endpoint_of: t.Any) -> None:
    def leave(connection: Connection) -> None:
        connection.send(SWITCHED + b"not interested")

    output: list[bytes] = []
    with endpoint_of(leave) as (client, _server, _endpoint), client.upgrade(containers.attach("a"), idle=10) as stream:
        # where nobody reads what we send the connection may break behind what came
        with suppress(EngineUnreachableError):
            stream.exchange(pieces(512), output.append)
        assert b"".join(output) == b"not interested"


def test_the_path_has_the_id_in_the_place_of_the_name_and_nowhere_else(endpoint_of: t.Any) -> None:
    heads: list[str] = []

    def note(connection: Connection) -> None:
        heads.append(connection.head)
        connection.send(SWITCHED)

    with endpoint_of(note) as (client, _server, _endpoint):
        for name in ("con", "v1", "attach", "node-1/c"):
            with client.upgrade(containers.attach(name)) as stream:
                assert b"".join(stream) == b""
    assert [head.split("\r\n")[0].partition("?")[0] for head in heads] == [
        "POST /v1.41/containers/id-of-con/attach",
        "POST /v1.41/containers/id-of-v1/attach",
        "POST /v1.41/containers/id-of-attach/attach",
        "POST /v1.41/containers/id-of-c/attach",
    ]


def test_an_exec_is_started_once_with_its_body(endpoint_of: t.Any) -> None:
    seen: list[t.Any] = []

    def start(connection: Connection) -> None:
        headers = dict(line.split(": ", 1) for line in connection.head.split("\r\n")[1:])
        seen.append(
            (connection.head.split("\r\n")[0], json.loads(connection.receive_exactly(int(headers["Content-Length"]))))
        )
        connection.send(SWITCHED + b"done")

    with endpoint_of(start) as (client, server, _endpoint), client.upgrade(exec.start("e1", terminal=True)) as stream:
        assert b"".join(stream) == b"done"
    assert seen == [("POST /v1.41/exec/e1/start HTTP/1.1", {"Detach": False, "Tty": True})]
    assert server.connections == 1


def test_a_refused_upgrade_is_an_answer(endpoint_of: t.Any) -> None:
    def refuse(connection: Connection) -> None:
        connection.send(
            b"HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n"
            b'{"message":"Container is paused"}'
        )

    with endpoint_of(refuse) as (client, _server, _endpoint), pytest.raises(Exception, match="Container is paused"):
        client.upgrade(containers.attach("a"))


@contextmanager
def plain(handle: Callable[[Connection], None], **options: t.Any) -> Iterator[tuple[Endpoint, StreamServer]]:
    with StreamServer(handle) as server, Endpoint({"node-1": server.address}, **options) as endpoint:
        yield endpoint, server


def dial(endpoint: Endpoint) -> socket.socket:
    host, port = endpoint.address.split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def read_all(connection: socket.socket) -> bytes:
    data = b""
    while True:
        part = connection.recv(65536)
        if not part:
            return data
        data += part


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"message":"no"}',
        b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nno stream",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
    ],
    ids=["refused", "detached", "another type", "in chunks"],
)
def test_a_second_request_behind_an_upgrade_that_was_not_granted_reaches_nobody(answer: bytes) -> None:
    """A raw pipe would carry it to the engine, past every check."""
    seen: list[bytes] = []

    def answer_and_listen(connection: Connection) -> None:
        connection.send(answer)
        connection.socket.shutdown(socket.SHUT_WR) if b"no stream" in answer else None
        seen.append(connection.receive())

    second = b"DELETE /v1.41/containers/other HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with plain(answer_and_listen) as (endpoint, server):
        with dial(endpoint) as client:
            client.sendall(ATTACH + second)
            got = read_all(client)
        deadline = time.monotonic() + 10
        while not seen and time.monotonic() < deadline:
            time.sleep(0.01)
    assert got.startswith(b"HTTP/1.1 " + answer[9:12])
    # One answer and no other: what came behind the request was for a stream that there is not.
    assert got.count(b"HTTP/1.1 ") == 1
    assert (seen, server.connections) == ([b""], 1)


def test_what_a_client_sends_ahead_of_the_answer_is_for_the_stream() -> None:
    with plain(cat) as (endpoint, _server), dial(endpoint) as client:
        client.sendall(ATTACH + b"early,")
        time.sleep(0.05)
        client.sendall(b"still early")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == SWITCHED + b"early,still earlyEND"


def test_a_stream_without_an_upgrade_is_ended_by_the_connection() -> None:
    def print_twice(connection: Connection) -> None:
        assert "Upgrade" not in connection.head
        connection.send(RAW + b"one,")
        time.sleep(0.05)
        connection.send(b"two")

    with plain(print_twice) as (endpoint, server), dial(endpoint) as client:
        client.sendall(b"POST /containers/a/attach?stdout=1&stream=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_all(client) == RAW + b"one,two"
    assert server.errors == []


def test_a_client_that_is_killed_frees_the_engine() -> None:
    ended = threading.Event()

    def wait_for_the_end(connection: Connection) -> None:
        connection.send(SWITCHED)
        while connection.receive():
            pass
        ended.set()

    with plain(wait_for_the_end) as (endpoint, _server):
        client = dial(endpoint)
        client.sendall(ATTACH)
        assert client.recv(len(SWITCHED)) == SWITCHED
        # no last word: a reset
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        assert ended.wait(10)
        _until(lambda: endpoint.server.connections == [])


def test_an_engine_that_is_killed_ends_the_client() -> None:
    def die(connection: Connection) -> None:
        connection.send(SWITCHED + b"last words")
        time.sleep(0.1)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.socket.close()

    with plain(die) as (endpoint, _server), dial(endpoint) as client:
        client.sendall(ATTACH)
        assert read_all(client) == SWITCHED + b"last words"
        client.close()
        _until(lambda: endpoint.server.connections == [])


def test_a_slow_reader_makes_the_engine_wait_and_costs_no_memory() -> None:
    sent = []

    def pour(connection: Connection) -> None:
        connection.send(SWITCHED)
        connection.socket.settimeout(1.0)
        try:
            for piece in pieces(1024):
                connection.send(piece)
                sent.append(len(piece))
        except TimeoutError:
            pass

    with plain(pour) as (endpoint, _server), dial(endpoint) as client:
        client.sendall(ATTACH)
        assert client.recv(len(SWITCHED)) == SWITCHED
        time.sleep(2.0)
        # What kernels hold on two connections, and what waits in between: far from the 64 MiB that there are.
        assert 0 < sum(sent) < 24 * KIB * KIB


def test_an_engine_that_does_not_answer_is_an_error_of_that_engine() -> None:
    def hang(connection: Connection) -> None:
        connection.receive()

    with plain(hang, timeout=0.5) as (endpoint, server), dial(endpoint) as client:
        client.sendall(ATTACH)
        got = read_all(client)
    assert got.startswith(b"HTTP/1.1 502 ")
    assert json.loads(got.partition(b"\r\n\r\n")[2]) == {"message": f"no answer from {server.address} within 0.5 s"}


def test_an_engine_that_answers_garbage_is_an_error_of_that_engine() -> None:
    with (
        plain(lambda connection: connection.send(b"SSH-2.0-x\r\n\r\n")) as (endpoint, server),
        dial(endpoint) as client,
    ):
        client.sendall(ATTACH)
        got = read_all(client)
    assert got.startswith(b"HTTP/1.1 502 ")
    words = f"{server.address} answers with something else than HTTP; is it a Docker engine?"
    assert json.loads(got.partition(b"\r\n\r\n")[2]) == {"message": words}


def test_500_streams_at_once() -> None:
    with plain(cat) as (endpoint, server):
        clients = [dial(endpoint) for _number in range(500)]
        for number, client in enumerate(clients):
            client.sendall(ATTACH + b"%d" % number)
        for client in clients:
            client.shutdown(socket.SHUT_WR)
        answers = [read_all(client) for client in clients]
        for client in clients:
            client.close()
        assert answers == [SWITCHED + b"%dEND" % number for number in range(500)]
        assert server.connections == 500
        _until(lambda: endpoint.server.connections == [])
        assert endpoint.server.requests_of.total == 0


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)
