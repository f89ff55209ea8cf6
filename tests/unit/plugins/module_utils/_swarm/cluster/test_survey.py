# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there already: of this task's family and group, and of no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import ORPHAN, Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Tools
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.survey import (
    Existing,
    Surveyor,
    asked_networks,
    check_dependencies,
    find_half_replaced,
    find_orphans,
    find_surplus,
    is_being_replaced,
    locate,
    named_networks,
    without_own_labels,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    AmbiguousNameError,
    ClusterError,
    DependencyError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health

from tests.unit.builders import container, down, node
from tests.unit.memory_engine import MemoryEngine, MemoryImage
from tests.unit.memory_view import MemoryCluster
from tests.unit.tasks import wanted

OURS = {"classic.swarm.reservation": '{"cpus":0,"memory":0}', "classic.swarm.ports": "[]"}


def numbered(name, number, called="", **more):
    labels = {**OURS, "classic.swarm.name": name, "classic.swarm.number": str(number), **more}
    return container(called or f"{name}-{number}", labels=labels)


def grouped(name, group="shop", **more):
    return container(name, labels={**OURS, "classic.swarm.group": group, **more})


def snapshot(*nodes):
    return Snapshot(tuple(nodes))


def test_surplus_is_of_this_family_alone():
    here = node("n1", numbered("web", 1), numbered("web", 2), numbered("db", 2), numbered("db", 3), numbered("web", 10))
    there = node("n2", numbered("web", 3, "renamed"), numbered("we", 4), container("web-7"), numbered("db", 4))
    silent = replace(node("n3", numbered("web", 5)), health=Health.UNHEALTHY)
    found = find_surplus(wanted("web", count=1), snapshot(here, there, silent), 4)
    assert [(member, place.name, each.name) for member, place, each in found] == [
        (Member("web-10", 10, 4), "n1", "web-10"),
        (Member("renamed", 3, 4), "n2", "renamed"),
        (Member("web-2", 2, 4), "n1", "web-2"),
    ]
    assert find_surplus(wanted("web"), snapshot(here, there)) == ()
    assert [member.entry for member, _node, _each in find_surplus(wanted("db", count=3), snapshot(there))] == [0]


def test_orphans_are_of_this_group_and_listed_nowhere():
    batch = Batch(
        (Entry(wanted("web", count=2)), Entry(wanted("cache"), per_node=True), Entry(wanted("db"))), group="shop"
    )
    here = node(
        "n1",
        grouped("zz"),
        grouped("db"),
        grouped("db.old"),
        grouped("db.new"),
        grouped("db.moving"),
        grouped("cache"),
        grouped("cache-n1"),
        grouped("cache-n9"),
        grouped("other", "garden"),
        container("plain"),
        numbered("web", 7, **{"classic.swarm.group": "shop"}),
        numbered("job", 7, **{"classic.swarm.group": "shop"}),
    )
    there = node("n2", grouped("aa"))
    silent = replace(node("n3", grouped("silent")), health=Health.UNHEALTHY)
    seen = snapshot(here, there, silent)
    found = find_orphans(batch, batch.members(seen.nodes), seen)
    assert [(member, place.name) for member, place, _each in found] == [
        (Member("aa", entry=ORPHAN), "n2"),
        (Member("cache-n9", entry=ORPHAN), "n1"),
        (Member("job-7", entry=ORPHAN), "n1"),
        (Member("zz", entry=ORPHAN), "n1"),
    ]
    assert find_orphans(replace(batch, group=None), (), seen) == ()


def test_the_one_place_of_a_name():
    one, two = container("web", id="a" * 64, status="Up 2 hours"), container("web", id="b" * 64, state="exited")
    assert locate(snapshot(node("n1", one)), "web")[1] is one
    assert locate(snapshot(node("n1", one)), "a" * 12)[1] is one
    assert locate(snapshot(node("n1", one)), "db") is None
    with pytest.raises(AmbiguousNameError) as caught:
        locate(snapshot(node("n1", one), node("n2", two)), "web")
    assert str(caught.value) == (
        "'web' is in the cluster 2 times: aaaaaaaaaaaa on n1 (n1:2375), Up 2 hours; bbbbbbbbbbbb on n2 (n2:2375), "
        "exited. A name is unique in the cluster: remove or rename all but one"
    )


def made(name, state="created", **more):
    return container(name, state=state, labels=OURS, **more)


HALF = (
    "a previous run was interrupted while replacing web on n1: web (aaaaaaaaaaaa) is the new container and was never "
    "started, web.old (bbbbbbbbbbbb, Up 2 hours) is the old one. Remove web.old to continue with the new one, or "
    "remove web, and the next run renames the old one back"
)
OLD = container("web.old", id="b" * 64, status="Up 2 hours")
NEW = made("web", id="a" * 64)


@pytest.mark.parametrize(
    ("nodes", "half", "replacing"),
    [
        ([node("n1", NEW, OLD)], HALF, False),
        ([node("n1", replace(NEW, state="running"), OLD)], "", False),
        ([node("n1", replace(NEW, labels={}), OLD)], "", False),
        ([node("n1", NEW), node("n2", OLD)], "", False),
        ([node("n1", NEW)], "", False),
        ([node("n1", container("web"), made("web.new"))], "", True),
        ([node("n1", container("web"), made("web.new", "running"))], "", False),
        ([node("n1", container("web"), container("web.new", state="created"))], "", False),
        ([node("n1", made("web", id="1"), made("web", id="2"))], "", True),
        ([node("n1", container("web")), node("n2", container("web"))], "", False),
        ([node("n1", container("db"), made("db.new"))], "", False),
        ([node("n1", made("other"), OLD)], "", False),
    ],
)
def test_another_run_is_at_a_member(nodes, half, replacing):
    members = [Member("first"), Member("web")]
    assert find_half_replaced(members, snapshot(*nodes)) == half
    assert is_being_replaced(members, snapshot(*nodes)) is replacing


def test_what_a_container_depends_on():
    task = wanted(options={"links": ["db:x"], "volumes_from": ["data"]})
    seen = snapshot(node("n1", container("data")), node("n2"), down("n3"))
    with pytest.raises(DependencyError) as caught:
        check_dependencies(task, seen)
    assert str(caught.value) == ("links: there is no container 'db' on any of the 2 healthy nodes; create it first")
    check_dependencies(task, seen, {"db"})
    with pytest.raises(DependencyError, match=r"^volumes_from: 'data' is in the cluster 2 times: "):
        check_dependencies(task, snapshot(node("n1", container("data")), node("n2", container("data"))), {"db"})


@pytest.mark.parametrize(
    ("options", "asked", "named"),
    [
        ({}, (), ()),
        ({"published_ports": ["80:80"]}, ("bridge",), ()),
        ({"published_ports": ["80:80"], "default_host_ip": "1.2.3.4"}, (), ()),
        ({"networks": [{"name": "a1"}, {"name": "bridge"}, {"name": "b1"}]}, (), ("a1", "b1")),
        ({"networks": [{"name": "a1"}, {"name": "b1"}], "published_ports": ["80:80"]}, ("a1", "b1"), ("a1", "b1")),
        ({"network_mode": "mine", "networks": [{"name": "mine"}, {"name": "x1"}]}, (), ("mine", "x1")),
        ({"network_mode": "mine"}, (), ("mine",)),
        ({"network_mode": "host"}, (), ()),
        ({"network_mode": "none"}, (), ()),
        ({"network_mode": "default"}, (), ()),
        ({"network_mode": "container:db"}, (), ()),
    ],
)
def test_networks_that_are_asked_for(options, asked, named):
    task = wanted(options={**options, "networks_cli_compatible": True})
    assert (asked_networks(task), named_networks(task)) == (asked, named)


def test_labels_of_our_own_do_not_count():
    reply = {"Id": "x", "Config": {"Image": "web:1", "Labels": {**OURS, "a": "b"}}}
    assert without_own_labels(reply) == {"Id": "x", "Config": {"Image": "web:1", "Labels": {"a": "b"}}}
    assert reply["Config"]["Labels"]["classic.swarm.ports"] == "[]"
    assert without_own_labels({"Config": None}) == {"Config": {"Labels": {}}}
    assert without_own_labels({"Config": {"Labels": None}}) == {"Config": {"Labels": {}}}


@pytest.mark.parametrize(
    ("inspect", "running", "paused", "auto_remove"),
    [
        ({}, False, False, False),
        ({"State": {"Running": True}}, True, False, False),
        ({"State": {"Running": True, "Dead": True}}, False, False, False),
        ({"State": {"Running": True, "Paused": True}, "HostConfig": {"AutoRemove": True}}, True, True, True),
        ({"State": None, "HostConfig": None}, False, False, False),
    ],
)
def test_the_state_of_one_that_is_there(inspect, running, paused, auto_remove):
    existing = Existing(Member("web"), node("n1"), "id", inspect)
    assert (existing.running, existing.paused, existing.auto_remove) == (running, paused, auto_remove)


# asked of engines


def survey_of(cluster, task, *members, check=False, surveyor=None):
    batch = task if isinstance(task, Batch) else Batch.of(task)
    tools = Tools(cluster.view, cluster.clock, Secrets(), lambda _step, _container: "")
    surveyor = surveyor or Surveyor(batch, tools, check)
    seen = cluster.view.nodes(Needs())
    return surveyor.survey(seen, members or batch.members(seen.nodes)), surveyor


def test_a_survey():
    cluster = MemoryCluster(MemoryEngine("n1"), MemoryEngine("n2"))
    cluster.run(wanted("web", count=4))
    cluster["n1"].find("web-1").name = "web-1.old"
    cluster["n2"].find("web-2").name = "web-2.moving"
    survey, _surveyor = survey_of(cluster, wanted("web", count=3))
    assert sorted(survey.existing) == ["web-3"]
    assert {name: left.member for name, left in survey.unfinished.items()} == {
        "web-1": Member("web-1.old", 1),
        "web-2": Member("web-2.moving", 2),
    }
    assert [(each.member, each.node.name) for each in survey.surplus] == [(Member("web-4", 4), "n2")]
    assert (survey.actions, survey.orphans) == ((), ())
    there = survey.existing["web-3"]
    assert (there.node.name, there.api_version, there.default_host_ip, there.host_info) == (
        "n1",
        (1, 41),
        "0.0.0.0",
        {},
    )
    assert there.id == cluster["n1"].find("web-3").id
    assert there.inspect["Config"]["Labels"] == {}
    assert there.image == there.comparison_image == {"Id": cluster["n1"].images["web:1"].id_of("web:1"), "Config": {}}
    assert there.own_image is None


def test_one_that_goes_while_it_is_looked_at_is_not_there():
    cluster = MemoryCluster(MemoryEngine("n1"))
    cluster.run(wanted())
    cluster["n1"].before("inspect", lambda: cluster["n1"].take("web"))
    assert survey_of(cluster, wanted())[0].existing == {}
    cluster.run(wanted())
    cluster["n1"].find("web").gone = 99.0
    assert survey_of(cluster, wanted())[0].existing == {}


def test_an_id_goes_before_the_name():
    cluster = MemoryCluster(MemoryEngine("n1"))
    cluster.run(wanted())
    identity = cluster["n1"].find("web").id
    cluster["n1"].find("web").name = "renamed"
    survey, _surveyor = survey_of(cluster, wanted(identity=identity))
    assert survey.existing["web"].id == identity
    assert survey_of(cluster, wanted("other", identity="f" * 64))[0].existing == {}


@pytest.mark.parametrize(
    ("fields", "own", "compared"),
    [
        ({}, False, "web:1"),
        ({"current_image": True}, True, "old"),
        ({"options": {"platform": "linux/amd64"}}, True, "web:1"),
        ({"options": {"image": None}}, True, "old"),
    ],
)
def test_the_images_that_a_comparison_needs(fields, own, compared):
    cluster = MemoryCluster(MemoryEngine("n1"))
    cluster.run(wanted())
    engine = cluster["n1"]
    old = engine.find("web").image_id
    engine.images = {"old": MemoryImage(), "web:1": MemoryImage(version="new")}
    engine.find("web").image_id = engine.images["old"].id_of("old")
    there = survey_of(cluster, wanted(**fields))[0].existing["web"]
    assert (there.own_image is not None) is own
    assert there.comparison_image["Id"] == engine.images[compared].id_of(compared) != old
    assert bool(there.host_info) is ("platform" in fields.get("options", {}))


@pytest.mark.parametrize(
    ("pull", "there", "check", "always", "told"),
    [
        ("missing", True, False, False, []),
        ("missing", False, False, False, [True]),
        ("missing", False, True, False, [True]),
        ("always", True, False, False, [False]),
        ("always", True, True, False, []),
        ("always", True, True, True, [True]),
        ("always", False, True, False, [True]),
        ("never", True, False, False, []),
    ],
)
def test_images_come_to_be_compared_with(pull, there, check, always, told):
    cluster = MemoryCluster(MemoryEngine("n1", registry=("app:1",)))
    cluster.run(wanted())
    if there:
        cluster["n1"].images["app:1"] = MemoryImage()
    task = wanted(options={"image": "app:1"}, pull=pull, pull_check_mode_always=always, auth=Auth("me", "secret"))
    survey, surveyor = survey_of(cluster, task, check=check)
    assert [action["changed"] for action in survey.actions] == told
    assert [action["image"] for action in survey.actions] == ["app:1"] * len(told)
    pulled = bool(told) and not check
    assert cluster["n1"].auths == ([Auth("me", "secret")] if pulled else [])
    # once in a task
    again, _surveyor = survey_of(cluster, task, surveyor=surveyor)
    assert again.actions == ()


def test_an_image_that_is_not_there_and_never_pulled():
    cluster = MemoryCluster(MemoryEngine("n1"))
    cluster.run(wanted())
    with pytest.raises(ClusterError) as caught:
        survey_of(cluster, wanted(options={"image": "app:1"}, pull="never"))
    assert str(caught.value) == "the image app:1 is not on n1, and pull is never"


@pytest.mark.parametrize(
    "fields", [{"state": "absent"}, {"options": {"image": None}}, {"options": {"image": "sha256:" + "1" * 64}}]
)
def test_no_image_comes_where_none_is_compared(fields):
    cluster = MemoryCluster(MemoryEngine("n1"))
    cluster.run(wanted())
    survey, _surveyor = survey_of(cluster, wanted(**{"options": {"image": "app:1"}, **fields}))
    assert survey.actions == ()
