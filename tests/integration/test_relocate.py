# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container whose node its wishes no longer allow: it stays with a warning, or moves without a gap."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.operating import Operator, actions, eventually, fetch, inspect, where

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
READY_LATE: dict[str, Any] = {
    "command": ["sh", "-c", "sleep 1.5; exec serve"],
    "healthcheck": {"test": ["CMD", "wget", "-qO-", "http://127.0.0.1/"], "interval": "200ms", "retries": 30},
}


@pytest.fixture
def served(operator: Operator) -> dict[str, Any]:
    """A web server on the external SSD host."""
    return operator.container("edge", ports=["80:80"], constraints=["zone==external", "disk==ssd"])["container"]


def test_never_is_the_default(operator: Operator, served: dict[str, Any]) -> None:
    result = operator.container("edge", ports=["80:80"], constraints=["zone==internal"])
    assert (result["changed"], result["actions"]) == (False, [])
    assert result["warnings"] == [
        "edge stays on dockerhost02 although constraint zone==internal no longer matches (zone is external); "
        "relocate: when_needed would move it"
    ]
    assert result["node"]["name"] == TWO
    for more in ({"whitelist": [ONE]}, {"affinities": ["container==nobody"]}):
        assert "edge stays on dockerhost02" in operator.container("edge", ports=["80:80"], **more)["warnings"][0]


def test_it_stays_where_it_may_be(operator: Operator, served: dict[str, Any]) -> None:
    operator.container("other", constraints=[f"node=={TWO}"])
    operator.settled("edge", ports=["80:80"], constraints=["zone==external"], relocate="when_needed")
    assert inspect(operator.lab.engine(TWO), "edge")["Id"] == served["Id"]


def test_it_moves(operator: Operator, served: dict[str, Any]) -> None:
    options: dict[str, Any] = {"ports": ["80:80"], "constraints": ["zone==internal"], "relocate": "when_needed"}
    moved = operator.container("edge", **options)
    assert actions(moved) == [
        ("create", "edge.moving", ONE),
        ("start", "edge.moving", ONE),
        ("stop", "edge", TWO),
        ("remove", "edge", TWO),
        ("rename", "edge.moving", ONE),
    ]
    assert (moved["diff"]["before"]["node"], moved["diff"]["after"]["node"]) == (TWO, ONE)
    assert moved["container"]["Name"] == "/edge"
    assert moved["node"]["name"] == ONE
    assert "edge moves from dockerhost02 to dockerhost01: constraint zone==internal" in moved["warnings"]
    assert where(operator.lab) == {"edge": ONE}
    eventually(lambda: fetch(operator.lab.engine(ONE).address), "web 1\n")
    operator.settled("edge", **options)


class Visitor:
    """Asks the web server without a pause; gaps holds the times at which nobody answered."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self._stop = threading.Event()
        self.answers = 0
        self.gaps: list[float] = []

    def run(self) -> None:
        while not self._stop.is_set():
            if any(_answers(address) for address in self._addresses):
                self.answers += 1
            else:
                self.gaps.append(time.monotonic())
            time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()


def _answers(address: str) -> bool:
    try:
        return fetch(address).startswith("web")
    except OSError:
        return False


@contextlib.contextmanager
def visiting(*addresses: str) -> Iterator[Visitor]:
    visitor = Visitor(*addresses)
    thread = threading.Thread(target=visitor.run)
    thread.start()
    try:
        yield visitor
    finally:
        visitor.stop()
        thread.join(10)


def test_somebody_serves_all_the_time(operator: Operator, served: dict[str, Any]) -> None:
    """The old copy is up until the new one is healthy, which takes a while."""
    old, new = operator.lab.engine(TWO).address, operator.lab.engine(ONE).address
    eventually(lambda: fetch(old), "web 1\n")
    with visiting(old, new) as visitor:
        operator.container(
            "edge", ports=["80:80"], constraints=["zone==internal"], relocate="when_needed", **READY_LATE
        )
    assert visitor.gaps == []
    assert visitor.answers > 20


def test_it_stays_where_the_new_copy_does_not_get_well(operator: Operator, served: dict[str, Any]) -> None:
    sick = {"test": ["CMD-SHELL", "echo not well; exit 1"], "interval": "200ms", "retries": 1}
    refused = operator.refused(
        "edge",
        ports=["80:80"],
        constraints=["zone==internal"],
        relocate="when_needed",
        healthcheck=sick,
        healthy_wait_timeout=1,
    )
    assert "its last check printed: not well" in refused["msg"]
    container = inspect(operator.lab.engine(TWO), "edge")
    assert (container["Id"], container["State"]["StartedAt"]) == (served["Id"], served["State"]["StartedAt"])
    assert where(operator.lab) == {"edge": TWO}


def test_it_stays_where_there_is_no_other_place(operator: Operator, served: dict[str, Any]) -> None:
    refused = operator.refused("edge", ports=["80:80"], constraints=["zone==nowhere"], relocate="when_needed")
    assert "0 of 3 nodes: 3 constraint zone==nowhere" in refused["msg"]
    assert where(operator.lab) == {"edge": TWO}


def test_a_stopped_one_moves_without_being_started(operator: Operator, served: dict[str, Any]) -> None:
    options: dict[str, Any] = {"ports": ["80:80"], "constraints": ["zone==internal"], "state": "stopped"}
    operator.container("edge", **{**options, "constraints": []})
    moved = operator.container("edge", relocate="when_needed", **options)
    assert [each[0] for each in actions(moved)] == ["create", "remove", "rename"]
    assert inspect(operator.lab.engine(ONE), "edge")["State"]["Status"] == "created"


def test_some_of_many_move(operator: Operator) -> None:
    operator.container("web", count=3)
    options: dict[str, Any] = {"count": 3, "constraints": ["zone==external"], "relocate": "when_needed"}
    moved = operator.container("web", **options)
    assert set(where(operator.lab).values()) == {TWO, THREE}
    assert {each[1] for each in actions(moved)} == {"web-1", "web-1.moving"}
    operator.settled("web", **options)


def test_a_relocation_that_was_cut_off_is_taken_up(operator: Operator, served: dict[str, Any]) -> None:
    """The old copy is gone, and the new one has not got its name yet."""
    operator.lab.engine(TWO).docker("rename", "edge", "edge.moving")
    taken_up = operator.container("edge", ports=["80:80"], constraints=["zone==external"])
    assert actions(taken_up) == [("rename", "edge.moving", TWO)]
    assert where(operator.lab) == {"edge": TWO}
