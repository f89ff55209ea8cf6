# Copyright (cc) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many unlike containers in one task: swarm_containers on real engines."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_containers

from tests.integration.operating import Operator, Result, actions, inspect, run_module, state_of, verbs, where

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"

#: Healthy once it has looked once, which it does at once.
HEALTHY = {"test": ["CMD", "true"], "interval": "1s", "retries": 3}
SICK = {"test": ["CMD", "false"], "interval": "1s", "retries": 1}


class Batch:
    """Somebody who runs swarm_containers on the lab's cluster."""

    def __init__(self, operator: Operator) -> None:
        self.lab = operator.lab

    def attempt(self, *containers: dict[str, Any], check: bool = False, **options: Any) -> Result:
        values = {"defaults": {"image": "web:1", "stop_timeout": 1}, "containers": list(containers), **options}
        return run_module(swarm_containers.main, values, check=check, environment=self.lab.environment)

    def run(self, *containers: dict[str, Any], **options: Any) -> Result:
        result = self.attempt(*containers, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, *containers: dict[str, Any], **options: Any) -> Result:
        result = self.attempt(*containers, **options)
        assert result.get("failed"), result["actions"]
        return result


@pytest.fixture
def batch(operator: Operator) -> Batch:
    return Batch(operator)


SHOP: list[dict[str, Any]] = [
    {"name": "db", "memory": "64m", "volumes": ["data:/data"], "constraints": ["disk==ssd"], "healthcheck": HEALTHY},
    {
        "name": "app",
        "count": 6,
        "ports": ["8080"],
        "affinities": ["container!=~app-*"],
        "after": [{"container": "db", "condition": "healthy"}],
    },
    {"name": "cache", "per_node": True, "constraints": ["zone==external"]},
]


def test_a_mixed_batch(batch: Batch) -> None:
    made = batch.run(*SHOP, group="shop")
    there = where(batch.lab)
    caches = {f"cache-{TWO}", f"cache-{THREE}"}
    assert set(there) == {"db", *(f"app-{number}" for number in range(1, 7)), *caches}
    assert {name: node for name, node in there.items() if name in caches} == {f"cache-{n}": n for n in (TWO, THREE)}
    assert sorted(made["summary"]["created"]) == sorted(there)
    assert made["entries"]["db"]["container"]["Name"] == "/db"
    assert made["entries"]["db"]["node"]["name"] == there["db"]
    assert [each["Name"] for each in made["entries"]["app"]["containers"]] == [f"/app-{n}" for n in range(1, 7)]
    started = {name: inspect(batch.lab.engine(node), name)["State"]["StartedAt"] for name, node in there.items()}
    first_check = inspect(batch.lab.engine(there["db"]), "db")["State"]["Health"]["Log"][0]["End"]
    assert all(started[f"app-{number}"][:19] >= first_check[:19] for number in range(1, 7))

    before = state_of(batch.lab)
    again = batch.run(*SHOP, group="shop")
    assert (again["changed"], again["actions"]) == (False, [])
    assert sorted(again["summary"]["unchanged"]) == sorted(there)
    assert state_of(batch.lab) == before


def test_check_mode_tells_the_plan_line_by_line(batch: Batch) -> None:
    planned = batch.run(*SHOP, check=True)
    assert where(batch.lab) == {}
    lines = planned["diff"]["after"].splitlines()
    assert planned["diff"]["before"].splitlines() == [f"{line.partition(':')[0]}: absent" for line in lines]
    assert lines[0] == f"db: node={planned['entries']['db']['node']['name']}, image=web:1, running=true"
    done = batch.run(*SHOP)
    assert sorted(actions(planned)) == sorted(actions(done))
    assert planned["summary"]["created"] == [line.partition(":")[0] for line in lines]


def test_one_that_fits_nowhere_keeps_all_from_being_created(batch: Batch) -> None:
    entries = [{"name": "good"}, {"name": "bad", "constraints": ["zone==nowhere"]}]
    refused = batch.refused(*entries)
    assert refused["msg"].startswith(
        "no node takes bad (1 of 2 containers fit nowhere, and the others were not created either): 0 of 3 nodes: "
        "3 constraint zone==nowhere\n"
    )
    assert where(batch.lab) == {}
    made = batch.run(*entries, all_or_nothing=False)
    assert (made["summary"]["created"], made["summary"]["refused"]) == (["good"], ["bad"])
    assert any("bad" in warning and "zone==nowhere" in warning for warning in made["warnings"])
    assert set(where(batch.lab)) == {"good"}


def test_what_waits_for_one_that_fails_is_not_left_behind(batch: Batch) -> None:
    entries = [
        {"name": "db", "healthcheck": SICK, "healthy_wait_timeout": 3},
        {"name": "app", "after": [{"container": "db", "condition": "healthy"}]},
        {"name": "other"},
    ]
    refused = batch.refused(*entries)
    assert "db on " in refused["msg"]
    assert "app: not started, as it waits for db, which failed" in refused["msg"]
    assert set(where(batch.lab)) == {"db", "other"}


@pytest.mark.parametrize(("command", "works"), [(["true"], True), (["false"], False)])
def test_a_container_that_waits_for_the_end_of_another(command: list[str], works: bool, batch: Batch) -> None:
    entries = [
        {"name": "migrate", "command": command, "restart_policy": "no"},
        {"name": "app", "after": [{"container": "migrate", "condition": "completed"}]},
    ]
    result = batch.attempt(*entries)
    assert bool(result.get("failed")) is not works
    assert ("app" in where(batch.lab)) is works
    if not works:
        assert "ended with status 1, and others wait for its success" in result["msg"]


def test_containers_that_depend_on_each_other_come_in_order(batch: Batch) -> None:
    entries = [
        {"name": "side", "network_mode": "container:main", "command": ["sleep", "600"]},
        {"name": "main", "constraints": [f"node=={TWO}"]},
    ]
    batch.run(*entries)
    assert where(batch.lab) == {"main": TWO, "side": TWO}
    main, side = (inspect(batch.lab.engine(TWO), name) for name in ("main", "side"))
    assert main["Created"] < side["Created"]
    assert main["State"]["StartedAt"] < side["State"]["StartedAt"]
    again = batch.run(*entries)
    assert again["changed"] is False, again["diff"]


def test_orphans(batch: Batch) -> None:
    batch.run({"name": "one"}, {"name": "two"}, {"name": "many", "count": 2}, group="shop")
    batch.run({"name": "stranger"})
    told = batch.run({"name": "one"}, group="shop")
    assert told["changed"] is False
    assert sorted(warning.partition(" ")[0] for warning in told["warnings"]) == ["many-1", "many-2", "two"]
    checked = batch.run({"name": "one"}, group="shop", orphans="remove", check=True)
    assert sorted(checked["summary"]["removed"]) == ["many-1", "many-2", "two"]
    assert len(where(batch.lab)) == 5
    gone = batch.run({"name": "one"}, group="shop", orphans="remove")
    assert sorted(gone["summary"]["removed"]) == ["many-1", "many-2", "two"]
    assert set(where(batch.lab)) == {"one", "stranger"}
    assert batch.run({"name": "one"}, group="shop", orphans="remove")["changed"] is False


def test_two_images_of_one_node_are_both_pulled(batch: Batch) -> None:
    with batch.lab.registry(port=5073) as registry:
        teller = batch.lab.engine(THREE)
        references = [f"{registry.address}/app:{number}" for number in (1, 2)]
        for reference in references:
            teller.docker("tag", "web:1", reference)
            teller.docker("push", reference)
            teller.docker("rmi", reference)
        here = [f"node=={ONE}"]
        made = batch.run(
            {"name": "aa", "image": references[0], "constraints": here},
            {"name": "bb", "image": references[1], "constraints": here},
        )
    assert sorted(each["image"] for each in made["actions"] if each["action"] == "pull") == references
    assert where(batch.lab) == {"aa": ONE, "bb": ONE}


def test_changes_and_removals_are_told_apart(batch: Batch) -> None:
    batch.run({"name": "aa"}, {"name": "bb"}, {"name": "cc"}, {"name": "dd", "count": 2})
    made = batch.run(
        {"name": "aa"},
        {"name": "bb", "hostname": "other"},
        {"name": "cc", "state": "absent"},
        {"name": "dd", "count": 1},
        {"name": "ee"},
    )
    assert made["summary"] == {
        "created": ["ee"],
        "changed": ["bb"],
        "unchanged": ["aa", "dd-1"],
        "removed": ["dd-2", "cc"],
        "refused": [],
    }
    assert set(where(batch.lab)) == {"aa", "bb", "dd-1", "ee"}


@pytest.mark.parametrize(
    ("entries", "options", "words"),
    [
        ([{"name": "aa"}, {"name": "aa"}], {}, "containers: 'aa' is listed twice"),
        ([{"name": "aa", "count": 2}, {"name": "aa-1"}], {}, "both make a container called aa-1"),
        (
            [{"name": "aa", "after": [{"container": "bb"}]}],
            {},
            "'aa' waits for 'bb', which is not listed; listed are aa",
        ),
        (
            [{"name": "aa", "after": [{"container": "bb"}]}, {"name": "bb", "after": [{"container": "aa"}]}],
            {},
            "after: aa waits for bb waits for aa; none of them could ever be started",
        ),
        (
            [{"name": "aa", "after": [{"container": "bb"}]}, {"name": "bb", "state": "present"}],
            {},
            "'aa' waits for 'bb' to be started, and its state is present, so it is never started",
        ),
        (
            [{"name": "aa", "nonsense": 1}],
            {},
            "containers[0] (aa): 'nonsense' is not an option of a container; those that there are stand in the "
            "documentation of swarm_containers",
        ),
        (
            [{"name": "aa", "imag": 1}],
            {},
            "containers[0] (aa): 'imag' is not an option of a container; did you mean image?",
        ),
        (
            [{"name": "aa"}],
            {"defaults": {"labls": {}}},
            "defaults: 'labls' is not an option of a container; did you mean",
        ),
        ([{"image": "web:1"}], {}, "containers[0] (without a name): missing required arguments: name"),
        ([{"name": "aa", "per_node": True, "count": 2}], {}, "'aa' has count and per_node"),
        (
            [{"name": "aa", "per_node": True, "constraints": ["zone==~a"]}],
            {},
            "'aa' is on every node that its constraints allow (per_node), and 'zone==~a' is soft",
        ),
        ([{"name": "aa"}], {"orphans": "remove"}, "orphans: remove needs group"),
        ([{"name": "aa"}], {"defaults": {"name": "bb"}}, "defaults: 'name' belongs to each of containers"),
        ([{"name": "aa"}], {"max_parallel": 0}, "max_parallel is 0; it must be 1 or more"),
        ([{"name": "aa", "constraints": ["zone>a"]}], {}, "containers[0] (aa): constraints: bad expression"),
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_asked(
    entries: list[dict[str, Any]], options: dict[str, Any], words: str, batch: Batch
) -> None:
    refused = batch.refused(*entries, discovery="nodes://192.0.2.1:2376", **options)
    assert words in refused["msg"], refused["msg"]
    assert "192.0.2.1" not in refused["msg"]


def test_options_of_ranking_are_inherited(batch: Batch) -> None:
    entries = [{"name": "aa"}, {"name": "bb"}, {"name": "cc", "strategy": "spread"}]
    made = batch.run(*entries, strategy="expression", rank="node.name == 'dockerhost02' && `1` || `0`")
    strategies = {name: entry["placement"]["strategy"] for name, entry in made["entries"].items()}
    assert strategies == {"aa": "expression", "bb": "expression", "cc": "spread"}


@pytest.mark.parametrize(("shown", "keys"), [("brief", {"Id", "Name", "Config", "State", "Node"}), ("none", None)])
def test_how_much_is_returned(shown: str, keys: set[str] | None, batch: Batch) -> None:
    made = batch.run({"name": "aa"}, {"name": "bb", "count": 2}, return_containers=shown)
    assert ("container" in made["entries"]["aa"]) is (keys is not None)
    assert [set(each) for each in made["entries"]["bb"]["containers"]] == ([keys] * 2 if keys else [])
    assert made["entries"]["aa"]["node"]["name"] in (ONE, TWO, THREE)
    assert verbs(made).count("create") == 3


def test_a_family_is_spread_over_zones(batch: Batch) -> None:
    """Two of the three nodes are external: without it, each node would get as many."""
    spread = {"name": "web", "count": 6, "spread_over": ["zone", "node"]}
    made = batch.run(spread)
    placed = list(where(batch.lab).values())
    assert {node: placed.count(node) for node in (ONE, TWO, THREE)} == {ONE: 3, TWO: 2, THREE: 1}
    assert made["entries"]["web"]["placements"][0]["strategy"] == "spread"
    assert batch.run(spread)["changed"] is False


def test_a_skew_that_must_not_be_exceeded_refuses(batch: Batch) -> None:
    only_external = {"constraints": ["zone==external"], "spread_over": [{"label": "node", "max_skew": 1}]}
    with_skew = {"name": "web", "count": 3, **only_external}
    batch.run(with_skew)
    assert sorted(where(batch.lab).values()) in ([TWO, TWO, THREE], [TWO, THREE, THREE])
    refused = batch.refused({"name": "web", "count": 3, "spread_over": [{"max_skew": 1}]})
    assert "spread_over: {'max_skew': 1} is not a label; write a label, or a dictionary with label" in refused["msg"]
