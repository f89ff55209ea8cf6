# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two managers of one cluster: either can be asked, one acts, and the other takes over; over real engines and etcd."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
import requests
from docker.errors import APIError

from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab
from tests.lab.etcd import Etcd
from tests.lab.freezing import freeze, thaw
from tests.lab.service import ServiceUnavailable

TTL = 4.0
#: Seconds beyond the TTL in which the other one has taken over; what a loaded machine is forgiven is in it.
MARGIN = 4.0
#: What a request may end in while there is no primary, or the primary dies under it.
UNAVAILABLE = (APIError, requests.RequestException)


@dataclasses.dataclass
class Pair:
    """Two managers, and clients of both over their sockets of this machine."""

    store: Etcd
    managers: tuple[ManagerProcess, ManagerProcess]

    def api(self, manager: ManagerProcess) -> docker.APIClient:
        return docker.APIClient(f"unix://{manager.socket}", version="1.41", timeout=60)

    def rows(self, manager: ManagerProcess) -> dict[str, str]:
        client = self.api(manager)
        try:
            return dict(client.info()["SystemStatus"][:2])
        finally:
            client.close()

    def roles(self) -> list[str]:
        return [self.rows(manager)["Role"] for manager in self.managers]

    def sorted(self) -> tuple[ManagerProcess, ManagerProcess]:
        """Primary and replica, once there are both and the replica knows the primary."""
        until(lambda: sorted(self.roles()) == ["primary", "replica"], 30)
        first, second = self.managers
        primary, replica = (first, second) if self.rows(first)["Role"] == "primary" else (second, first)
        until(lambda: self.rows(replica).get("Primary") == primary.address, 10)
        return primary, replica


def until(test: t.Callable[[], t.Any], seconds: float) -> float:
    """Wait until `test` is true; the seconds that it took."""
    begun = time.monotonic()
    while not test():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.fixture
def pair(clean_lab: Lab, tmp_path: Path) -> Iterator[Pair]:
    with contextlib.ExitStack() as stack:
        try:
            store = stack.enter_context(Etcd())
        except ServiceUnavailable as error:
            pytest.skip(f"no etcd on this machine: {error}")
        for engine in clean_lab.engines:
            store.put(f"/swarm/{engine.entry}")
        options = ("--replication", "--advertise", "ADDRESS", "--replication-ttl", f"{TTL:g}s")
        managers = []
        for number in (1, 2):
            folder = tmp_path / f"swarm{number}"
            folder.mkdir()
            made = ManagerProcess(clean_lab, folder, options, f"etcd://{store.host}/swarm")
            managers.append(stack.enter_context(made))
        yield Pair(store, (managers[0], managers[1]))
        for manager in managers:
            assert "Traceback" not in manager.log.read_text()


def create(client: docker.APIClient, name: str) -> str:
    made = client.create_container("busybox", ["sleep", "600"], name=name)
    return t.cast(str, made["Id"])


def test_a_replica_passes_requests_and_streams_on(pair: Pair) -> None:
    primary, replica = pair.sorted()
    client, other = pair.api(replica), pair.api(primary)
    identity = create(client, "web")
    client.start(identity)
    assert [each["Id"] for each in other.containers()] == [identity]
    assert [each["Id"] for each in client.containers()] == [identity]
    labels = client.inspect_container("web")["Config"]["Labels"]
    assert int(labels["classic.swarm.epoch"]) > 0
    done = replica.client().run("exec", "-i", "web", "cat", stdin=b"through both\n" * 1000)
    assert (done.returncode, done.stdout) == (0, b"through both\n" * 1000)
    with pytest.raises(APIError) as raised:
        create(client, "web")
    assert raised.value.status_code == 409
    client.remove_container("web", force=True)
    until(lambda: other.containers(all=True) == [], 5)


def test_when_the_primary_is_stopped_the_other_one_takes_over_at_once(pair: Pair) -> None:
    primary, replica = pair.sorted()
    create(pair.api(primary), "before")
    begun = time.monotonic()
    primary.__exit__()
    primary.process = None
    create(pair.api(replica), "after")
    assert time.monotonic() - begun < TTL
    assert pair.rows(replica)["Role"] == "primary"


def test_what_there_is_can_be_seen_right_after_the_primary_was_killed(pair: Pair) -> None:
    """Its lock names it until it runs out, and nobody answers there."""
    primary, replica = pair.sorted()
    identity = create(pair.api(replica), "before")
    primary.process.kill()
    primary.process.wait(10)

    def seen() -> bool:
        answer = pair.api(replica)._get(f"http+docker://localhost/v1.41/containers/{identity}/json")
        assert answer.headers.get("X-Swarm-Stale") == "true"
        return bool(answer.status_code == 200)

    # The replica follows the engines by itself, and may hear of the container a moment after the primary has.
    until(seen, 2)
    assert [each["Id"] for each in pair.api(replica).containers(all=True)] == [identity]
    assert pair.rows(replica)["Role"] == "replica"


def test_no_create_is_done_twice_or_lost_unsaid_while_the_primary_is_killed(pair: Pair, clean_lab: Lab) -> None:
    primary, replica = pair.sorted()
    made, failed, stop = set(), [], threading.Event()

    def work() -> None:
        client, number = pair.api(replica), 0
        while not stop.is_set():
            name = f"web-{number}"
            try:
                create(client, name)
                made.add(name)
            except UNAVAILABLE as error:
                failed.append((name, str(error)))
            number += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        until(lambda: len(made) >= 5, 30)
        assert primary.process is not None
        primary.process.kill()
        primary.process.wait()
        primary.process = None
        killed = time.monotonic()
        before = len(made)
        until(lambda: len(made) >= before + 5, TTL + MARGIN + 10)
        assert pair.rows(replica)["Role"] == "primary"
        assert time.monotonic() - killed < TTL + MARGIN + 10
    finally:
        stop.set()
        worker.join(60)
    there = [name for engine in clean_lab.engines for name in names_on(engine)]
    assert len(there) == len(set(there))
    assert made <= set(there)
    # What is there and was not answered with success is what was told as not known.
    assert set(there) - made <= {name for name, _reason in failed}


def created(client: docker.APIClient, name: str) -> bool:
    """Whether it was, by a client that does not know whether an earlier try was carried out."""
    try:
        create(client, name)
    except APIError as error:
        if error.status_code != 503:
            raise
        return False
    return True


def names_on(engine: t.Any) -> list[str]:
    return [each["Names"][0][1:] for each in engine.api("GET", "/containers/json?all=1")]


def test_a_primary_that_was_frozen_acts_no_more_when_it_goes_on(pair: Pair) -> None:
    primary, replica = pair.sorted()
    assert primary.process is not None
    freeze(primary.process.pid)
    try:
        until(lambda: created(pair.api(replica), "meanwhile"), TTL + MARGIN)
    finally:
        thaw(primary.process.pid)
    # It passes on what it is asked, and is the primary no more.
    create(pair.api(primary), "later")
    assert pair.rows(primary) == {"Role": "replica", "Primary": replica.address}


def test_without_the_store_nobody_acts_after_the_ttl_and_all_can_be_looked_at(pair: Pair) -> None:
    primary, replica = pair.sorted()
    create(pair.api(primary), "web")
    until(lambda: [each["Names"] for each in pair.api(replica).containers(all=True)] != [], 10)
    freeze(pair.store.pid)
    try:
        until(lambda: pair.roles() == ["replica", "replica"], TTL + MARGIN)
        assert [each["State"] for each in pair.api(primary).containers(all=True)] == ["created"]
        api = pair.api(primary)
        assert api._get(api._url("/containers/json")).headers["X-Swarm-Stale"] == "true"
        with pytest.raises(APIError) as raised:
            create(api, "never")
        assert raised.value.status_code == 503
        assert raised.value.explanation == "there is no primary manager at the moment; try again later"
        assert raised.value.response.headers["Retry-After"] == "1"
    finally:
        thaw(pair.store.pid)
    until(lambda: created(pair.api(replica), "again"), TTL + MARGIN)
