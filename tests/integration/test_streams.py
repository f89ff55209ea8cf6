# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Streams with a real engine, over mutual TLS and over its socket: both directions, half-close, bodies in pieces."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers, events, exec, system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.output import FrameReader
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineNotFoundError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.request import Body

from tests.lab import Lab
from tests.tools.check.workspace import find_python

COLLECTIONS = Path(__file__).parents[2] / ".cache" / "collections"
PIECE = 256 * 1024
#: 64 MiB
PIECES = 256
IDLE = 60.0


@pytest.fixture(params=["TLS", "unix"])
def client(request: pytest.FixtureRequest, clean_lab: Lab) -> Iterator[EngineClient]:
    engine = clean_lab.engine("dockerhost01")
    if request.param == "TLS":
        papers = clean_lab.certs
        tls = TLSSettings(True, True, str(papers.ca), str(papers.cert), str(papers.key))
        made = EngineClient(engine.entry, EngineSettings(tls))
    else:
        made = EngineClient(f"unix://{engine.socket}", EngineSettings())
    yield made
    made.close()


def pieces(count: int) -> Iterator[bytes]:
    """Data in which no two pieces are alike."""
    for number in range(count):
        yield number.to_bytes(4, "big") * (PIECE // 4)


def checksum(parts: Iterator[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part)
    return total.hexdigest()


class Output:
    """Takes the frames of a stream: a checksum of its standard output, and both as far as they are short."""

    def __init__(self) -> None:
        self.sum = hashlib.sha256()
        self.size = 0
        self.texts = {1: b"", 2: b""}
        self._frames = FrameReader()

    def __call__(self, piece: bytes) -> None:
        for stream, data in self._frames.feed(piece):
            if stream == 1:
                self.sum.update(data)
                self.size += len(data)
            self.texts[stream] = (self.texts[stream] + data)[:1000]


def running(client: EngineClient, name: str = "box", **config: Any) -> str:
    body = {"Image": "busybox", "Cmd": ["sleep", "600"], "HostConfig": {"Init": True}, **config}
    identity = client.send(containers.create(name, body)).id
    client.send(containers.start(identity))
    return identity


def command(client: EngineClient, container: str, *words: str, stdin: bool = True) -> str:
    body = {"AttachStdin": stdin, "AttachStdout": True, "AttachStderr": True, "Cmd": list(words)}
    return client.send(exec.create(container, body))


def test_a_command_s_input_ends_and_its_answer_still_comes(client: EngineClient) -> None:
    identity = command(client, running(client), "sh", "-c", "sort; echo done >&2; exit 3")
    output = Output()
    with client.upgrade(exec.start(identity), idle=IDLE) as stream:
        assert stream.upgraded
        stream.exchange([b"b\nc\n", b"a\n"], output)
    assert output.texts == {1: b"a\nb\nc\n", 2: b"done\n"}
    assert client.send(exec.inspect(identity))["ExitCode"] == 3


def test_64_mib_go_in_and_come_out(client: EngineClient) -> None:
    identity = command(client, running(client), "cat")
    output = Output()
    with client.upgrade(exec.start(identity), idle=IDLE) as stream:
        stream.exchange(pieces(PIECES), output)
    assert output.size == PIECES * PIECE
    assert output.sum.hexdigest() == checksum(pieces(PIECES))


def test_a_container_s_own_input(client: EngineClient) -> None:
    """Attached before it is started, as a run with standard input does."""
    body = {"Image": "busybox", "Cmd": ["md5sum"], "OpenStdin": True, "StdinOnce": True, "AttachStdin": True}
    identity = client.send(containers.create("job", body)).id
    output = Output()
    with client.upgrade(containers.attach(identity), idle=IDLE) as stream:
        client.send(containers.start(identity))
        stream.exchange(pieces(8), output)
    assert output.texts[1].split()[0].decode() == hashlib.md5(b"".join(pieces(8))).hexdigest()
    assert client.send(containers.wait(identity, 30)) == 0


def test_a_terminal_has_no_frames(client: EngineClient) -> None:
    identity = running(client, Tty=True)
    body = {"AttachStdin": True, "AttachStdout": True, "Tty": True, "Cmd": ["sh", "-c", "read x; echo got $x"]}
    started = exec.start(client.send(exec.create(identity, body)), terminal=True)
    with client.upgrade(started, idle=IDLE) as stream:
        stream.send(b"word\n")
        assert b"got word" in b"".join(stream)


def test_a_refused_upgrade_leaves_no_pipe(client: EngineClient) -> None:
    container = running(client)
    with pytest.raises(EngineNotFoundError, match=r"refuses to start the command nothing \(status 404\)"):
        client.upgrade(exec.start("nothing"))
    client.send(system.ping())
    client.send(containers.pause(container))
    with pytest.raises(EngineConflictError, match=r"refuses to attach to .* \(status 409\): .* is paused"):
        client.upgrade(containers.attach(container))
    client.send(containers.unpause(container))
    assert client.send(containers.inspect(container))["State"]["Status"] == "running"


def test_a_detached_command_is_an_answer_and_no_stream(client: EngineClient) -> None:
    identity = command(client, running(client), "true", stdin=False)
    with client.upgrade(exec.start(identity, detach=True)) as stream:
        assert not stream.upgraded
        assert b"".join(stream) == b""


def archive() -> Iterator[bytes]:
    """A tar archive with one file of 64 MiB, made as it is sent."""
    header = tarfile.TarInfo("big")
    header.size = PIECES * PIECE
    yield header.tobuf()
    yield from pieces(PIECES)
    yield bytes(1024)


@pytest.mark.parametrize("with_length", [True, False])
def test_an_archive_goes_in_and_comes_out(with_length: bool, client: EngineClient) -> None:
    container = running(client)
    length = 512 + PIECES * PIECE + 1024 if with_length else None
    client.send(containers.put_archive(container, "/tmp"), Body(archive(), length))
    output = Output()
    identity = command(client, container, "sha256sum", "/tmp/big", stdin=False)
    with client.upgrade(exec.start(identity), idle=IDLE) as stream:
        stream.exchange([], output)
    assert output.texts[1].split()[0].decode() == checksum(pieces(PIECES))
    received, size = hashlib.sha256(), 0
    with client.stream(containers.get_archive(container, "/tmp/big"), idle=IDLE) as answer:
        assert "x-docker-container-path-stat" in answer.headers
        for piece in answer:
            # the header, then the file, then zeros up to the end of the archive
            start, end = max(0, 512 - size), max(0, 512 + PIECES * PIECE - size)
            received.update(piece[start:end])
            size += len(piece)
    assert received.hexdigest() == checksum(pieces(PIECES))


def test_an_archive_for_a_folder_that_is_not_there_is_refused(client: EngineClient) -> None:
    container = running(client)
    with pytest.raises(EngineNotFoundError, match="refuses to copy to /no/such of"):
        client.send(containers.put_archive(container, "/no/such"), Body(archive()))
    client.send(system.ping())


def test_output_is_followed_to_its_end(client: EngineClient) -> None:
    script = "for i in 1 2 3; do echo $i; sleep 0.2; done"
    identity = running(client, Cmd=["sh", "-c", script])
    output = Output()
    with client.stream(containers.logs(identity, follow=True), idle=IDLE) as answer:
        for piece in answer:
            output(piece)
    assert output.texts[1] == b"1\n2\n3\n"


def test_events_come_as_they_happen(client: EngineClient) -> None:
    began = time.time() - 1
    with client.stream(events.stream(since=began, filters={"type": ["container"]}), idle=IDLE) as answer:
        identity = running(client)
        seen = []
        for line in answer.lines():
            if identity.encode() in line:
                seen.append(json.loads(line)["Action"])
            if seen[-1:] == ["start"]:
                break
    assert seen == ["create", "start"]
    listed = client.send(events.stream(since=began, until=time.time(), filters={"container": [identity]}))
    assert [event["Action"] for event in listed][:2] == ["create", "start"]


def test_an_archive_is_read_as_it_is(client: EngineClient) -> None:
    """Small ones may be taken as a whole."""
    container = running(client)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        header = tarfile.TarInfo("note")
        header.size = 5
        tar.addfile(header, io.BytesIO(b"hello"))
    client.send(containers.put_archive(container, "/tmp"), Body([packed.getvalue()]))
    with tarfile.open(fileobj=io.BytesIO(client.send(containers.get_archive(container, "/tmp/note")))) as tar:
        member = tar.extractfile("note")
        assert member is not None
        assert member.read() == b"hello"


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_half_close_with_every_python(version: str, lab: Lab) -> None:
    """A module runs with the Python of its host, the plugin with Ansible's: TLS of each ends one direction alone."""
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no Python {version}")
    engine, papers = lab.engine("dockerhost01"), lab.certs
    name = f"half-{version}"
    engine.docker("run", "--detach", "--init", "--name", name, "busybox", "sleep", "600")
    script = Path(__file__).with_name("half_close.py")
    words = [engine.entry, name, papers.ca, papers.cert, papers.key]
    said = subprocess.run(
        [str(python), str(script), str(COLLECTIONS), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    total = hashlib.sha256()
    for number in range(128):
        total.update(number.to_bytes(4, "big") * 16384)
    assert said.stdout.split() == [str(8 * 1024 * 1024), total.hexdigest(), "done", "0"]
