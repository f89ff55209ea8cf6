# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The agent's zipapp in each service besides Consul: registered with secrets from files, taken over, gone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.etcd import Etcd
from tests.lab.service import Service, ServiceUnavailable
from tests.lab.token_service import TokenService
from tests.lab.zookeeper import ZooKeeper

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "10.0.0.5:2376"


@dataclass(frozen=True)
class Place:
    """Where an agent registers. options: of its command line, secret: one that must not be shown anywhere."""

    source: str
    service: Service
    options: tuple[str, ...] = ()
    secret: str = "s3cret-of-a-file"


def _login(folder: Path) -> tuple[str, ...]:
    file = folder / "password"
    file.write_text("s3cret-of-a-file\n")
    return ("--discovery-opt=kv.user=root", f"--discovery-opt=kv.password-file={file}")


@contextlib.contextmanager
def etcd(folder: Path) -> Iterator[Place]:
    with Etcd() as server:
        server.enable_users("s3cret-of-a-file")
        yield Place(f"etcd://{server.host}/swarm", server, _login(folder))


@contextlib.contextmanager
def zookeeper(folder: Path) -> Iterator[Place]:
    with ZooKeeper() as server:
        yield Place(f"zk://{server.host}/swarm", server, _login(folder))


@contextlib.contextmanager
def token(_folder: Path) -> Iterator[Place]:
    with TokenService(tls=True) as server:
        yield Place(server.source, server, (f"--discovery-opt=kv.cacertfile={server.ca}",), server.token)


@pytest.fixture(scope="module")
def zipapp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("agent") / "swarm.pyz"
    files = ROOT / "roles/swarm_agent/files"
    package = ROOT / "plugins/module_utils/_swarm"
    command = [sys.executable, str(files / "build_zipapp.py"), str(package), str(files / "__main__.py"), str(target)]
    subprocess.run(command, check=True, timeout=60)
    return target


@pytest.fixture(scope="module", params=[etcd, zookeeper, token], ids=lambda made: made.__name__)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(request.param(tmp_path_factory.mktemp("place")))
        except ServiceUnavailable as error:
            pytest.skip(str(error))
        yield opened


@pytest.fixture
def swarm(zipapp: Path, place: Place, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Run a command of the agent; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(zipapp), *words, *place.options, place.source]
        with (tmp_path / "out").open("wb") as out, (tmp_path / "log").open("ab") as log:
            started.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=log, env={"PATH": os.defpath})
            )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait(10)


def test_registered_taken_over_after_a_crash_and_gone(
    place: Place, swarm: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    def listed() -> str:
        assert swarm("list").wait(30) == 0, log()
        return (tmp_path / "out").read_text()

    def log() -> str:
        return (tmp_path / "log").read_text()

    def await_lines(words: str, count: int) -> None:
        end = time.monotonic() + 30
        while log().count(words) < count and time.monotonic() < end:
            time.sleep(0.1)
        assert log().count(words) == count, log()

    join = ("join", f"--advertise={ADDRESS}", "--ttl=3s", "--heartbeat=1s")
    crashed = swarm(*join)
    await_lines(f"registered {ADDRESS} in ", 1)
    assert listed() == f"{ADDRESS}\n"
    crashed.kill()
    crashed.wait(10)
    successor = swarm(*join)
    await_lines(f"registered {ADDRESS} in ", 2)
    # The predecessor's own time is over by then.
    end = time.monotonic() + 4
    while time.monotonic() < end:
        assert listed() == f"{ADDRESS}\n"
        time.sleep(0.5)
    successor.terminate()
    assert successor.wait(20) == 0
    assert listed() == ""
    assert log().splitlines()[-1] == f"stopped, removed {ADDRESS}"
    assert place.secret not in log()


def test_a_service_that_goes_and_comes_back(
    place: Place, swarm: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """The agent says once that it is away, and once that it is there again."""
    agent = swarm("join", f"--advertise={ADDRESS}", "--ttl=10s", "--heartbeat=1s", "--timeout=2s")
    log = tmp_path / "log"

    def await_words(words: str) -> None:
        end = time.monotonic() + 40
        while words not in log.read_text() and time.monotonic() < end:
            time.sleep(0.1)
        assert words in log.read_text(), log.read_text()

    await_words("registered ")
    place.service.kill()
    await_words("heartbeat failed, trying again: ")
    place.service.start()
    await_words(f"the heartbeat of {ADDRESS} is taken again, after ")
    agent.terminate()
    assert agent.wait(20) == 0
    assert place.secret not in log.read_text()
