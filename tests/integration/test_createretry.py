# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node that fails for reasons of its own costs an attempt; a task that is wrong in itself costs one clear error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.operating import Operator, actions, where
from tests.lab import Engine, Image

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


@contextlib.contextmanager
def port_taken(engine: Engine, port: int = 80) -> Iterator[None]:
    """A process that is not a container holds a port of the machine: the engine learns of it when it starts one."""
    pid = engine.run("sh", "-c", f"busybox nc -ll -p {port} -e cat >/dev/null 2>&1 & echo $!").strip()
    try:
        yield
    finally:
        engine.run("kill", pid)


def test_the_next_node_is_tried(operator: Operator) -> None:
    with port_taken(operator.lab.engine(ONE)):
        result = operator.container("edge", ports=["80:80"])
    assert result["node"]["name"] == TWO
    assert where(operator.lab) == {"edge": TWO}
    [warning] = result["warnings"]
    assert warning.startswith("edge could not be created on dockerhost01: 10.")
    assert "address already in use" in warning
    assert actions(result) == [
        ("create", "edge", ONE),
        ("rollback", "edge", ONE),
        ("create", "edge", TWO),
        ("start", "edge", TWO),
    ]
    assert [each.get("changed", True) for each in result["actions"]] == [False, False, True, True]
    operator.settled("edge", ports=["80:80"])


def test_so_many_further_nodes_and_no_more(operator: Operator) -> None:
    with port_taken(operator.lab.engine(ONE)), port_taken(operator.lab.engine(TWO)):
        refused = operator.refused("edge", ports=["80:80"], createretry=0)
        assert "edge failed on 1 nodes (createretry is 0)" in refused["msg"]
        assert "address already in use" in refused["msg"]
        assert where(operator.lab) == {}
        refused = operator.refused("edge", ports=["80:80"], createretry=1)
        assert "edge failed on 2 nodes (createretry is 1)" in refused["msg"]
        assert where(operator.lab) == {}
        assert operator.container("edge", ports=["80:80"], createretry=2)["node"]["name"] == THREE


def test_when_every_node_has_failed_the_matrix_says_how(operator: Operator) -> None:
    with contextlib.ExitStack() as taken:
        for engine in operator.lab.engines:
            taken.enter_context(port_taken(engine))
        refused = operator.refused("edge", ports=["80:80"])
    assert "0 of 3 nodes: 3 failed attempt" in refused["msg"]
    assert refused["msg"].count("address already in use") >= 3
    assert where(operator.lab) == {}


@pytest.mark.parametrize(
    ("options", "words", "failures"),
    [
        ({"networks": [{"name": "only-here"}]}, "only-here", 2),
        # an image that cannot be pulled: the next candidates are those that have it
        ({"image": "only-here:1"}, "only-here:1", 1),
        ({"image": "only-here:1", "createretry": 1}, "only-here:1", 1),
    ],
)
def test_what_only_one_node_has(operator: Operator, options: dict[str, Any], words: str, failures: int) -> None:
    engine = operator.lab.engine(THREE)
    engine.docker("network", "create", "only-here")
    engine.docker("tag", "web:1", "only-here:1")
    result = operator.container("c1", **options)
    assert result["node"]["name"] == THREE
    assert len(result["warnings"]) == failures
    assert all(words in warning for warning in result["warnings"])
    assert where(operator.lab) == {"c1": THREE}


OWN_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"command": ["nonsense"]}, '"nonsense": executable file not found'),
    ({"entrypoint": ["/etc/passwd"]}, "permission denied"),
    ({"user": "nobody-there"}, "unable to find user nobody-there"),
]


@pytest.mark.parametrize(("options", "words"), OWN_FAULTS)
def test_a_fault_of_the_task_is_not_tried_again(operator: Operator, options: dict[str, Any], words: str) -> None:
    refused = operator.refused("c1", **options)
    assert words in refused["msg"]
    assert refused["warnings"] == []
    assert "\n" not in refused["msg"]
    assert where(operator.lab) == {}
    assert {each[2] for each in actions(refused)} <= {ONE}


def test_of_many_those_that_fail_find_another_place(operator: Operator) -> None:
    with port_taken(operator.lab.engine(TWO)):
        result = operator.container("edge", count=2, ports=["80:80"])
    assert where(operator.lab) == {"edge-1": ONE, "edge-2": THREE}
    assert [warning.split(":")[0] for warning in result["warnings"]] == ["edge-2 could not be created on dockerhost02"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"devices": ["/dev/nonsense"]}, "/dev/nonsense"),
        ({"working_dir": "/etc/passwd"}, "/etc/passwd is not a directory"),
    ],
)
def test_what_may_be_the_node_s_fault_is_tried_everywhere(
    operator: Operator, options: dict[str, Any], words: str
) -> None:
    refused = operator.refused("c1", **options)
    assert "no node takes c1: 0 of 3 nodes: 3 failed attempt" in refused["msg"]
    assert refused["msg"].count(words) >= 3
    assert where(operator.lab) == {}


def test_a_node_that_cannot_get_the_image_costs_an_attempt(operator: Operator) -> None:
    operator.lab.load_images(Image(tags=("app:1",), config={"Cmd": ["sleep", "60"]}))
    operator.lab.engine(ONE).docker("rmi", "app:1")
    result = operator.container("app", image="app:1")
    assert result["node"]["name"] == TWO
    assert result["warnings"][0].startswith("app could not be created on dockerhost01: ")
    assert "app:1" in result["warnings"][0]
