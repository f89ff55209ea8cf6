# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery services that send without end or sense: each costs a bounded time and memory, and ends in a sentence."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import re
import resource
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.bounded_frames import Bounded, TooLongError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.unit.plugins.module_utils._swarm.discovery.scripted_consul import Reply, ScriptedConsul
from tests.unit.stream_server import Connection, StreamServer

Handler = Callable[[Connection], None]

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1 << 20

#: Seconds of the option timeout; an answer may take twice as long, and a busy machine longer than that.
TIMEOUT = 0.5
BOUND = 20.0
#: What the process may grow by while it meets all of them.
GROWTH = 400 * MIB

SOURCES = {
    "Consul": "consul://{}/swarm",
    "etcd": "etcd://{}/swarm",
    "discovery service": "token://http://{}/0123456789abcdef",
}


def question(connection: Connection) -> None:
    """Take the body of a question too: a connection that is closed before is reset, and what was answered is lost."""
    length = re.search(r"Content-Length: ([0-9]+)", connection.head)
    connection.receive_exactly(int(length[1]) if length else 0)


def cut_short(connection: Connection) -> None:
    question(connection)
    connection.send(OK + b"Content-Length: 100\r\n\r\n[")


def silent(connection: Connection) -> None:
    cut_short(connection)
    connection.receive()


def forever(head: bytes, piece: bytes) -> Handler:
    """The piece again and again, for as long as anybody takes it."""
    many = piece * max(1, MIB // len(piece))

    def send(connection: Connection) -> None:
        connection.send(head)
        while True:
            connection.send(many)

    return send


def dripping(head: bytes, piece: bytes) -> Handler:
    """A piece now and then: never silent for long."""

    def send(connection: Connection) -> None:
        connection.send(head)
        while True:
            time.sleep(TIMEOUT / 5)
            connection.send(piece)

    return send


def once(body: bytes, head: bytes = OK) -> Handler:
    def send(connection: Connection) -> None:
        question(connection)
        connection.send(head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return send


TOO_LONG = "it answers with more than 32 MiB"
TOO_SLOW = "its answer was not complete within 1 s"
#: Where it hangs on the machine which limit is met first.
TOO_MUCH = (TOO_LONG, TOO_SLOW)
NO_HTTP = "it answers with something else than HTTP"

#: What it sends instead of an answer that can be read, and the reason that is given for its host.
NO_ANSWER: dict[str, tuple[Handler, str | tuple[str, ...]]] = {
    "a body without end": (forever(OK + b"\r\n", b"[" * 100), TOO_LONG),
    "a chunk without end": (forever(CHUNKED, b"f" * 100), (NO_HTTP, *TOO_MUCH)),
    "tiny chunks": (forever(CHUNKED, b"2\r\n[]\r\n"), TOO_MUCH),
    "a length beyond all": (forever(OK + b"Content-Length: 262144000\r\n\r\n", b"[],"), TOO_LONG),
    "headers without end": (forever(OK, b"A: b\r\n"), NO_HTTP),
    "a header without end": (forever(OK, b"A" * 100), NO_HTTP),
    "continue without end": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), TOO_MUCH),
    "trailers without end": (forever(CHUNKED + b"0\r\n", b"A: b\r\n"), TOO_MUCH),
    "a dripping head": (dripping(b"HTTP/1.1 200 OK\r\nX: ", b"y"), TOO_SLOW),
    "a dripping body": (dripping(OK + b"Content-Length: 100000\r\n\r\n", b"["), TOO_SLOW),
    "dripping chunks": (dripping(CHUNKED, b"1\r\n[\r\n"), TOO_SLOW),
    "dripping interim answers": (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), TOO_SLOW),
    "a redirect with a body without end": (forever(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", b"x"), TOO_LONG),
    "an error without end": (forever(b"HTTP/1.1 500 Oh\r\n\r\n", b"x"), TOO_LONG),
    "no HTTP": (forever(b"", b"SSH-2.0-x\r\n"), NO_HTTP),
    "two lengths": (once(b"[]", OK + b"Content-Length: 7\r\n"), NO_HTTP),
    "an end too early": (cut_short, "it closed the connection in the middle of its answer"),
    "silence within": (silent, "no answer within 0.5 s"),
}


def asked(source: str) -> str:
    with pytest.raises(DiscoveryError) as caught:
        open_backend(DiscoverySettings(source, timeout=TIMEOUT)).list()
    return str(caught.value)


#: Everything of one service, and of the others what shows that they are asked in the same way.
ASKED = [("Consul", hostile) for hostile in NO_ANSWER] + [
    (service, hostile)
    for service in ("etcd", "discovery service")
    for hostile in ("a body without end", "a dripping body", "an end too early", "silence within")
]


@pytest.mark.parametrize(("service", "hostile"), ASKED)
def test_no_answer_has_a_reason_in_time(service: str, hostile: str) -> None:
    handler, reason = NO_ANSWER[hostile]
    with StreamServer(handler) as server:
        began = time.monotonic()
        message = asked(SOURCES[service].format(server.address))
        took = time.monotonic() - began
    assert f"no {service} host of " in message
    assert message.partition(f"{server.address}: ")[2].startswith(reason)
    assert took < BOUND


def test_a_good_host_behind_hostile_ones_is_reached() -> None:
    with contextlib.ExitStack() as stack:
        handlers = (NO_ANSWER[name][0] for name in ("a body without end", "a dripping head", "headers without end"))
        hosts = [stack.enter_context(StreamServer(handler)).address for handler in handlers]
        good = stack.enter_context(ScriptedConsul(Reply(body=["swarm/h1:1"])))
        source = f"consul://{','.join([*hosts, good.host])}/swarm"
        began = time.monotonic()
        assert open_backend(DiscoverySettings(source, timeout=TIMEOUT)).list() == (Entry("h1", 1),)
        assert time.monotonic() - began < BOUND


def key_of_etcd(key: str) -> dict[str, str]:
    return {"key": base64.b64encode(key.encode()).decode()}


MANY = [f"swarm/10.0.{number >> 8}.{number & 255}:1" for number in range(40_000)] * 3
HEADER = {"revision": "1"}

#: Answers that are HTTP: the service, what it sends, what is said behind the address.
ODD: dict[str, tuple[str, bytes, str]] = {
    "Consul: deep": (
        "Consul",
        b"[" * 100_000,
        "what answers at {0} does not speak like Consul; asked to list the keys below 'swarm/' it sent JSON that is "
        "nested too deeply: " + "[" * 200,
    ),
    "Consul: a numeral": (
        "Consul",
        b"[%b]" % (b"9" * 4301),
        "what answers at {0} does not speak like Consul; asked to list the keys below 'swarm/' it sent something else "
        "than JSON: [" + "9" * 199,
    ),
    "Consul: many values": (
        "Consul",
        b"[" + b"1," * 3_000_000 + b"1]",
        "what answers at {0} does not speak like Consul; asked to list the keys below 'swarm/' it sent JSON of more "
        "than 2,000,000 values: [" + ("1," * 100)[:199],
    ),
    "Consul: many keys": (
        "Consul",
        json.dumps(MANY).encode(),
        "consul://{0}/swarm has 120,000 keys; more than 100,000 are not read; give the engines a prefix of their own",
    ),
    "Consul: no list": (
        "Consul",
        b'{"swarm/10.0.0.1:1": 1}',
        "what answers for consul://{0}/swarm does not speak like Consul: it gave no list of keys",
    ),
    "etcd: deep": (
        "etcd",
        b'{"a":' * 100_000,
        "what answers at {0} does not speak like etcd; asked to list the keys below '/swarm/' it said: "
        + '{{"a":' * 40,
    ),
    "etcd: many keys": (
        "etcd",
        json.dumps({"header": HEADER, "kvs": [key_of_etcd(key) for key in MANY]}).encode(),
        "etcd://{0}/swarm has 120,000 keys; more than 100,000 are not read; give the engines a prefix of their own",
    ),
    "etcd: an odd revision": (
        "etcd",
        b'{"header": {"revision": 1e999}}',
        "what answers for etcd://{0}/swarm does not speak like etcd: it gave no list of keys",
    ),
    "etcd: a long revision": (
        "etcd",
        b'{"header": {"revision": "%b"}}' % (b"9" * 5000),
        "what answers for etcd://{0}/swarm does not speak like etcd: it gave no list of keys",
    ),
    "etcd: no list": (
        "etcd",
        b'{"header": {"revision": "1"}, "kvs": 5}',
        "what answers for etcd://{0}/swarm does not speak like etcd: it gave no list of keys",
    ),
    "token: deep": (
        "discovery service",
        b"[" * 100_000,
        "what answers at {0} is not a discovery service; asked to list the entries it said: " + "[" * 200,
    ),
    "token: many": (
        "discovery service",
        json.dumps([key[6:] for key in MANY]).encode(),
        "token://http://{0}/... has 120,000 keys; more than 100,000 are not read; give the engines a prefix of their "
        "own",
    ),
    "token: no list": (
        "discovery service",
        b'{"10.0.0.1:1": 1}',
        'what answers at {0} is not a discovery service; asked to list the entries it said: {{"10.0.0.1:1": 1}}',
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_answer_is_a_sentence(case: str) -> None:
    service, body, words = ODD[case]
    with StreamServer(once(body)) as server:
        message = asked(SOURCES[service].format(server.address))
    assert message == words.format(server.address)


@pytest.mark.parametrize("index", ["9" * 5000, "\xb2", "-1", "1e5", "0x10", "", "nan"])
def test_an_odd_index_is_none(index: str) -> None:
    slept: list[float] = []
    now = itertools.count()
    with ScriptedConsul(Reply(body=["swarm/h1:1"], headers={"X-Consul-Index": index})) as consul:
        backend = open_backend(
            DiscoverySettings(f"consul://{consul.host}/swarm"), clock=lambda: next(now), sleep=slept.append
        )
        assert backend.watch((Entry("h1", 1),), 3) == (Entry("h1", 1),)
        assert slept == [1, 1]
        assert not any("index=" in call.path for call in consul.calls)


def test_answers_that_are_not_held_back_are_not_asked_for_without_end() -> None:
    """An index that moves with each answer would otherwise be a loop without a pause."""
    with StreamServer(_moving_index) as server:
        backend = open_backend(DiscoverySettings(f"consul://{server.address}/swarm", timeout=5))
        assert backend.watch((Entry("h1", 1),), 2.5) == (Entry("h1", 1),)
        assert server.connections <= 8


def _moving_index(connection: Connection) -> None:
    question(connection)
    body = b'["swarm/h1:1"]'
    index = time.monotonic_ns()
    connection.send(OK + b"Connection: close\r\nX-Consul-Index: %d\r\nContent-Length: %d\r\n\r\n" % (index, len(body)))
    connection.send(body)


#: What etcd sends where it was asked to watch.
WATCHES = {
    "events without end": b'{"result": {"events": [{}]}}\n' * 1000,
    "a message without end": b"x" * MIB * 5,
    "deep": b"[" * 100_000 + b"\n",
    "progress without end": b'{"result": {"header": {}}}\n' * 100_000,
}


@pytest.mark.parametrize("sent", WATCHES.values(), ids=WATCHES)
def test_a_watch_of_etcd_ends(sent: bytes) -> None:
    listed = json.dumps({"header": HEADER, "kvs": [key_of_etcd("/swarm/h1:1")]}).encode()

    def answer(connection: Connection) -> None:
        if "/watch" in connection.head:
            question(connection)
            connection.send(OK + b"Connection: close\r\n\r\n")
            while "without end" in sent_name:
                connection.send(sent)
            connection.send(sent)
        else:
            question(connection)
            connection.send(OK + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(listed) + listed)

    sent_name = next(name for name, data in WATCHES.items() if data is sent)
    with StreamServer(answer) as server:
        backend = open_backend(DiscoverySettings(f"etcd://{server.address}/swarm", timeout=TIMEOUT))
        began = time.monotonic()
        assert backend.watch((Entry("h1", 1),), 2.0) == (Entry("h1", 1),)
        assert time.monotonic() - began < BOUND
        assert server.connections <= 12


@pytest.fixture
def zookeeper(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that sends the same to whoever connects, without end."""
    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.ExitStack() as stack:

        def send(connection: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection.sendall(request.param)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection = stack.enter_context(listening.accept()[0])
                    threading.Thread(target=send, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(BOUND)


@pytest.mark.parametrize(
    "zookeeper", [b"\x7f\xff\xff\xff" * 1000, b"\xff" * 4000, b"HTTP/1.1 400 Bad\r\n" * 100], indirect=True
)
def test_a_message_of_zookeeper_without_end(zookeeper: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    message = asked(f"zk://{zookeeper}/swarm")
    assert message == (
        f"no ZooKeeper server of zk://{zookeeper}/swarm was reached to open a session: {zookeeper}: it answers with "
        f"more than 32 MiB, or is not a ZooKeeper server"
    )
    assert time.monotonic() - began < BOUND
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < GROWTH


def test_a_length_that_comes_in_parts() -> None:
    told: list[str] = []
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = Bounded(ours, told.append)
        message = struct.pack(">i", 5) + b"hello"
        data = message * 3 + struct.pack(">i", 0) + message
        for number in range(len(data)):
            theirs.sendall(data[number : number + 1])
            assert bounded.recv(65536) == data[number : number + 1]
        assert bounded.fileno() == ours.fileno()
        theirs.sendall(data + struct.pack(">i", -1))
        with pytest.raises(TooLongError):
            bounded.recv(65536)
    assert told == ["it answers with more than 32 MiB, or is not a ZooKeeper server"]


def test_memory_is_bounded() -> None:
    """In a process of its own, for the peak of one never goes down."""
    names = ("a body without end", "a chunk without end", "tiny chunks", "trailers without end")
    script = f"""
import resource
from tests.unit.plugins.module_utils._swarm.discovery.test_hostile_stores import NO_ANSWER, SOURCES, StreamServer, asked
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in {names!r}:
    for source in SOURCES.values():
        with StreamServer(NO_ANSWER[name][0]) as server:
            asked(source.format(server.address))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=True, env=environment
    )
    assert int(done.stdout) * 1024 < GROWTH
