# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.awaiting import Awaited, Waiting
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import ChosenNodes
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.several import (
    ContainerChoice,
    parse_patterns,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node
from ansible_collections.classic.swarm.tests.unit.clock import TestClock

UP, HEALTHY, STARTING = "Up 3 seconds", "Up 3 seconds (healthy)", "Up 3 seconds (health: starting)"
AWAY = ClusterError("none of the engines can be used")

Look = t.Union[ChosenNodes, ClusterError]


def seen(*statuses: str, state: str = "running", missing: bool = False) -> ChosenNodes:
    """A node with a container for each status."""
    made = [container(f"web-{number}", status=status, state=state) for number, status in enumerate(statuses, start=1)]
    return ChosenNodes((node("n1", *made),), (down("n2"),) if missing else ())


def wait(state: str, *looks: Look, names: t.Sequence[str] = ("web-*",), seconds: float = 10) -> float:
    """Seconds that it took; the last look stays."""
    clock, left = TestClock(), list(looks)

    def look() -> ChosenNodes:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, ClusterError):
            raise found
        return found

    def nobody(_place: t.Any) -> t.NoReturn:
        raise AssertionError("no engine is to be asked")

    began = clock.now()
    Waiting(ContainerChoice(parse_patterns(names)), Awaited(state), look, nobody, clock, 60.0).run(seconds, 1.0)
    return clock.now() - began


@pytest.mark.parametrize(
    ("state", "looks", "seconds"),
    [
        ("running", [seen(UP)], 0),
        ("running", [seen("Created", state="created"), seen(UP)], 1),
        ("running", [seen(), seen(), seen(UP, UP)], 2),
        ("healthy", [seen(STARTING, HEALTHY), seen(HEALTHY, HEALTHY)], 1),
        # one that has just started may not say that it has a health check
        ("healthy", [seen(UP), seen(STARTING), seen(UP), seen(HEALTHY)], 3),
        ("stopped", [seen(UP), seen("Exited (1)", state="exited")], 1),
        ("removed", [seen(UP), seen("", state="removing"), seen()], 2),
        # who does not answer may still have it
        ("removed", [seen(missing=True), seen(missing=True), seen()], 2),
        ("running", [seen("", state="created"), AWAY, seen(UP)], 2),
    ],
)
def test_it_comes(state: str, looks: t.Sequence[Look], seconds: float) -> None:
    assert wait(state, *looks) == seconds


@pytest.mark.parametrize(
    ("state", "looks", "message"),
    [
        (
            "running",
            [seen("Exited (1)", state="exited")],
            "the state running has not come within 10 s: web-1 on n1: Exited (1)",
        ),
        ("running", [seen()], "the state running has not come within 10 s: web-* is not there"),
        ("healthy", [seen(UP)], "web-1 on n1 has no health check, so it never becomes healthy"),
        (
            "removed",
            [seen(missing=True)],
            "the state removed has not come within 10 s: the engine at n2:2375 is unhealthy: no answer",
        ),
        ("running", [seen("", state="created"), AWAY], f"the state running has not come within 10 s: {AWAY}"),
        ("running", [AWAY], str(AWAY)),
        (
            "stopped",
            [seen(*[UP] * 7)],
            "the state stopped has not come within 10 s: "
            + "; ".join(f"web-{number} on n1: {UP}" for number in range(1, 6))
            + "; and 2 more",
        ),
    ],
)
def test_it_does_not_come(state: str, looks: t.Sequence[Look], message: str) -> None:
    with pytest.raises(ClusterError) as caught:
        wait(state, *looks)
    assert str(caught.value) == message


def test_every_entry_must_be_there() -> None:
    with pytest.raises(ClusterError, match=r"within 10 s: app is not there$"):
        wait("running", seen(UP), names=("web-1", "app"))
