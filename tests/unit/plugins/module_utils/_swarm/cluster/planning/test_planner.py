# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wanted and what is there to steps."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.knowledge import Knowledge
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.planner import Planner
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.survey import Survey
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import PlacementError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, node
from ansible_collections.classic.swarm.tests.unit.tasks import found, inspected, plan, verbs, wanted

START = ["pull web on n1", "create web on n1", "start web on n1"]


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({}, START),
        ({"state": "present"}, START[:2]),
        ({"state": "stopped"}, START[:2]),
        ({"paused": True}, [*START, "pause web on n1"]),
        ({"state": "healthy"}, [*START, "wait web on n1"]),
        ({"detach": False}, [*START, "wait web on n1"]),
        ({"detach": False, "cleanup": True}, [*START, "wait web on n1", "remove web on n1"]),
        ({"pull": "never"}, START[1:]),
        ({"state": "absent"}, []),
    ],
)
def test_a_container_that_is_not_there(fields, steps):
    assert verbs(plan(wanted(**fields), [node("n1")])) == steps


@pytest.mark.parametrize(
    ("state", "fields", "steps"),
    [
        ("running", {}, []),
        ("running", {"state": "present"}, []),
        ("running", {"state": "stopped"}, ["stop web on n1"]),
        ("running", {"state": "stopped", "force_kill": True}, ["kill web on n1"]),
        ("running", {"state": "absent"}, ["stop web on n1", "remove web on n1"]),
        ("running", {"restart": True}, ["restart web on n1"]),
        ("running", {"paused": True}, ["pause web on n1"]),
        ("running", {"paused": False}, []),
        ("paused", {}, []),
        ("paused", {"paused": True}, []),
        ("paused", {"paused": False}, ["unpause web on n1"]),
        ("exited", {}, ["start web on n1"]),
        ("exited", {"restart": True}, ["start web on n1"]),
        ("exited", {"state": "present"}, []),
        ("exited", {"state": "stopped"}, []),
        ("exited", {"state": "absent"}, ["remove web on n1"]),
        ("exited", {"paused": True}, ["start web on n1", "pause web on n1"]),
        ("created", {"state": "present"}, []),
    ],
)
def test_a_container_that_is_as_asked(state, fields, steps):
    here = container("web", state=state)
    home = node("n1", here)
    assert verbs(plan(wanted(**fields), [home], (found(home, here, inspected(state)),))) == steps


def recreated(stops):
    return [
        "create web.new on n1",
        "rename web on n1",
        "rename web.new on n1",
        *stops,
        "start web on n1",
        "remove web.old on n1",
    ]


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"options": {"hostname": "other"}}, recreated(["stop web.old on n1"])),
        ({"recreate": True}, recreated(["stop web.old on n1"])),
        ({"recreate": True, "force_kill": True}, recreated(["kill web.old on n1"])),
        ({"options": {"cpu_shares": 512}}, ["update web on n1"]),
        ({"options": {"hostname": "other", "comparisons": {"*": "ignore"}}}, []),
    ],
)
def test_a_container_that_is_otherwise_than_asked(fields, steps):
    here = container("web")
    home = node("n1", here)
    assert verbs(plan(wanted(**fields), [home], (found(home, here),))) == steps


def test_a_container_stays_where_its_constraints_no_longer_allow_it():
    here = container("web")
    home, better = node("n1", here, labels={"zone": "a"}), node("n2", labels={"zone": "b"})
    made = plan(wanted(constraints=["zone==b"]), [home, better], (found(home, here),))
    assert verbs(made) == []
    assert made.members[0].warnings == (
        "web stays on n1 although constraint zone==b no longer matches (zone is a); "
        "relocate: when_needed would move it",
    )


def test_a_container_moves_and_the_old_copy_goes_only_behind_a_healthy_new_one():
    here = container("web")
    home, better = node("n1", here, labels={"zone": "a"}), node("n2", labels={"zone": "b"})
    task = wanted(constraints=["zone==b"], relocate="when_needed")
    assert verbs(plan(task, [home, better], (found(home, here),))) == [
        "pull web on n2",
        "create web.moving on n2",
        "start web.moving on n2",
        "wait web.moving on n2",
        "stop web on n1",
        "remove web on n1",
        "rename web.moving on n2",
    ]


def test_a_soft_constraint_moves_nothing():
    here = container("web")
    home, better = node("n1", here, labels={"zone": "a"}), node("n2", labels={"zone": "b"})
    task = wanted(constraints=["zone==~b"], relocate="when_needed")
    assert verbs(plan(task, [home, better], (found(home, here),))) == []


@pytest.mark.parametrize("options", [{"memory": "3G"}, {"memory": "3G", "hostname": "other"}])
def test_more_memory_than_the_node_has_left_is_refused_before_anything_is_changed(options):
    here, other = container("web", memory="1G"), container("db", memory="2G")
    home = node("n1", here, other, memory="4G")
    with pytest.raises(PlacementError, match="no node takes web: 0 of 1 nodes: 1 memory 3G"):
        plan(wanted(options=options), [home, node("n2")], (found(home, here),))


def test_more_memory_than_the_node_has_left_moves_the_container_where_that_is_allowed():
    here, other = container("web", memory="1G"), container("db", memory="2G")
    home = node("n1", here, other, memory="4G")
    task = wanted(options={"memory": "3G"}, relocate="when_needed")
    assert "create web.moving on n2" in verbs(plan(task, [home, node("n2")], (found(home, here),)))


def test_updates_of_a_batch_share_the_room_of_their_node():
    first, second = container("web-1", memory="1G"), container("web-2", memory="1G")
    home = node("n1", first, second, memory="5G")
    task = wanted(count=2, options={"memory": "3G"})
    with pytest.raises(PlacementError) as caught:
        plan(task, [home], (found(home, first), found(home, second)))
    assert [placement.request.name for placement in caught.value.placements] == ["web-2"]


def test_one_that_fits_nowhere_keeps_all_from_being_created():
    task = wanted(count=3, options={"published_ports": ["80:80"]})
    with pytest.raises(PlacementError, match=r"no node takes web-3 \(1 of 3 containers fit nowhere, and the others"):
        plan(task, [node("n1"), node("n2")])


def test_a_lower_count_removes_the_highest_first():
    numbered = [container(f"web-{number}") for number in (1, 2, 3)]
    home = node("n1", *numbered)
    surplus = tuple(found(home, each) for each in reversed(numbered[1:]))
    made = plan(wanted(count=1), [home], (found(home, numbered[0]),), surplus=surplus)
    assert verbs(made) == ["stop web-3 on n1", "remove web-3 on n1", "stop web-2 on n1", "remove web-2 on n1"]


def test_what_is_removed_makes_room_for_what_comes():
    old = container("web-2", ports=("80/tcp",))
    home = node("n1", old)
    task = wanted(count=1, options={"published_ports": ["80:80"]})
    assert "create web-1 on n1" in verbs(plan(task, [home], surplus=(found(home, old),)))


def test_a_name_of_passage_is_put_right_first():
    left = container("web.old")
    home = node("n1", left)
    made = plan(wanted(), [home], unfinished={"web": found(home, left)})
    assert (made.members[0].kind, verbs(made)) == ("resume", ["rename web.old on n1"])


def test_creating_needs_an_image():
    with pytest.raises(ClusterError, match="there is no container 'web' yet; to create it, set image"):
        plan(wanted(options={"image": None}), [node("n1")])


def test_the_plan_shows_no_values_of_variables():
    here = container("web")
    home = node("n1", here)
    existing = found(home, here, inspected(config={"Env": ["PASSWORD=old-secret"]}))
    made = plan(wanted(options={"env": {"PASSWORD": "new-secret"}}), [home], (existing,))
    assert "secret" not in repr((made.members[0].before, made.members[0].after))
    assert "PASSWORD" in repr(made.members[0].after)
    assert "secret" not in repr([step.describe() for step in made.members[0].operations])


def test_a_task_without_image_recreates_from_the_image_the_container_has():
    here = container("web")
    home = node("n1", here)
    made = plan(wanted(options={"image": None}, recreate=True), [home], (found(home, here),))
    assert made.members[0].operations[0].details() == {"image": "web:1"}


def test_members_are_named_by_number():
    assert wanted(count=2).members() == (Member("web-1", 1), Member("web-2", 2))


@pytest.mark.parametrize(
    ("host_config", "options", "takes_room", "former"),
    [
        (
            {"Memory": 1 << 30, "MemorySwap": 2 << 30},
            {"memory": "2G"},
            True,
            {"Memory": 1 << 30, "MemorySwap": 2 << 30},
        ),
        ({"Memory": 2 << 30, "MemorySwap": -1}, {"memory": "1G"}, False, {"Memory": 2 << 30, "MemorySwap": -1}),
        ({"NanoCpus": 500_000_000}, {"cpus": 1.5}, True, {"NanoCpus": 500_000_000}),
        ({"CpuShares": 512}, {"cpu_shares": 256}, False, {"CpuShares": 512}),
        # the engine takes 0 for "as it is": a first limit cannot be undone
        ({}, {"memory": "2G"}, True, None),
    ],
)
def test_an_update_knows_what_it_takes_and_what_undoes_it(host_config, options, takes_room, former):
    web = container("web")
    home = node("n1", web)
    made = plan(wanted(options=options), [home], (found(home, web, inspected(host_config=host_config)),))
    update = made.members[0].operations[0]
    assert (update.verb, update.takes_room, update.former) == ("update", takes_room, former)


def test_a_record_that_is_none_is_said_to_be_none():
    web = container("web")
    home = node("n1", web)
    with pytest.raises(EngineError, match=r"n1:2375 .*/containers/json.*Memory"):
        plan(wanted(options={"memory": "2G"}), [home], (found(home, web, inspected(host_config={"Memory": "much"})),))


PORT = {"published_ports": ["80"]}


def planner_of(task):
    knowledge = Knowledge()
    return Planner(Batch.of(task), Scheduler(SchedulingSettings()), knowledge=knowledge), knowledge.addresses


def test_a_plan_is_completed_with_addresses_as_if_it_were_made_again():
    task, nodes = wanted(options=PORT, count=2), [node("n1"), node("n2")]
    survey = Survey({}, {}, (), ())
    planner, addresses = planner_of(task)
    planner.plan(nodes, survey, task.members())
    assert sorted(key[0] for key in addresses.missing) == ["n1:2375", "n2:2375"]
    for home in nodes:
        addresses.learn(home.address, ("bridge",), "10.9.8.7")
    completed = planner.complete()
    assert completed == planner.plan(nodes, survey, task.members())
    assert completed is not None
    assert "10.9.8.7" in str(completed.members[0].steps[0].operation)


def test_a_plan_with_more_in_it_than_new_containers_is_made_again():
    task, home = wanted(options=PORT, count=2), node("n1")
    there = found(home, container("web-1"))
    planner, _addresses = planner_of(task)
    planner.plan([home], Survey({"web-1": there}, {}, (), ()), task.members())
    assert planner.complete() is None
    planner.plan([home], Survey({}, {}, (there,), ()), task.members())
    assert planner.complete() is None


def test_without_a_plan_there_is_none_to_complete():
    planner, _addresses = planner_of(wanted())
    assert planner.complete() is None
