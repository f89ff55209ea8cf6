# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.results import (
    action_results,
    container_row,
    fail_from,
    node_reference,
    node_result,
    placement_result,
    translated_errors,
    unhealthy_result,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineUnreachableError,
    InputError,
    OperationError,
    SwarmError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import Placement, PlacementError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import ClusterState
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

WEB = Container(
    id="c1",
    name="web",
    image="web:1",
    labels={"tier": "front"},
    state="running",
    status="Up 3 minutes",
    created=1700000000.25,
    bindings=("0.0.0.0:80->80/tcp",),
    reservation=Reservation(1024, 0.1),
)
NODE = Node(
    address="192.0.2.11:2376",
    name="node-1",
    id="AB:CD",
    labels={"zone": "external"},
    version="20.10.24",
    api_version="1.41",
    cpus=4,
    memory=8 * 1024**3,
    containers=(WEB, Container(id="c2", name="old", state="exited", reservation=Reservation(1024, 0.2))),
)
LOST = Node(address="192.0.2.12:2376", name="192.0.2.12:2376", health=Health.UNHEALTHY, reason="no answer in 10 s")


def placed(*constraints: str) -> Placement:
    """What the scheduler says of one container over the one node."""
    request = Request("app", constraints=parse_expressions(constraints, "constraints"))
    return Scheduler(SchedulingSettings()).place_batch([NODE], [request])[0]


class Module:
    """Records how it ended, as ``AnsibleModule`` would end."""

    def __init__(self, **params: t.Any) -> None:
        self.params = params
        self.no_log_values: t.Set[str] = set()
        self.result: t.Dict[str, t.Any] = {}

    def fail_json(self, **result: t.Any) -> t.NoReturn:
        self.result = result
        raise SystemExit(1)


def failed_with(error: SwarmError) -> t.Dict[str, t.Any]:
    module = Module()
    with pytest.raises(SystemExit):
        fail_from(module, error)  # type: ignore[arg-type]
    json.dumps(module.result)
    return module.result


def test_node() -> None:
    assert node_result(NODE) == {
        "name": "node-1",
        "address": "192.0.2.11:2376",
        "id": "AB:CD",
        "labels": {"zone": "external"},
        "health": "healthy",
        "reason": "",
        "version": "20.10.24",
        "api_version": "1.41",
        "cpus": 4,
        "memory": 8589934592,
        "reserved": {"memory": 2048, "cpus": 0.3},
        "containers": {"total": 2, "running": 1},
    }


def test_container() -> None:
    assert container_row(NODE, WEB) == {
        "name": "web",
        "id": "c1",
        "image": "web:1",
        "node": "node-1",
        "address": "192.0.2.11:2376",
        "ports": ["0.0.0.0:80->80/tcp"],
        "state": "running",
        "status": "Up 3 minutes",
        "labels": {"tier": "front"},
        "created": 1700000000,
    }


def test_unhealthy_nodes() -> None:
    assert unhealthy_result([NODE, LOST]) == [
        {
            "name": "192.0.2.12:2376",
            "address": "192.0.2.12:2376",
            "health": "unhealthy",
            "reason": "no answer in 10 s",
        }
    ]


def test_placement_that_fits() -> None:
    result = placement_result(placed())
    json.dumps(result)
    assert (result["container"], result["fits"], result["strategy"]) == ("app", True, "spread")
    assert result["node"] == node_reference(NODE)
    assert result["node"]["labels"] == {"zone": "external"}
    assert result["ranking"] == [
        {"name": "node-1", "address": "192.0.2.11:2376", "id": "AB:CD", "soft": 0, "weight": 1}
    ]


def test_placement_that_does_not_fit() -> None:
    result = placement_result(placed("zone==a"))
    assert (result["fits"], result["node"], result["ranking"]) == (False, None, [])
    assert result["headline"] == "0 of 1 nodes: 1 constraint zone==a"
    assert [verdict for verdict in result["verdicts"] if not verdict["passed"]] == [
        {
            "filter": "constraint",
            "node": "node-1",
            "address": "192.0.2.11:2376",
            "passed": False,
            "reason": "constraint zone==a",
            "wanted": "zone==a",
            "seen": "zone is external",
        }
    ]


def test_one_placement_of_many_is_brief() -> None:
    assert placement_result(placed("zone==a"))["verdicts"] != []
    assert placement_result(placed("zone==a"), brief=True)["verdicts"] == []
    nodes = [Node(address=f"192.0.2.{number}:2376", name=f"node-{number}") for number in range(1, 31)]
    placement = Scheduler(SchedulingSettings()).place(ClusterState.from_nodes(nodes), Request("app"))
    assert len(placement_result(placement)["ranking"]) == 30
    brief = placement_result(placement, brief=True)
    assert [each["name"] for each in brief["ranking"]] == [
        node.name for node in sorted(nodes, key=lambda each: each.name)
    ][:10]
    assert brief["headline"] == "30 of 30 nodes"


def test_failures_know_what_their_errors_know() -> None:
    assert failed_with(InputError("no")) == {"msg": "no"}
    assert failed_with(EngineUnreachableError("192.0.2.12:2376", "gone")) == {
        "msg": "gone",
        "address": "192.0.2.12:2376",
    }
    placement = placed("zone==a")
    assert failed_with(PlacementError("nowhere", [placement])) == {
        "msg": "nowhere",
        "placements": [placement_result(placement)],
        "actions": [],
        "changed": False,
    }


@pytest.mark.parametrize(("actions", "changed"), [([], False), ([{"action": "create", "node": "node-1"}], True)])
def test_failure_in_the_midst_says_what_was_done(actions: t.List[t.Dict[str, str]], changed: bool) -> None:
    expected = [{**action, "created": "Created container"} for action in actions]
    assert failed_with(OperationError("start", actions)) == {"msg": "start", "actions": expected, "changed": changed}


def test_further_values_do_not_hide_the_message() -> None:
    module = Module()
    with pytest.raises(SystemExit):
        fail_from(module, InputError("no"), msg="other", container={"Id": "c1"})  # type: ignore[arg-type]
    assert module.result == {"msg": "no", "container": {"Id": "c1"}}


def test_errors_of_the_product_are_translated() -> None:
    module = Module()
    with pytest.raises(SystemExit), translated_errors(module):  # type: ignore[arg-type]
        raise InputError("no")
    assert module.result == {"msg": "no"}


def test_other_exceptions_are_bugs_and_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), translated_errors(Module()):  # type: ignore[arg-type]
        raise ZeroDivisionError


def test_actions_have_the_keys_of_docker_container_beside_ours() -> None:
    place = {"container": "web", "node": "node-1"}
    actions = [
        {"action": "pull", **place, "image": "web:1", "changed": False},
        {"action": "stop", "container": "old", "node": "node-1"},
        {"action": "create", **place, "id": "c1"},
        {"action": "connect", **place, "network": "net"},
        {"action": "start", **place},
        {"action": "update", **place, "update_parameters": {"Memory": 1}},
        {"action": "kill", **place, "signal": "SIGKILL"},
        {"action": "restart", **place},
        {"action": "pause", **place},
        {"action": "unpause", **place},
        {"action": "disconnect", **place, "network": "net"},
        {"action": "remove", **place, "volumes": True},
        {"action": "rename", **place, "to": "other"},
    ]
    results = action_results(actions)
    theirs = [
        {key: value for key, value in after.items() if key not in before} for before, after in zip(actions, results)
    ]
    assert theirs == [
        {"pulled_image": "web:1"},
        {"stopped": "old", "timeout": None},
        {"created": "Created container"},
        {"added_to_network": "net"},
        {"started": "c1"},
        {"updated": "c1"},
        {"killed": "c1"},
        {"restarted": "c1", "timeout": None},
        {"set_paused": True},
        {"set_paused": False},
        {"removed_from_network": "net"},
        {"removed": "c1", "volume_state": True, "link": False, "force": False},
        {},
    ]
    assert all(before.items() <= after.items() for before, after in zip(actions, results))


def test_a_failure_hides_what_the_engine_repeats_of_the_tasks_secrets() -> None:
    module = Module(mounts=[{"target": "/a", "volume_options": {"o": "username=u,password=s3cret"}}])
    with pytest.raises(SystemExit), translated_errors(module):  # type: ignore[arg-type]
        raise OperationError("no mount with username=u,password=s3cret", [{"action": "start", "reason": "s3cret"}])
    assert module.result["msg"] == "no mount with (value not shown)"
    assert "s3cret" not in str(module.result)


def test_the_content_of_a_file_is_kept_out_of_all_that_ansible_returns() -> None:
    module = Module(
        client_key="-----BEGIN KEY-----\ns3cret", ca_path="/c/ca.pem", discovery_options={"ca_path": "a\nb"}
    )
    with translated_errors(module):  # type: ignore[arg-type]
        pass
    assert module.no_log_values == {"-----BEGIN KEY-----\ns3cret", "-----BEGIN KEY-----\\ns3cret", "a\nb", "a\\nb"}
