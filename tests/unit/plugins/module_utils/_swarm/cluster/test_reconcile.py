# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole tasks on engines in memory: what is there afterwards, what was done, and what is said."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import After, Batch, Budgets, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    AmbiguousNameError,
    ClusterError,
    DependencyError,
    DiscoveryError,
    OperationError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import PlacementError

from tests.unit.memory_engine import MemoryEngine, MemoryImage
from tests.unit.memory_view import MemoryCluster
from tests.unit.plugins.module_utils._swarm.cluster.failing import two_engines
from tests.unit.tasks import wanted


def shop(*entries, **fields):
    return Batch(tuple(Entry(each) if not isinstance(each, Entry) else each for each in entries), **fields)


MEMORY = {"memory": "1G"}
OTHER = {"hostname": "other"}


def task(**fields):
    return lambda: wanted(**fields)


#: A first task, a second one on what it left, what that does, and what is there then.
SECOND = [
    pytest.param({}, {}, [], ["n1: web running"], id="the same again"),
    pytest.param({}, {"state": "absent"}, ["stop web on n1", "remove web on n1"], [], id="absent"),
    pytest.param({"state": "present"}, {"state": "absent"}, ["remove web on n1"], [], id="absent, never started"),
    pytest.param({}, {"state": "stopped"}, ["stop web on n1"], ["n1: web exited"], id="stopped"),
    pytest.param({"state": "present"}, {}, ["start web on n1"], ["n1: web running"], id="started"),
    pytest.param({}, {"restart": True}, ["restart web on n1"], ["n1: web running"], id="restart"),
    pytest.param({}, {"paused": True}, ["pause web on n1"], ["n1: web paused"], id="paused"),
    pytest.param({"paused": True}, {"paused": False}, ["unpause web on n1"], ["n1: web running"], id="unpaused"),
    pytest.param({}, {"options": {"cpu_shares": 5}}, ["update web on n1"], ["n1: web running"], id="update"),
    pytest.param({}, {"options": MEMORY}, ["update web on n1"], ["n1: web running"], id="update that takes room"),
    pytest.param(
        {},
        {"options": OTHER},
        [
            "create web.new on n1",
            "rename web on n1",
            "rename web.new on n1",
            "stop web.old on n1",
            "start web on n1",
            "remove web.old on n1",
        ],
        ["n1: web running"],
        id="recreate",
    ),
    pytest.param(
        {"state": "present"},
        {"options": OTHER, "state": "present"},
        ["create web.new on n1", "rename web on n1", "rename web.new on n1", "remove web.old on n1"],
        ["n1: web created"],
        id="recreate what was never started",
    ),
    pytest.param(
        {},
        {"constraints": ["zone==b"], "relocate": "when_needed", "paused": True},
        [
            "create web.moving on n2",
            "start web.moving on n2",
            "stop web on n1",
            "remove web on n1",
            "rename web.moving on n2",
            "pause web on n2",
        ],
        ["n2: web paused"],
        id="relocate",
    ),
    pytest.param({}, {"constraints": ["zone==b"]}, [], ["n1: web running"], id="stays where it may not be"),
    pytest.param(
        {"count": 3},
        {"count": 1},
        ["stop web-3 on n1", "remove web-3 on n1", "stop web-2 on n2", "remove web-2 on n2"],
        ["n1: web-1 running"],
        id="fewer",
    ),
    pytest.param(
        {"count": 1},
        {"count": 3},
        ["create web-2 on n2", "start web-2 on n2", "create web-3 on n1", "start web-3 on n1"],
        ["n1: web-1 running", "n1: web-3 running", "n2: web-2 running"],
        id="more",
    ),
    pytest.param(
        {"count": 2},
        {"count": 0},
        ["stop web-2 on n2", "remove web-2 on n2", "stop web-1 on n1", "remove web-1 on n1"],
        [],
        id="none",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "actions", "lines"), SECOND)
def test_what_is_there_becomes_what_is_wanted(first, second, actions, lines):
    cluster = two_engines()
    cluster.run(wanted(**first))
    before = cluster.lines
    checked = cluster.run(wanted(**second), check=True)
    assert (cluster.lines, sorted(cluster.acts)) == (before, sorted(actions))
    ran = cluster.run(wanted(**second))
    assert (cluster.lines, sorted(cluster.acts)) == (lines, sorted(actions))
    assert ran.changed is checked.changed is bool(actions)
    assert (ran.before, ran.after, ran.kinds) == (checked.before, checked.after, checked.kinds)
    if not second.get("restart"):
        again = cluster.run(wanted(**second))
        assert (cluster.acts, again.changed, cluster.lines) == ([], False, lines)


def test_a_first_run_tells_all_of_it():
    cluster = two_engines()
    result = cluster.run(wanted(options={"env": {"A": "1"}, "labels": {"a": "b"}}))
    (member,) = result.members
    assert (member.member.name, member.node.name, member.inspect["Name"]) == ("web", "n1", "/web")
    assert member.inspect["Node"] == {
        "ID": "n1-id",
        "Name": "n1",
        "Addr": "n1:2375",
        "IP": "n1",
        "Cpus": 8,
        "Memory": 16 << 30,
        "Labels": {"zone": "a"},
    }
    assert result.kinds == {"web": "create"}
    assert result.before == {"web": {"exists": False}}
    assert result.after == {"web": {"exists": True, "node": "n1", "image": "web:1", "running": True}}
    assert [action["image"] for action in result.actions if action["action"] == "create"] == ["web:1"]
    record = cluster["n1"].find("web")
    assert record.config["Env"] == ["A=1"]
    assert record.config["Labels"] == {
        "a": "b",
        "classic.swarm.ports": "[]",
        "classic.swarm.reservation": '{"cpus":0.0,"memory":0}',
    }


def test_a_container_is_found_by_its_id_and_keeps_its_name():
    cluster = two_engines()
    cluster.run(wanted())
    identity = cluster["n1"].find("web").id
    for given in (identity, identity[:12]):
        result = cluster.run(wanted(given, options={"cpu_shares": int(given == identity) + 2}))
        assert (cluster.acts, list(result.kinds)) == (["update web on n1"], ["web"])
    assert cluster.lines == ["n1: web running"]


# nodes that fail


def many(count, **more):
    return MemoryCluster(*(MemoryEngine(f"n{number}", **more) for number in range(1, count + 1)))


def test_as_many_nodes_are_tried_as_createretry_allows():
    cluster = many(5)
    for engine in cluster.engines:
        engine.refuse("start", 500, "no space left on device")
    error = cluster.error(wanted(createretry=2))
    ids = {engine.name: f"{engine.name}:2375 refuses to start" for engine in cluster.engines}
    assert isinstance(error, OperationError)
    said = str(error)
    assert said.startswith(f"web failed on 3 nodes (createretry is 2); the last one, n3: {ids['n3']} ")
    assert said.endswith(" (status 500): no space left on device")
    assert cluster.lines == []
    assert [warning.partition(": ")[0] for warning in cluster.result.warnings] == [
        f"web could not be created on n{number}" for number in (1, 2, 3)
    ]
    assert cluster.acts == [
        f"{verb} web on n{number} (unchanged)" for number in (1, 2, 3) for verb in ("create", "rollback")
    ]
    assert cluster.result.changed is False
    assert list(error.actions) == cluster.result.actions


def test_without_createretry_the_first_node_decides():
    cluster = two_engines()
    cluster["n1"].refuse("create", 500)
    assert str(cluster.error(wanted(createretry=0))) == (
        "web failed on 1 nodes (createretry is 0); the last one, n1: n1:2375 refuses to create web (status 500): "
        "it cannot be done"
    )
    assert cluster.lines == []


def test_nodes_that_failed_are_told_where_no_other_is_left():
    cluster = two_engines()
    cluster["n1"].refuse("create", 500)
    cluster["n2"].refuse("create", 500, "another reason")
    error = cluster.error(wanted())
    assert isinstance(error, PlacementError)
    assert str(error).splitlines()[0].startswith("no node takes web: 0 of 2 nodes: ")
    assert "n1:2375 refuses to create web (status 500): it cannot be done" in str(error)
    assert "n2:2375 refuses to create web (status 500): another reason" in str(error)


def test_other_runs_that_never_leave_the_name_end_the_task_after_twelve_attempts():
    cluster = two_engines()
    cluster["n1"].refuse("create", 409, "it is taken", times=99)
    assert str(cluster.error(wanted())) == (
        "gave up after 12 attempts: other runs keep changing the same containers, or have left some behind: "
        "web: n1: n1:2375 refuses to create web (status 409): it is taken"
    )
    assert cluster["n1"].counts["create"] == 12
    assert [round(seconds, 3) for seconds in cluster.clock.slept] == [0.05, 0.1, 0.2, 0.4, 0.8] + [1.6] * 7


def test_a_refusal_that_would_come_everywhere_is_not_tried_elsewhere():
    cluster = two_engines()
    cluster["n1"].refuse("start", 400, "the command is wrong")
    error = cluster.error(wanted())
    assert str(error).endswith("(status 400): the command is wrong")
    assert (cluster.lines, cluster.acts) == ([], ["create web on n1", "rollback web on n1"])


def test_what_was_created_before_another_one_fits_nowhere_is_told():
    cluster = two_engines()
    cluster["n2"].refuse("create", 500)
    error = cluster.error(wanted(count=2, options={"published_ports": ["80:80"]}))
    assert isinstance(error, PlacementError)
    assert str(error).splitlines()[-1] == "created before that, and kept: web-1"
    assert cluster.lines == ["n1: web-1 running"]
    assert [f"{each['action']} {each['container']}" for each in error.actions] == ["create web-1", "start web-1"]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (2, "web-1, web-2"),
        (5, "web-1, web-2, web-3, web-4, web-5"),
        (6, "web-1, web-2, web-3, web-4, web-5 and 1 more"),
    ],
)
def test_many_that_were_created_before_one_fits_nowhere(kept, told):
    cluster = many(kept + 1)
    cluster.engines[-1].refuse("create", 500)
    error = cluster.error(wanted(count=kept + 1, options={"published_ports": ["80:80"]}))
    assert str(error).splitlines()[-1] == f"created before that, and kept: {told}"


def test_an_image_that_cannot_be_pulled_may_be_on_another_node():
    cluster = many(6, images=())
    cluster["n6"].images["web:1"] = MemoryImage()
    assert cluster.run(wanted()).changed
    assert cluster.lines == ["n6: web running"]
    assert cluster.result.warnings == [
        "web could not be created on n1: n1:2375 refuses to pull web:1 (status 404): manifest for web:1 not found"
    ]


def test_nodes_with_the_image_that_have_no_room_are_followed_by_those_without():
    cluster = many(3, images=())
    cluster["n3"].images["web:1"] = MemoryImage()
    cluster["n3"].add("db", body={"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}}})
    cluster["n2"].registry["web:1"] = MemoryImage()
    cluster.run(wanted(options={"published_ports": ["80:80"]}))
    assert cluster.lines == ["n2: web running", "n3: db running"]


def test_an_image_is_never_pulled_where_the_task_says_so():
    cluster = many(3, images=())
    cluster["n2"].images["web:1"] = MemoryImage()
    cluster.run(wanted(pull="never"))
    assert cluster.lines == ["n2: web running"]
    error = cluster.error(wanted("db", options={"image": "db:1"}, pull="never"))
    assert "the image db:1 is not there, and pull is never" in str(error)


def test_an_image_is_pulled_always_and_told_where_it_changed():
    cluster = many(1, registry={"web:1": MemoryImage(version="new")})
    cluster.run(wanted(pull="always", auth=None))
    assert cluster.acts == ["pull web on n1", "create web on n1", "start web on n1"]
    result = cluster.run(wanted(pull="always"))
    assert (cluster.acts, result.changed) == (["pull web on n1 (unchanged)"], False)
    cluster["n1"].registry["web:1"] = MemoryImage(version="newer")
    cluster.run(wanted(pull="always"), check=True)
    assert cluster.acts == []
    cluster.run(wanted(pull="always", pull_check_mode_always=True), check=True)
    assert cluster.acts == ["pull web on n1"]
    cluster.run(wanted(pull="always"))
    assert cluster.acts[:2] == ["pull web on n1", "create web.new on n1"]


# the family of one name, and no other


def test_a_task_with_a_count_touches_nobody_elses_numbers():
    cluster = two_engines()
    cluster.run(wanted("db", count=4))
    cluster.run(wanted("web", count=2))
    db = ["n1: db-1 running", "n1: db-3 running", "n2: db-2 running", "n2: db-4 running"]
    assert [line for line in cluster.lines if "db" in line] == db
    cluster.run(wanted("web", count=1))
    assert sorted(cluster.acts) == ["remove web-2 on n2", "stop web-2 on n2"]
    assert [line for line in cluster.lines if "db" in line] == db


def test_a_container_that_goes_before_it_is_removed_is_gone():
    cluster = two_engines()
    cluster.run(wanted(count=2))
    cluster["n2"].before("stop", lambda: cluster["n2"].take("web-2"))
    result = cluster.run(wanted(count=1))
    assert (cluster.lines, cluster.acts, result.changed) == (["n1: web-1 running"], [], False)


def test_what_goes_makes_room_for_what_comes():
    cluster = many(1)
    cluster.run(wanted(count=1, options={"published_ports": ["80:80"]}))
    cluster["n1"].find("web-1").name = "other"
    cluster["n1"].find("other").config["Labels"]["classic.swarm.number"] = "7"
    cluster.run(wanted(count=1, options={"published_ports": ["80:80"]}))
    assert cluster["n1"].asked[-4:] == ["stop other", "remove other", "create web-1", "start web-1"]


@pytest.mark.parametrize(("kind", "asked"), [("stop", []), ("remove", ["stop other"])])
def test_what_waits_for_room_goes_on_where_it_cannot_be_made(kind, asked):
    cluster = many(1)
    cluster.run(wanted(count=1))
    cluster["n1"].find("web-1").name = "other"
    cluster["n1"].find("other").config["Labels"]["classic.swarm.number"] = "7"
    cluster["n1"].asked.clear()
    cluster["n1"].refuse(kind, 500)
    error = cluster.error(wanted(count=1))
    assert str(error).startswith("other: n1:2375 refuses to ")
    assert cluster["n1"].asked == [*asked, "create web-1", "start web-1"]


# what cannot be


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda cluster: [cluster["n1"].add("web", id="a" * 64), cluster["n2"].add("web", "exited", id="b" * 64)],
            AmbiguousNameError,
            "'web' is in the cluster 2 times: aaaaaaaaaaaa on n1 (n1:2375), Up 3 minutes; bbbbbbbbbbbb on n2 (n2:2375),"
            " Exited. A name is unique in the cluster: remove or rename all but one",
        ),
    ],
)
def test_what_nobody_can_decide(make, kind, message):
    cluster = two_engines()
    make(cluster)
    error = cluster.error(wanted())
    assert (type(error), str(error)) == (kind, message)


def test_a_container_without_image_is_not_created():
    error = two_engines().error(wanted(options={"image": None}))
    assert (type(error), str(error)) == (ClusterError, "there is no container 'web' yet; to create it, set image")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"links": ["db:db"]}, "links: there is no container 'db' on any of the 2 healthy nodes; create it first"),
        (
            {"volumes_from": ["db"]},
            "volumes_from: there is no container 'db' on any of the 2 healthy nodes; create it first",
        ),
    ],
)
def test_a_container_that_another_one_needs_must_be_there(options, message):
    error = two_engines().error(wanted(options=options))
    assert (type(error), str(error)) == (DependencyError, message)


def test_one_that_is_there_twice_is_no_place_to_be_with():
    cluster = two_engines()
    cluster["n1"].add("db", id="a" * 64)
    cluster["n2"].add("db", id="b" * 64)
    assert str(cluster.error(wanted(options={"links": ["db"]}))) == (
        "links: 'db' is in the cluster 2 times: aaaaaaaaaaaa on n1 (n1:2375), Up 3 minutes; bbbbbbbbbbbb on n2 "
        "(n2:2375), Up 3 minutes. A name is unique in the cluster: remove or rename all but one"
    )


def test_a_cluster_that_cannot_be_read_is_told_before_anything_is_changed():
    cluster = two_engines()
    cluster.failing = {1: DiscoveryError("nothing was found")}
    error = cluster.error(wanted())
    assert (type(error), str(error)) == (DiscoveryError, "nothing was found")


def test_a_cluster_that_cannot_be_read_after_a_change_is_told_with_it():
    cluster = two_engines()
    cluster["n1"].refuse("start", 500)
    cluster.failing = {4: DiscoveryError("nothing was found")}
    error = cluster.error(wanted())
    assert (type(error), str(error)) == (OperationError, "nothing was found")
    assert [f"{each['action']} {each['changed']}" for each in error.actions] == ["create False", "rollback False"]


def test_a_claim_that_nobody_can_confirm_does_not_stay():
    cluster = two_engines()
    cluster.failing = {3: DiscoveryError("nothing was found")}
    error = cluster.error(wanted())
    assert str(error) == "web: nothing was found"
    assert (cluster.lines, cluster.acts) == ([], ["create web on n1", "rollback web on n1"])


# other operators


def test_a_name_that_somebody_takes_meanwhile():
    cluster = two_engines()
    cluster["n1"].after("create", lambda: cluster["n2"].add("web"))
    result = cluster.run(wanted())
    assert (cluster.lines, result.kinds) == (["n2: web running"], {"web": "keep"})
    assert cluster.acts[:2] == ["create web on n1 (unchanged)", "rollback web on n1 (unchanged)"]


def test_a_port_that_somebody_takes_meanwhile():
    cluster = two_engines()
    taken = {"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}}}
    cluster["n1"].after("create", lambda: cluster["n1"].add("db", body=taken))
    cluster.run(wanted(options={"published_ports": ["80:80"]}))
    assert cluster.lines == ["n1: db running", "n2: web running"]
    assert cluster.result.warnings == []


def test_room_that_somebody_takes_while_a_container_is_updated_is_given_back():
    cluster = many(1, memory="4G")
    cluster.run(wanted(options={"memory": "1G"}))
    big = {"HostConfig": {"Memory": 2 << 30}}
    cluster["n1"].after("update", lambda: cluster["n1"].add("db", body=big))
    error = cluster.error(wanted(options={"memory": "3G"}))
    assert isinstance(error, PlacementError)
    assert cluster["n1"].find("web").host_config["Memory"] == 1 << 30
    assert cluster.acts == ["update web on n1 (unchanged)", "restore web on n1 (unchanged)"]


def test_a_first_limit_cannot_be_given_back():
    cluster = many(1, memory="4G")
    cluster.run(wanted())
    big = {"HostConfig": {"Memory": 2 << 30}}
    cluster["n1"].after("update", lambda: cluster["n1"].add("db", body=big))
    assert str(cluster.error(wanted(options={"memory": "3G"}))) == (
        "web was updated on n1, and then: memory 3G: taken on n1 meanwhile. The engine cannot remove a limit, so the "
        "previous values could not be restored; the node is overcommitted until a container is lowered or moved"
    )


def test_a_container_that_goes_in_the_middle_is_made_anew():
    cluster = two_engines()
    cluster.run(wanted(state="present"))
    cluster["n1"].before("start", lambda: cluster["n1"].take("web"))
    cluster.run(wanted())
    assert (cluster.lines, cluster.acts) == (["n1: web running"], ["create web on n1", "start web on n1"])


def test_a_container_that_goes_when_all_is_done():
    cluster = two_engines()
    cluster["n1"].after("start", lambda: cluster["n1"].take("web"))
    error = cluster.error(wanted())
    assert str(error).startswith(
        "web reached the requested state on n1 but was removed before the task finished; if that was not intended, "
        "run the task again: n1:2375 refuses to inspect "
    )


def test_one_that_removes_itself_is_no_failure():
    cluster = many(1, images={"web:1": MemoryImage(exits=0)})
    result = cluster.run(wanted(options={"auto_remove": True}))
    assert (cluster.lines, [member.inspect for member in result.members]) == ([], [None])


@pytest.mark.parametrize(
    ("put", "message"),
    [
        (lambda engine: engine.lose("inspect", arrived=False),
         "web reached the requested state on n1, which then stopped answering: connection refused by n1:2375"),
        (lambda engine: engine.refuse("inspect", 500),
         "web reached the requested state on n1 but cannot be inspected now: n1:2375 refuses to inspect ID "
         "(status 500): it cannot be done"),
    ],
)  # fmt: skip
def test_an_engine_that_cannot_be_asked_when_all_is_done(put, message):
    cluster = many(1)
    cluster["n1"].after("start", lambda: put(cluster["n1"]))
    said = str(cluster.error(wanted()))
    assert said.replace(cluster["n1"].find("web").id[:12], "ID") == message


# what an earlier run left


@pytest.mark.parametrize(("left", "old"), [("web.old", "n1"), ("web.moving", "n1")])
def test_what_an_interrupted_run_left_gets_its_name_back(left, old):
    cluster = two_engines()
    cluster.run(wanted())
    cluster["n1"].find("web").name = left
    result = cluster.run(wanted(), check=True)
    assert (cluster.acts, cluster.lines) == ([f"rename {left} on n1"], [f"n1: {left} running"])
    assert result.warnings == [f"{left} on {old} was left behind by an interrupted run; it is renamed back to web"]
    result = cluster.run(wanted(options=OTHER))
    assert cluster.lines == ["n1: web running"]
    assert cluster.acts[0] == f"rename {left} on n1"
    assert (result.before["web"]["name"], result.after["web"]["name"]) == (left, "web")


def test_a_run_that_was_interrupted_between_two_names_is_told():
    cluster = two_engines()
    cluster.run(wanted(state="present"))
    cluster["n1"].add("web.old", "exited", id="a" * 64)
    new = cluster["n1"].find("web").id[:12]
    error = cluster.error(wanted())
    assert str(error) == (
        f"a previous run was interrupted while replacing web on n1: web ({new}) is the new container and was never "
        "started, web.old (aaaaaaaaaaaa, Exited) is the old one. Remove web.old to continue with the new one, or "
        "remove web, and the next run renames the old one back"
    )
    assert sum(cluster.clock.slept) == pytest.approx(20.0)


def test_another_run_that_is_replacing_is_waited_for():
    cluster = two_engines()
    cluster.run(wanted(state="present"))
    old = cluster["n1"].add("web.old", "exited")
    cluster["n1"].before("read", lambda: cluster["n1"].take("web.old"), nth=4)
    assert old in cluster["n1"].records
    cluster.run(wanted())
    assert cluster.lines == ["n1: web running"]
    assert cluster.clock.slept == [0.5] * len(cluster.clock.slept)


# batches


def test_what_waits_for_another_one_is_started_behind_it():
    images = {"web:1": MemoryImage(healthy_after=2.0)}
    cluster = MemoryCluster(MemoryEngine("n1", images=images))
    batch = shop(
        Entry(wanted("app"), after=(After("db", "healthy"),)),
        wanted("db"),
        Entry(wanted("web"), after=(After("app"),)),
    )
    cluster.run(batch)
    starts = [each for each in cluster["n1"].asked if each.startswith("start")]
    assert starts == ["start db", "start app", "start web"]
    assert sum(cluster.clock.slept) >= 2.0
    result = cluster.run(batch)
    assert (cluster.acts, result.changed) == ([], False)


@pytest.mark.parametrize("status", [0, 3])
def test_what_waits_for_another_ones_end(status):
    images = {"web:1": MemoryImage(), "job:1": MemoryImage(exits=status)}
    cluster = MemoryCluster(MemoryEngine("n1", images=images))
    batch = shop(Entry(wanted("app"), after=(After("job", "completed"),)), wanted("job", options={"image": "job:1"}))
    if not status:
        cluster.run(batch)
        assert cluster["n1"].asked[-1] == "start app"
        return
    assert str(cluster.error(batch)) == (
        "app: not started, as it waits for job, which failed; "
        "job on n1 ended with status 3, and others wait for its success"
    )
    assert cluster.lines == ["n1: job exited"]


def test_one_that_others_wait_for_fails():
    cluster = many(1)
    cluster["n1"].refuse("start", 400, times=99)
    batch = shop(wanted("db"), Entry(wanted("app"), after=(After("db"),)), Entry(wanted("web"), after=(After("app"),)))
    said = str(cluster.error(batch))
    assert "app: not started, as it waits for db, which failed; " in said
    assert said.endswith("web: not started, as it waits for app, which failed")
    assert cluster.lines == []


def test_the_containers_of_a_group_that_are_not_listed_any_more():
    cluster = two_engines()

    def group(*names, remove=False):
        return shop(*(wanted(name, group="shop") for name in names), group="shop", remove_orphans=remove)

    cluster.run(group("web", "db"))
    cluster.run(wanted("other"))
    result = cluster.run(group("db"))
    assert (cluster.acts, result.warnings) == (
        [],
        ["web on n1 is of group shop and not listed; it stays (orphans: remove would remove it)"],
    )
    cluster.run(group("db", remove=True))
    assert cluster.acts == ["stop web on n1", "remove web on n1"]
    assert cluster.lines == ["n1: other running", "n2: db running"]


def test_one_on_every_node():
    cluster = many(3)
    cluster.run(shop(Entry(wanted("cache", constraints=["node!=n2"]), per_node=True)))
    assert cluster.lines == ["n1: cache-n1 running", "n3: cache-n3 running"]


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_one_that_fits_nowhere(all_or_nothing):
    cluster = two_engines()
    batch = shop(wanted("big", options={"memory": "99G"}), wanted("web"), all_or_nothing=all_or_nothing)
    if all_or_nothing:
        error = cluster.error(batch)
        assert isinstance(error, PlacementError)
        assert str(error).startswith(
            "no node takes big (1 of 2 containers fit nowhere, and the others were not created"
        )
        assert cluster.lines == []
        return
    result = cluster.run(batch)
    assert cluster.lines == ["n1: web running"]
    assert [each.request.name for each in result.refused] == ["big"]
    assert result.warnings == ["big fits on no node: 0 of 2 nodes: 2 memory 99G"]


def test_two_images_on_one_node_are_both_pulled_and_one_for_two_once():
    cluster = many(1, images=(), registry=("one:1", "two:1"))
    cluster.run(
        shop(
            wanted("aa", options={"image": "one:1"}),
            wanted("bb", options={"image": "two:1"}),
            wanted("cc", options={"image": "two:1"}),
        )
    )
    assert sorted(each for each in cluster["n1"].asked if each.startswith("pull")) == ["pull one:1", "pull two:1"]
    assert cluster.lines == ["n1: aa running", "n1: bb running", "n1: cc running"]
    assert sorted(act for act in cluster.acts if act.startswith("pull")) == ["pull aa on n1", "pull bb on n1"]


def test_a_pull_that_several_wait_for_fails_them_all():
    cluster = many(2, images=(), registry=("web:1",))
    cluster["n1"].refuse("pull", 500)
    cluster.run(wanted(count=3), strategy="binpack")
    assert cluster.lines == ["n2: web-1 running", "n2: web-2 running", "n2: web-3 running"]


def test_one_step_after_another_where_the_budget_is_one():
    cluster = many(2)
    cluster.run(shop(wanted(count=4), budgets=Budgets(in_all=1, per_node=1, per_group=1)))
    assert [line.endswith("running") for line in cluster.lines] == [True] * 4


def test_output_and_status_of_a_container_that_is_waited_for():
    images = {"web:1": MemoryImage(exits=4, exits_after=3.0, prints="hello")}
    cluster = MemoryCluster(MemoryEngine("n1", images=images))
    (member,) = cluster.run(wanted(detach=False)).members
    assert (member.status, member.output, member.inspect["State"]["Status"]) == (4, "hello", "exited")
    cluster.run(wanted("job", detach=False, cleanup=True))
    assert cluster.lines == ["n1: web exited"]


def test_a_container_that_does_not_become_healthy_goes():
    images = {"web:1": MemoryImage(healthy_after=float("inf"), prints=" not yet ")}
    cluster = MemoryCluster(MemoryEngine("n1", images=images))
    error = cluster.error(wanted(state="healthy", healthy_wait_timeout=5))
    assert str(error) == (
        "web on n1 is starting after 5 s, not healthy (healthy_wait_timeout); its last check printed: not yet"
    )
    assert sum(cluster.clock.slept) == 5.0


def test_check_mode_knows_networks_that_no_node_has():
    cluster = many(15)
    options = {"networks": [{"name": "nowhere"}], "networks_cli_compatible": True}
    said = []
    for check in (True, False):
        error = cluster.error(wanted(options=options, createretry=13), check=check)
        assert isinstance(error, OperationError)
        said.append(str(error))
    assert said[0] == "web could not be created on n8: there is no network nowhere on n8"
    assert said[1].startswith("web failed on 14 nodes (createretry is 13); the last one, n8: n8:2375 refuses to start ")
