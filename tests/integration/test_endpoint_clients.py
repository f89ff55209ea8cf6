# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that people use, each by its real program, against the endpoint before real engines over mutual TLS."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import pty
import socket
import ssl
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab
from tests.lab.clients import Client
from tests.lab.debian import PackagesUnavailable

SUITES = {"20.10": None, "26.1": "trixie", "28.5": "forky"}
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def manager(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagerProcess]:
    lab.reset()
    with ManagerProcess(lab, tmp_path_factory.mktemp("manager")) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


@pytest.fixture(params=SUITES, scope="module")
def cli(request: pytest.FixtureRequest, manager: ManagerProcess) -> Client:
    return client_of(manager, request.param)


@pytest.fixture(params=["26.1", "28.5"], scope="module")
def newer_cli(request: pytest.FixtureRequest, manager: ManagerProcess) -> Client:
    """A program that has the plugins."""
    return client_of(manager, request.param)


def client_of(manager: ManagerProcess, version: str) -> Client:
    try:
        client = manager.client(SUITES[version])
    except PackagesUnavailable as error:
        pytest.skip(f"docker {version} cannot be had here: {error}")
    assert client("version", "--format", "{{.Client.Version}}").startswith(version)
    return client


@pytest.fixture
def named(cli: Client, request: pytest.FixtureRequest) -> Iterator[str]:
    """A container that sleeps, and is removed at the end."""
    name = f"sleeper{list(SUITES).index(request.node.callspec.params['cli'])}"
    cli("run", "-d", "--name", name, "-l", "test=1", "busybox", "sleep", "600")
    yield name
    cli.run("rm", "-f", name)


# the docker CLI


def test_a_container_from_run_to_rm(cli: Client, named: str, tmp_path: Path) -> None:
    assert named in cli("ps", "--format", "{{.Names}}")
    assert cli("exec", named, "echo", "hello") == "hello"
    assert cli("exec", "-i", named, "cat", stdin=b"through exec") == "through exec"
    assert cli.run("exec", named, "sh", "-c", "exit 3").returncode == 3
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 4096)
    cli("cp", str(file), f"{named}:/tmp/file")
    assert cli("exec", named, "sha256sum", "/tmp/file").split()[0] == hashlib.sha256(file.read_bytes()).hexdigest()
    cli("cp", f"{named}:/tmp/file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert "sleep" in cli("top", named)
    assert "A /tmp/file" in cli("diff", named)
    assert named in cli("stats", "--no-stream", "--format", "{{.Name}}", named)
    cli("update", "--cpu-shares", "512", named)
    assert cli("inspect", "--format", "{{.HostConfig.CpuShares}}", named) == "512"
    cli("pause", named)
    assert cli("inspect", "--format", "{{.State.Status}}", named) == "paused"
    cli("unpause", named)
    cli("rename", named, f"{named}x")
    assert cli.run("inspect", named).returncode == 1
    cli("rename", f"{named}x", named)
    waiting = cli.start("wait", named)
    cli("kill", "-s", "TERM", named)
    cli("stop", "-t", "1", named)
    out, _err = waiting.communicate(timeout=30)
    assert out.strip() in (b"137", b"143")
    cli("start", named)
    cli("restart", "-t", "0", named)
    exported = cli.run("export", named).stdout
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        assert "bin/busybox" in archive.getnames()
    cli("rm", "-f", named)
    assert cli.run("inspect", named).returncode == 1


def test_stdin_ends_and_what_comes_then_is_not_lost(cli: Client) -> None:
    """The CLI ends its input with a bare close_notify; the checksum is only told after that."""
    data = os.urandom(MIB) * 16
    got = cli("run", "-i", "--rm", "busybox", "sha256sum", stdin=data)
    assert got.split()[0] == hashlib.sha256(data).hexdigest()


def test_as_much_out_as_in(cli: Client) -> None:
    data = os.urandom(MIB) * 16
    done = cli.run("run", "-i", "--rm", "busybox", "cat", stdin=data)
    assert (done.returncode, hashlib.sha256(done.stdout).digest()) == (0, hashlib.sha256(data).digest())


def test_the_exit_code_and_both_streams_of_a_run(cli: Client) -> None:
    done = cli.run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"out\n", b"err\n")


def test_a_terminal(cli: Client) -> None:
    """``run -it`` under a pseudo-terminal: echo, a command, and the end."""
    ours, theirs = pty.openpty()
    try:
        process = cli.start("run", "-it", "--rm", "busybox", "sh", stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = read_until(ours, b"# ")
        os.write(ours, b"stty size; echo $((6*7)); exit 5\n")
        seen = read_until(ours, b"\n42")
        assert b"0 0" not in seen
        assert process.wait(30) == 5
    finally:
        os.close(ours)


def read_until(terminal: int, wanted: bytes) -> bytes:
    seen = b""
    deadline = time.monotonic() + 30
    while wanted not in seen:
        assert time.monotonic() < deadline, seen
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            break
    assert wanted in seen
    return seen


def test_logs_follow_and_attach(cli: Client) -> None:
    name = "speaker"
    cli(
        "run",
        "-d",
        "-i",
        "--name",
        name,
        "busybox",
        "sh",
        "-c",
        "read one; read two; echo got $one; echo got $two; read x",
    )
    try:
        following = cli.start("logs", "-f", name)
        attached = cli.start("attach", name)
        attached.stdin.write(b"one\ntwo\n")
        attached.stdin.flush()
        # The input stays open: where it ends, an engine ends the output of an attach with it.
        assert [attached.stdout.readline() for _line in range(2)] == [b"got one\n", b"got two\n"]
        out, _err = attached.communicate(b"x\n", timeout=30)
        logged, _err = following.communicate(timeout=30)
        assert (out, logged) == (b"", b"got one\ngot two\n")
    finally:
        cli("rm", "-f", name)


def test_images_go_to_every_node(cli: Client, lab: Lab, tmp_path: Path) -> None:
    cli("tag", "busybox", "other:1")
    cli("save", "-o", str(tmp_path / "other.tar"), "other:1")
    cli("rmi", "other:1")
    assert cli.run("history", "other:1").returncode == 1
    assert "Loaded image: other:1" in cli("load", "-i", str(tmp_path / "other.tar"))
    for engine in lab.engines:
        assert "other:1" in engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}")
    cli("rmi", "other:1")
    for engine in lab.engines:
        assert "other:1" not in engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}")


def test_volumes_and_networks(cli: Client, lab: Lab) -> None:
    cli("volume", "create", "data")
    cli("volume", "rm", "data")
    cli("network", "create", "back")
    cli("network", "rm", "back")
    for engine in lab.engines:
        assert engine.docker("volume", "ls", "-q") == ""
    assert "TYPE" in cli("system", "df")
    assert "Total reclaimed space" in cli("container", "prune", "-f", "--filter", "label=none")


def test_swarm_mode_is_refused_in_words(cli: Client) -> None:
    done = cli.run("service", "ls")
    assert done.returncode == 1
    assert b"This node is not a swarm manager" in done.stderr


@pytest.mark.parametrize("builder", ["0", "1"], ids=["classic builder", "BuildKit"])
def test_builds(cli: Client, builder: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox\nCOPY greeting /\nRUN cat /greeting > /copy\n")
    (tmp_path / "greeting").write_text("hello")
    done = cli.run("build", "-t", "built:1", ".", cwd=tmp_path, environment={"DOCKER_BUILDKIT": builder})
    assert done.returncode == 0, done.stderr
    try:
        assert_until(lambda: cli.run("history", "-q", "built:1").returncode == 0)
    finally:
        cli.run("rmi", "-f", "built:1")


def assert_until(reached: object) -> None:
    deadline = time.monotonic() + 10
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_manager_that_is_told_to_stop_lets_streams_go_on(lab: Lab, tmp_path: Path) -> None:
    with ManagerProcess(lab, tmp_path) as manager:
        client = manager.client()
        name = client("run", "-d", "busybox", "sleep", "600")
        try:
            stream = client.start("exec", "-i", name, "sha256sum")
            stream.stdin.write(b"before,")
            stream.stdin.flush()
            assert_until(
                lambda: (
                    b"/exec/{exec}/start" not in manager.log.read_bytes() and client("top", name).count("sha256") == 1
                )
            )
            manager.process.terminate()
            assert_until(lambda: "taking no more; 1 requests and streams under way" in manager.log.read_text())
            assert client.run("version").returncode == 1
            out, _err = stream.communicate(b"after", timeout=30)
            assert out.split()[0].decode() == hashlib.sha256(b"before,after").hexdigest()
            assert manager.process.wait(10) == 0
        finally:
            next(engine for engine in lab.engines if name[:12] in engine.docker("ps", "-q")).docker("rm", "-f", name)


def test_the_original_s_own_example(manager: ManagerProcess, lab: Lab) -> None:
    """Word for word, with this machine's own program."""
    client = manager.client()
    constraints = ("-e", "constraint:zone==external", "-e", "constraint:disk==ssd")
    client("run", "-d", "-p", "80:80", "--name", "edge_webserver", *constraints, "web:1")
    try:
        client("run", "-d", "-p", "5000", "--name", "app_1", "-e", "affinity:container==edge_webserver", "web:1")
        names = client("ps", "--format", "{{.Names}}").split("\n")
        assert {"dockerhost02/edge_webserver", "dockerhost02/app_1"} <= set(names)
    finally:
        client.run("rm", "-f", "app_1", "edge_webserver")


# compose

COMPOSE = """\
services:
  db:
    image: busybox
    command: sleep 600
    volumes: [data:/data]
  web:
    image: busybox
    command: sh -c 'echo started; sleep 600'
    depends_on: [db]
volumes:
  data: {}
"""


def compose_up_and_down(compose: object, folder: Path) -> None:
    (folder / "docker-compose.yml").write_text(COMPOSE)

    def run(*arguments: str) -> str:
        done = compose(*arguments)  # type: ignore[operator]
        assert done.returncode == 0, done.stderr
        return str(done.stdout.decode())

    run("up", "-d")
    try:
        assert "web" in run("ps")
        assert "started" in run("logs", "web")
        assert run("exec", "-T", "web", "echo", "from inside").strip() == "from inside"
    finally:
        run("down", "-v", "-t", "0")
    assert "web" not in run("ps", "-a") if folder.name.startswith("plugin") else True


def test_the_compose_plugin(newer_cli: Client, tmp_path: Path) -> None:
    folder = tmp_path / "plugin"
    folder.mkdir()
    compose_up_and_down(lambda *arguments: newer_cli.run("compose", *arguments, cwd=folder), folder)


def test_docker_compose_1_29(manager: ManagerProcess, tmp_path: Path) -> None:
    client = manager.client()
    folder = tmp_path / "old"
    folder.mkdir()

    def compose(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["/usr/bin/docker-compose", *arguments],
            env=dict(client.environment), cwd=folder, capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    (folder / "docker-compose.yml").write_text(f"version: '3'\n{COMPOSE}")
    compose_up_and_down(compose, folder)


# libraries


@pytest.fixture
def sdk(manager: ManagerProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[docker.DockerClient]:
    # requests takes it in place of the authority that it is given.
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    papers = manager.papers
    tls = docker.tls.TLSConfig((str(papers.cert), str(papers.key)), ca_cert=str(papers.ca), verify=True)
    client = docker.DockerClient(f"tcp://{manager.address}", tls=tls, version="auto")
    yield client
    client.close()


def test_the_sdk(sdk: docker.DockerClient) -> None:
    assert sdk.containers.run("busybox", ["echo", "hello"], remove=True) == b"hello\n"
    container = sdk.containers.run("busybox", ["sleep", "600"], detach=True)
    try:
        assert container.exec_run(["sh", "-c", "echo x; exit 2"]) == (2, b"x\n")
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("empty"))
        assert container.put_archive("/tmp", tar.getvalue())
        _pieces, facts = container.get_archive("/tmp/empty")
        assert facts["name"] == "empty"
        assert container.id in [each.id for each in sdk.containers.list()]
    finally:
        container.remove(force=True)


def test_the_sdk_half_closes_its_socket(manager: ManagerProcess) -> None:
    """Over a socket of this machine: Python's TLS cannot end one direction."""
    client = docker.DockerClient(f"unix://{manager.socket}", version="auto")
    container = client.containers.create("busybox", ["sha256sum"], stdin_open=True, detach=False)
    try:
        attached = client.api.attach_socket(container.id, {"stdin": 1, "stdout": 1, "stream": 1})
        container.start()
        data = os.urandom(MIB)
        attached._sock.sendall(data)
        attached._sock.shutdown(socket.SHUT_WR)
        got = b"".join(iter(lambda: attached.read(65536), b""))
        # eight bytes of the multiplexed stream stand before it
        assert got[8:].split() == [hashlib.sha256(data).hexdigest().encode(), b"-"]
    finally:
        container.remove(force=True)
        client.close()


def test_aiodocker(manager: ManagerProcess) -> None:
    import aiodocker

    context = ssl.create_default_context(cafile=str(manager.papers.ca))
    context.load_cert_chain(manager.papers.cert, manager.papers.key)

    async def use() -> tuple[list[str], int]:
        async with aiodocker.Docker(url=f"https://{manager.address}", ssl_context=context) as client:
            container = await client.containers.create({"Image": "busybox", "Cmd": ["echo", "hello"]})
            try:
                await container.start()
                ended = await container.wait()
                return await container.log(stdout=True), ended["StatusCode"]
            finally:
                await container.delete(force=True)

    assert asyncio.run(use()) == (["hello\n"], 0)
