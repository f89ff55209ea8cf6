# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules are documented to return is what they return: the keys of real results, no more and no less."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible import results
from ansible_collections.classic.swarm.plugins.module_utils._ansible.runner import container_values
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.result import MemberResult, Result
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineError,
    OperationError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement, PlacementError
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, place, request
from ansible_collections.classic.swarm.tests.unit.documentation import MODULES, returned

#: What every module of Ansible may return, and is documented by nobody.
_OF_ANSIBLE = {"changed", "diff", "msg"}
_HOME = node("n1", container("old", "64M"), labels={"zone": "a"})
_ACTION = {"action": "create", "container": "web", "node": "n1"}


def placed() -> Placement:
    return place(request("web", constraints=["zone==a"]), _HOME, node("n2"), explain=True)


def refused() -> Placement:
    return place(request("web", constraints=["zone==b"]), _HOME)


def values(count: int | None = None, **fields: Any) -> dict[str, Any]:
    """What a task returns for containers of which the engine says what ``fields`` say."""
    names = ["web"] if count is None else [f"web-{number}" for number in range(1, count + 1)]
    members = [MemberResult(Member(name), _HOME, **fields) for name in names]
    result = Result(changed=True, actions=[_ACTION], members=members)
    return container_values(result, {"count": count, "explain": False})


SINGLE = values(inspect={"Id": "1"}, placement=placed())
ENDED = values(inspect={"Id": "1"}, placement=placed(), output="hello\n", status=3)
NOT_YET = values(placement=placed())
SEVERAL = values(count=2, inspect={"Id": "1"}, placement=placed())
NONE = values(count=0)
FAILURES = {
    "nothing fits": results.failure(PlacementError("no node", [refused()], [_ACTION])),
    "a step failed": results.failure(OperationError("no", [_ACTION])),
    "an engine failed": results.failure(EngineError("n1:2376", "no")),
    "bad input": results.failure(SwarmError("no")),
}


def documented() -> set[str]:
    return set(returned("swarm_container"))


def test_swarm_container_returns_what_is_documented() -> None:
    cases = (SINGLE, ENDED, NOT_YET, SEVERAL, NONE, *FAILURES.values())
    assert {key for case in cases for key in case} == documented() | _OF_ANSIBLE


@pytest.mark.parametrize(
    ("case", "missing"),
    [
        (ENDED, {"address"}),
        (SINGLE, {"address", "status"}),
        # Check mode, before the container is there.
        (NOT_YET, {"address", "status", "container"}),
        (SEVERAL, {"address", "status", "container", "node", "placement"}),
        (NONE, {"address", "status", "container", "node", "placement"}),
        (FAILURES["nothing fits"], {"address", "status", "container", "containers", "node", "placement"}),
    ],
    ids=["ended", "single", "check mode", "several", "none", "nothing fits"],
)
def test_what_is_returned_when(case: dict[str, Any], missing: set[str]) -> None:
    assert documented() - set(case) == missing


def test_the_output_is_in_the_container() -> None:
    assert (ENDED["container"]["Output"], ENDED["status"]) == ("hello\n", 3)


@pytest.mark.parametrize("case", [placed(), refused()], ids=["placed", "refused"])
@pytest.mark.parametrize("name", ["swarm_container", "swarm_placement_info"])
def test_a_placement_holds_what_is_documented(case: Placement, name: str) -> None:
    value = returned(name)["placement" if name == "swarm_container" else "placements"]["contains"]
    result = results.placement_result(case)
    # The table is for people who ask; who places gets it in the message of the failure.
    assert set(value) - {"matrix"} == set(result)
    for part in ("ranking", "verdicts", "refusals"):
        assert {frozenset(item) for item in result[part]} <= {frozenset(item) for item in value[part]["sample"]}


def test_a_chosen_node_holds_what_is_documented() -> None:
    result = results.node_reference(_HOME)
    assert set(returned("swarm_container")["node"]["contains"]) == set(result)
    for name, key in (("swarm_container", "placement"), ("swarm_placement_info", "placements")):
        assert set(returned(name)[key]["contains"]["node"]["sample"]) == set(result)


def test_nodes_hold_what_is_documented() -> None:
    result = results.node_result(_HOME)
    fields = returned("swarm_node_info")["nodes"]["contains"]
    assert set(fields) == set(result)
    for key in ("reserved", "containers"):
        assert set(fields[key]["sample"]) == set(result[key])


def test_containers_hold_what_is_documented() -> None:
    fields = returned("swarm_container_info")["containers"]["contains"]
    assert set(fields) - {"inspect"} == set(results.container_row(_HOME, _HOME.containers[0]))
    assert fields["inspect"]["returned"] == "O(inspect=true)"


def test_unhealthy_engines_hold_what_is_documented() -> None:
    (result,) = results.unhealthy_result([_HOME, down("n2")])
    assert set(returned("swarm_container_info")["unhealthy"]["contains"]) == set(result)


@pytest.mark.parametrize("name", MODULES)
def test_every_returned_value_is_explained(name: str) -> None:
    for key, value in returned(name).items():
        assert {"description", "returned", "type"} <= set(value), key
        for field, said in value.get("contains", {}).items():
            assert {"description", "type", "sample"} <= set(said), field
