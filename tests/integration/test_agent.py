# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The agent as the role ships it, one zipapp on the system's Python, against a real Consul and real engines."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.lab.consul import Consul, ConsulUnavailable, fetch

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "10.0.0.5:2376"
KEY = f"swarm/docker/swarm/nodes/{ADDRESS}"
ENVIRONMENT = {"PATH": os.defpath}


class Agent:
    """One running ``swarm join``; its lines go to a file."""

    def __init__(self, zipapp: Path, log: Path, *arguments: str) -> None:
        self.log = log
        command = [sys.executable, str(zipapp), "join", *arguments]
        with log.open("ab") as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=file, env=ENVIRONMENT)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def wait_for(self, words: str, times: int = 1) -> None:
        await_that(lambda: self.log.read_text().count(words) >= times, f"'{words}'", self.log.read_text)


@pytest.fixture(scope="module", autouse=True)
def program() -> None:
    try:
        fetch()
    except ConsulUnavailable as error:
        pytest.skip(f"no Consul on this machine: {error}")


@pytest.fixture(scope="module")
def zipapp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("agent") / "swarm.pyz")


@pytest.fixture(scope="module")
def server() -> Iterator[Consul]:
    with Consul() as consul:
        yield consul


@pytest.fixture
def consul(server: Consul) -> Consul:
    server.delete("")
    return server


@pytest.fixture
def join(zipapp: Path, tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Start agents; whatever of them still runs at the end is killed."""
    started: list[Agent] = []

    def start(*arguments: str) -> Agent:
        started.append(Agent(zipapp, tmp_path / "log", *arguments))
        return started[-1]

    yield start
    for agent in started:
        if agent.process.poll() is None:
            agent.kill()


def build(target: Path) -> Path:
    files = ROOT / "roles/swarm_agent/files"
    package = ROOT / "plugins/module_utils/_swarm"
    command = [sys.executable, str(files / "build_zipapp.py"), str(package), str(files / "__main__.py"), str(target)]
    subprocess.run(command, check=True, timeout=60)
    return target


def await_that(
    holds: Callable[[], object], what: str, details: Callable[[], str] = lambda: "", timeout: float = 45.0
) -> None:
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {timeout:g} s: {what}\n{details()}")
        time.sleep(0.1)


def source(consul: Consul) -> str:
    return f"consul://{consul.host}/swarm"


def arguments(consul: Consul, *others: str) -> list[str]:
    return ["--advertise", ADDRESS, "--ttl", "20s", "--heartbeat", "1s", *others, source(consul)]


def test_the_same_sources_give_the_same_bytes(zipapp: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again.pyz").read_bytes() == zipapp.read_bytes()


def test_it_keeps_the_entry_until_it_is_stopped(consul: Consul, zipapp: Path, join: Callable[..., Agent]) -> None:
    agent = join(*arguments(consul))
    agent.wait_for(f"registered {ADDRESS}")
    record = consul.get(KEY)
    assert record is not None
    assert record["Session"]
    listed = subprocess.run(
        [sys.executable, str(zipapp), "list", source(consul)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert listed.stdout == f"{ADDRESS}\n"
    assert agent.stop() == 0
    assert consul.get(KEY) is None
    assert agent.log.read_text().splitlines()[-1] == f"stopped, removed {ADDRESS}"


def test_after_a_crash_it_takes_its_entry_over(consul: Consul, join: Callable[..., Agent]) -> None:
    first = join(*arguments(consul))
    first.wait_for("registered")
    before = consul.get(KEY)
    first.kill()
    second = join(*arguments(consul))
    second.wait_for("registered", times=2)
    after = consul.get(KEY)
    assert before is not None
    assert after is not None
    assert after["CreateIndex"] == before["CreateIndex"], "the key vanished in between"
    assert after["Session"] != before["Session"]


def test_without_an_agent_the_entry_vanishes_by_its_ttl(consul: Consul, join: Callable[..., Agent]) -> None:
    agent = join(*arguments(consul))
    agent.wait_for("registered")
    agent.kill()
    await_that(lambda: consul.get(KEY) is None, "the entry has vanished", timeout=40)


def test_the_entry_is_there_again_after_consul_was_away(consul: Consul, join: Callable[..., Agent]) -> None:
    agent = join(*arguments(consul))
    agent.wait_for("registered")
    consul.stop()
    try:
        agent.wait_for("heartbeat failed, trying again: no Consul host")
    finally:
        consul.start()
    agent.wait_for("is taken again")
    assert consul.get(KEY) is not None


def test_an_entry_that_somebody_deleted_is_there_again(consul: Consul, join: Callable[..., Agent]) -> None:
    agent = join(*arguments(consul))
    agent.wait_for("registered")
    consul.delete("swarm")
    await_that(lambda: consul.get(KEY) is not None, "the entry is there again", agent.log.read_text)


def test_it_registers_when_consul_comes_later(consul: Consul, join: Callable[..., Agent]) -> None:
    consul.stop()
    try:
        agent = join(*arguments(consul))
        agent.wait_for("register failed, trying again")
    finally:
        consul.start()
    agent.wait_for(f"registered {ADDRESS}")


def test_a_token_comes_from_a_file_and_is_seen_nowhere(join: Callable[..., Agent], tmp_path: Path) -> None:
    with Consul(acl=True) as guarded:
        token = guarded.create_token('key_prefix "swarm/" { policy = "write" } session_prefix "" { policy = "write" }')
        path = tmp_path / "token"
        path.write_text("00000000-0000-0000-0000-000000000000")
        refused = join(*arguments(guarded, "--discovery-opt", f"consul.token-file={path}"))
        refused.wait_for("403")
        refused.stop()
        path.write_text(token)
        agent = join(*arguments(guarded, "--discovery-opt", f"consul.token-file={path}"))
        agent.wait_for("registered")
        assert token not in Path(f"/proc/{agent.process.pid}/cmdline").read_text()
        assert token not in agent.log.read_text()
        assert agent.stop() == 0


def test_consul_over_tls(join: Callable[..., Agent]) -> None:
    with Consul(tls=True) as secured:
        files = secured.certificates
        assert files is not None
        options = {"kv.cacertfile": files.ca, "kv.certfile": files.client_cert, "kv.keyfile": files.client_key}
        words = [word for key, path in options.items() for word in ("--discovery-opt", f"{key}={path}")]
        agent = join(*arguments(secured, *words))
        agent.wait_for("registered")
        assert agent.stop() == 0


def _plain(lab: Lab) -> list[str]:
    return ["--engine", f"tcp://{lab.engine('dockerhost02').entry}"]


def _handshake(lab: Lab) -> list[str]:
    return [*_plain(lab), "--engine-ca", str(lab.certs.ca)]


def _mutual(lab: Lab) -> list[str]:
    return [*_handshake(lab), "--engine-cert", str(lab.certs.cert), "--engine-key", str(lab.certs.key)]


def _socket(lab: Lab) -> list[str]:
    return ["--engine", f"unix://{lab.engine('dockerhost02').socket}"]


@pytest.mark.parametrize("way", [_plain, _handshake, _mutual, _socket])
def test_only_a_healthy_engine_is_advertised(
    consul: Consul, clean_lab: Lab, join: Callable[..., Agent], way: Callable[[Lab], list[str]]
) -> None:
    engine = clean_lab.engine("dockerhost02")
    quick = ["--engine-interval", "0.5s", "--engine-timeout", "1s"]
    agent = join(*arguments(consul, *way(clean_lab), *quick))
    agent.wait_for("registered")
    with _broken(engine):
        agent.wait_for(f"withdrew {ADDRESS}")
        assert consul.get(KEY) is None
        assert "no answer from" in agent.log.read_text()
    agent.wait_for("registered", times=2)
    engine.kill()
    agent.wait_for("withdrew", times=2)
    engine.start()
    agent.wait_for("registered", times=3)
    assert agent.stop() == 0


@contextlib.contextmanager
def _broken(engine: t.Any) -> Iterator[None]:
    engine.freeze()
    try:
        yield
    finally:
        engine.thaw()


def test_an_agent_without_rights_reads_what_its_watcher_writes(
    consul: Consul, clean_lab: Lab, zipapp: Path, join: Callable[..., Agent], tmp_path: Path
) -> None:
    engine, health = clean_lab.engine("dockerhost01"), tmp_path / "health"
    quick = ["--engine-interval", "0.5s", "--engine-timeout", "1s"]
    command = [sys.executable, str(zipapp), "watch", "--engine", f"unix://{engine.socket}", *quick, str(health)]
    agent = join(*arguments(consul, "--engine", f"file://{health}", *quick))
    agent.wait_for("there is no word from its watcher")
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as watcher:
        agent.wait_for("registered")
        with _broken(engine):
            agent.wait_for("no answer from")
            agent.wait_for("withdrew")
        agent.wait_for("registered", times=2)
        watcher.kill()
    agent.wait_for("the last word from its watcher")
    agent.wait_for("withdrew", times=2)
    assert agent.stop() == 0


def test_a_certificate_of_a_strange_authority_is_no_health(
    consul: Consul, clean_lab: Lab, join: Callable[..., Agent], tmp_path: Path
) -> None:
    stranger = clean_lab.other_authority().issue(tmp_path / "stranger", "stranger")
    engine = f"tcp://{clean_lab.engine('dockerhost01').entry}"
    agent = join(*arguments(consul, "--engine", engine, "--engine-ca", str(stranger.ca), "--engine-interval", "0.2s"))
    agent.wait_for("is not signed by an authority")
    assert consul.get(KEY) is None


def test_bad_input_ends_it_at_once(consul: Consul, join: Callable[..., Agent]) -> None:
    agent = join("--advertise", ADDRESS, "--ttl", "10s", "--heartbeat", "1s", source(consul))
    assert agent.process.wait(20) == 2
    assert "a TTL of 10 s cannot be kept by Consul" in agent.log.read_text()


def test_an_interrupt_is_a_clean_stop(consul: Consul, join: Callable[..., Agent]) -> None:
    agent = join(*arguments(consul))
    agent.wait_for("registered")
    agent.process.send_signal(signal.SIGINT)
    assert agent.process.wait(20) == 0
    assert consul.get(KEY) is None
