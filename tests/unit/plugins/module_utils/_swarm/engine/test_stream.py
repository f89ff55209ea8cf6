# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies in pieces and streams in both directions, plain, with TLS and over a socket of this machine."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import threading
import time
import tracemalloc
import typing as t
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers, exec, images, system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineError,
    EngineNotFoundError,
    EngineUnreachableError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.request import Body

from tests.lab.certificates import Authority, CertificateSet
from tests.unit.stream_server import Connection, StreamServer

SWITCHED = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nUpgrade: tcp\r\n\r\n"
RAW = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
KIB, MIB = 1024, 1024 * 1024

Handle = Callable[[Connection], None]


@dataclass
class Way:
    """One way to a server."""

    name: str
    papers: CertificateSet
    folder: Path
    timeout: float = 10.0

    def serve(self, handle: Handle) -> StreamServer:
        if self.name == "unix":
            return StreamServer(handle, path=str(self.folder / "engine.sock"))
        if self.name == "plain":
            return StreamServer(handle)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.papers.cert, self.papers.key)
        context.maximum_version = ssl.TLSVersion.TLSv1_2 if self.name == "TLS 1.2" else ssl.TLSVersion.TLSv1_3
        return StreamServer(handle, context)

    def client(self, server: StreamServer) -> EngineClient:
        tls = TLSSettings(enabled=self.name.startswith("TLS"), ca_path=str(self.papers.ca))
        return EngineClient(server.address, EngineSettings(tls, timeout=self.timeout), api_version="1.41")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> CertificateSet:
    folder = tmp_path_factory.mktemp("papers")
    return Authority(folder / "ca").issue(folder / "server", "engine", names=["127.0.0.1"], usage=("serverAuth",))


@pytest.fixture(params=["plain", "TLS 1.2", "TLS 1.3", "unix"])
def way(request: pytest.FixtureRequest, papers: CertificateSet, tmp_path: Path) -> Way:
    return Way(request.param, papers, tmp_path)


def pieces(count: int, size: int = 64 * KIB) -> Iterator[bytes]:
    """Data in which no two pieces are alike."""
    for number in range(count):
        yield number.to_bytes(4, "big") * (size // 4)


START = b'{"Detach": false, "Tty": false}'


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


# both directions


def test_what_comes_behind_our_end_is_not_lost(way: Way) -> None:
    def sort(connection: Connection) -> None:
        connection.receive_exactly(len(START))
        connection.send(SWITCHED)
        received = b""
        while not received.endswith(b"\n."):
            received += connection.receive()
        while connection.receive():
            raise AssertionError("more than was sent")
        connection.send(b"\n".join(sorted(received[:-2].split(b"\n"))))

    with way.serve(sort) as server, way.client(server).upgrade(exec.start("a"), idle=10) as stream:
        stream.send(b"b\nc\n")
        stream.send(b"a\n.")
        stream.end()
        assert stream.upgraded
        assert b"".join(stream) == b"a\nb\nc"
    assert server.errors == []


def test_a_program_that_writes_as_it_reads_does_not_lock_up(way: Way) -> None:
    """More than all buffers on the way hold, in both directions."""
    received = hashlib.sha256()
    with way.serve(cat) as server, way.client(server).upgrade(containers.attach("a"), idle=10) as stream:
        stream.exchange(pieces(256), received.update)
    assert received.hexdigest() == checksum([*pieces(256), b"END"])
    assert server.errors == []


def test_one_thread_sends_while_another_one_receives(way: Way) -> None:
    with way.serve(cat) as server, way.client(server).upgrade(containers.attach("a"), idle=10) as stream:

        def feed() -> None:
            for piece in pieces(128):
                stream.send(piece)
            stream.end()

        sender = threading.Thread(target=feed)
        sender.start()
        assert checksum(stream) == checksum([*pieces(128), b"END"])
        sender.join(10)
    assert server.errors == []


def test_a_program_that_reads_nothing_of_it_is_no_error(way: Way) -> None:
    def leave(connection: Connection) -> None:
        connection.send(SWITCHED + b"not interested")

    output: list[bytes] = []
    with way.serve(leave) as server, way.client(server).upgrade(containers.attach("a"), idle=10) as stream:
        # where nobody reads what we send the connection breaks behind what came, and that is told
        with contextlib.suppress(EngineUnreachableError):
            stream.exchange(pieces(512), output.append)
        assert b"".join(output) == b"not interested"


def test_an_engine_that_grants_a_stream_by_200(way: Way) -> None:
    def old(connection: Connection) -> None:
        connection.send(RAW + b"first,")
        data = b""
        while True:
            part = connection.receive()
            if not part:
                break
            data += part
        connection.send(data.upper())

    with way.serve(old) as server, way.client(server).upgrade(containers.attach("a"), idle=10) as stream:
        assert (stream.upgraded, stream.status) == (True, 200)
        assert stream.headers["content-type"] == "application/vnd.docker.raw-stream"
        stream.exchange([b"a", b"", b"b"], (output := []).append)
    assert b"".join(output) == b"first,AB"


def test_the_question_asks_for_the_upgrade(way: Way) -> None:
    heads: list[str] = []

    def note(connection: Connection) -> None:
        heads.append(connection.head)
        connection.receive_exactly(len(b'{"Detach": false, "Tty": true}'))
        connection.send(SWITCHED)

    with way.serve(note) as server, way.client(server).upgrade(exec.start("a", terminal=True)) as stream:
        assert b"".join(stream) == b""
    lines = heads[0].split("\r\n")
    host = "localhost" if way.name == "unix" else server.address
    assert lines[0] == "POST /v1.41/exec/a/start HTTP/1.1"
    assert {f"Host: {host}", "Connection: Upgrade", "Upgrade: tcp", "Content-Type: application/json"} <= set(lines)


def test_a_refused_upgrade_is_an_answer_and_the_next_question_is_one_too(way: Way) -> None:
    """The connection of a refused upgrade is not a stream: what is asked next reaches nobody as raw bytes."""

    def refuse(connection: Connection) -> None:
        if "/attach" in connection.head:
            body = b'{"message": "container a is not running"}'
            connection.send(b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            # whatever else comes over this connection is wrong
            if connection.receive():
                raise AssertionError("raw bytes")
        else:
            connection.send(DONE)

    with way.serve(refuse) as server:
        client = way.client(server)
        with pytest.raises(EngineConflictError) as caught:
            client.upgrade(containers.attach("a"))
        assert str(caught.value) == (
            f"{server.address} refuses to attach to a (status 409): container a is not running"
        )
        client.send(system.ping())
        client.close()
    assert (server.connections, server.errors) == (2, [])


def test_an_upgrade_that_is_not_granted_is_an_answer_in_pieces(way: Way) -> None:
    def answer(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

    with way.serve(answer) as server, way.client(server).upgrade(exec.start("a", detach=True)) as stream:
        assert not stream.upgraded
        with pytest.raises(EngineError) as caught:
            stream.send(b"x")
        assert str(caught.value) == f"{server.address} answers without a stream that takes input"
        assert b"".join(stream) == b"{}"


def test_a_switch_that_nobody_asked_for_is_no_answer(way: Way) -> None:
    with way.serve(lambda connection: connection.send(SWITCHED)) as server:
        with pytest.raises(EngineError) as caught:
            way.client(server).send(system.ping())
        assert str(caught.value) == f"{server.address} answers with something else than HTTP; is it a Docker engine?"


def test_a_stream_that_is_cut_off_is_no_end(papers: CertificateSet, tmp_path: Path) -> None:
    """With TLS the end has a word of its own, so that nobody on the way can make it."""

    def vanish(connection: Connection) -> None:
        connection.send(SWITCHED + b"half of it")
        connection.socket.shutdown(2)

    way = Way("TLS 1.3", papers, tmp_path)
    with way.serve(vanish) as server, way.client(server).upgrade(containers.attach("a")) as stream:
        assert stream.receive() == b"half of it"
        with pytest.raises(EngineUnreachableError) as caught:
            stream.receive()
        assert str(caught.value) == f"{server.address} closed the connection before its answer was complete"


def test_a_silent_stream_has_an_end_where_one_is_given(way: Way) -> None:
    done = threading.Event()

    def fall_silent(connection: Connection) -> None:
        connection.send(SWITCHED + b"a")
        done.wait(10)

    with way.serve(fall_silent) as server:
        began = time.monotonic()
        with way.client(server).upgrade(containers.attach("a"), idle=0.3) as stream:
            assert stream.receive() == b"a"
            with pytest.raises(EngineUnreachableError) as caught:
                stream.receive()
        assert str(caught.value) == f"no answer from {server.address} within 0.3 s"
        assert 0.3 <= time.monotonic() - began < 5
        done.set()


def test_another_thread_may_close_under_one_that_waits(way: Way) -> None:
    done = threading.Event()

    def fall_silent(connection: Connection) -> None:
        connection.send(SWITCHED)
        done.wait(10)

    with way.serve(fall_silent) as server:
        stream = way.client(server).upgrade(containers.attach("a"))
        closing = threading.Timer(0.2, stream.close)
        closing.start()
        # how it ends for who waits is a matter of the moment: as an end, or as what was done
        with contextlib.suppress(EngineUnreachableError):
            assert stream.receive() == b""
        closing.join(10)
        done.set()
        with pytest.raises(EngineUnreachableError) as caught:
            stream.send(b"x")
        assert str(caught.value) == f"the stream with {server.address} was closed"
        stream.close()


# an answer in pieces


def test_an_answer_is_taken_in_pieces_and_held_in_pieces(way: Way) -> None:
    def flood(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nX-Stat: abc\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces(512):
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")

    with way.serve(flood) as server, way.client(server).stream(containers.get_archive("a", "/")) as answer:
        assert (answer.status, answer.headers["x-stat"]) == (200, "abc")
        total = hashlib.sha256()
        tracemalloc.start()
        for piece in answer:
            total.update(piece)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert total.hexdigest() == checksum(pieces(512))
    assert most < 4 * MIB
    assert server.errors == []


def test_lines_are_whole_however_they_arrive(way: Way) -> None:
    long = b"x" * (100 * KIB)

    def trickle(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for part in (b"a\r", b"\nb", b"\n" + long, b"\n\nlast"):
            connection.send(part)
            time.sleep(0.01)

    with way.serve(trickle) as server, way.client(server).stream(images.pull("a", "1")) as answer:
        assert list(answer.lines()) == [b"a", b"b", long, b"", b"last"]


def test_a_refusal_of_an_answer_in_pieces_is_raised_at_once(way: Way) -> None:
    def refuse(connection: Connection) -> None:
        connection.send(b'HTTP/1.1 404 Not Found\r\nContent-Length: 22\r\n\r\n{"message": "no such"}')

    with way.serve(refuse) as server, pytest.raises(EngineNotFoundError) as caught:
        way.client(server).stream(containers.logs("a"))
    assert str(caught.value) == f"{server.address} refuses to give the output of a (status 404): no such"


# a body in pieces


@pytest.mark.parametrize("with_length", [True, False])
def test_a_body_is_sent_in_pieces(way: Way, with_length: bool) -> None:
    seen: list[str] = []

    def take(connection: Connection) -> None:
        seen.append(connection.head)
        if with_length:
            parts: t.Iterable[bytes] = (connection.receive_exactly(64 * KIB) for _number in range(200))
        else:
            parts = connection.receive_chunked()
        seen.append(checksum(parts))
        connection.send(DONE)

    body = Body(pieces(200), 200 * 64 * KIB if with_length else None)
    with way.serve(take) as server:
        client = way.client(server)
        client.send(containers.put_archive("a", "/tmp"), body)
        client.close()
    framing = f"Content-Length: {200 * 64 * KIB}" if with_length else "Transfer-Encoding: chunked"
    assert seen[0].split("\r\n")[0] == "PUT /v1.41/containers/a/archive?path=%2Ftmp HTTP/1.1"
    assert {framing, "Content-Type: application/x-tar"} <= set(seen[0].split("\r\n"))
    assert seen[1] == checksum(pieces(200))
    assert server.errors == []


@pytest.mark.parametrize("reads", [True, False])
def test_a_body_that_is_refused_before_its_end_is_a_refusal(way: Way, reads: bool) -> None:
    refusal = b'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 22\r\n\r\n{"message": "no such"}'
    asked = 0

    def refuse(connection: Connection) -> None:
        connection.send(refusal)
        while reads and connection.receive():
            pass

    def endless() -> Iterator[bytes]:
        nonlocal asked
        for piece in pieces(4096):
            asked += 1
            yield piece

    with way.serve(refuse) as server:
        with pytest.raises(EngineNotFoundError) as caught:
            way.client(server).send(containers.put_archive("a", "/tmp"), Body(endless()))
        assert str(caught.value) == f"{server.address} refuses to copy to /tmp of a (status 404): no such"
    assert asked < 4096


def test_a_body_of_another_length_than_was_said_is_never_half_a_request(way: Way) -> None:
    def take(connection: Connection) -> None:
        while connection.receive():
            pass

    with way.serve(take) as server:
        for length in (5, 7):
            with pytest.raises(ValueError, match=f"the body is not {length} bytes long"):
                way.client(server).send(containers.put_archive("a", "/"), Body([b"abc", b"def"], length))


def test_sending_may_take_longer_than_the_time_out_while_it_goes_on(way: Way) -> None:
    way.timeout = 0.5

    def take(connection: Connection) -> None:
        for _chunk in connection.receive_chunked():
            pass
        connection.send(DONE)

    def slow() -> Iterator[bytes]:
        for number in range(10):
            time.sleep(0.1)
            yield b"%d" % number

    with way.serve(take) as server:
        client = way.client(server)
        client.send(containers.put_archive("a", "/"), Body(slow()))
        client.close()
    assert server.errors == []


# questions and answers over the same connections


def test_many_questions_share_one_connection(way: Way) -> None:
    def answer(connection: Connection) -> None:
        connection.send(DONE)
        for _number in range(4):
            connection.next_question()
            connection.send(DONE)

    with way.serve(answer) as server:
        client = way.client(server)
        for _number in range(5):
            client.send(system.ping())
        client.close()
    assert (server.connections, server.errors) == (1, [])
