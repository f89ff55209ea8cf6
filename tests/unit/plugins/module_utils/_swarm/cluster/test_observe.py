# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of a cluster a task reads before it decides, and what it does with what it finds only then."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.observe import is_about_room
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.placement import (
    Placement,
    PlacementError,
    Verdict,
)

from tests.unit.builders import request
from tests.unit.memory_engine import MemoryEngine, MemoryImage
from tests.unit.memory_view import MemoryCluster
from tests.unit.tasks import wanted

FOREIGN = {"HostConfig": {"Memory": 1 << 30}}


def cluster_of(count=2, **more):
    return MemoryCluster(*(MemoryEngine(f"n{number}", **more) for number in range(1, count + 1)))


def reads(cluster):
    """What was read, one word each: names, images, foreign, exact, and the nodes where it was not all."""
    told = []
    for read in cluster.view.reads:
        needs, where = (read, "") if isinstance(read, Needs) else (read[1], ",".join(sorted(read[0])) + " ")
        words = [
            "names" if needs.lists is not None else "all",
            *(word for word in ("images", "foreign", "exact", "ports") if getattr(needs, word)),
            *(f"foreign on {address}" for address in sorted(needs.foreign_on)),
            *(f"exact on {address}" for address in sorted(needs.exact_on)),
            *(f"all on {address}" for address in sorted(needs.whole_on)),
            *(f"new on {address}" for address in sorted(needs.since)),
        ]
        told.append(where + " ".join(words))
    return told


@pytest.fixture
def confirming():
    """In place of the folder's: here it is told which of the two ways is taken."""


def test_beside_many_containers_a_claim_is_confirmed_by_what_came_since_the_plan():
    cluster = cluster_of(1)
    for number in range(10):
        cluster["n1"].add(f"other-{number}")
    cluster.run(wanted())
    last = cluster["n1"].find("other-9").id
    assert reads(cluster) == ["names", "all", f"names new on {N1}"]
    assert cluster.view.reads[-1].since == {N1: last}


@pytest.mark.parametrize(("count", "first"), [(100, "names"), (101, "all")])
def test_of_a_task_with_many_containers_names_are_not_asked_for_first(count, first):
    cluster = cluster_of(1)
    cluster.run(wanted(count=count))
    assert reads(cluster)[0] == first


def test_where_memory_is_claimed_all_of_a_node_is_read_again_beside_many_containers_too():
    cluster = cluster_of(1)
    for number in range(10):
        cluster["n1"].add(f"other-{number}")
    cluster.run(wanted(options={"memory": "1G"}))
    assert reads(cluster)[-1] == f"names ports exact on {N1} all on {N1}"


N1 = "n1:2375"
PORT = {"published_ports": ["80:80"]}
CLAIM = f"names all on {N1}"


@pytest.mark.parametrize(
    ("there", "foreign", "fields", "settings", "expected"),
    [
        pytest.param(None, False, {}, {}, ["names", "all", CLAIM], id="create"),
        pytest.param(None, True, {}, {}, ["names", "all", CLAIM], id="create beside others"),
        pytest.param(
            None, False, {"options": PORT}, {}, ["names", "all", f"names ports all on {N1}"], id="create with a port"
        ),
        pytest.param(
            None,
            True,
            {"options": PORT},
            {},
            ["names", "all", f"names ports all on {N1}"],
            id="create with a port beside others",
        ),
        pytest.param(
            None,
            False,
            {"options": {"memory": "1G"}},
            {},
            [
                "names",
                f"all foreign on {N1} foreign on n2:2375",
                f"{N1} all exact",
                f"names ports exact on {N1} all on {N1}",
            ],
            id="create with memory",
        ),
        pytest.param(
            None,
            True,
            {"options": {"memory": "1G"}},
            {},
            [
                "names",
                f"all foreign on {N1} foreign on n2:2375",
                f"{N1} all exact",
                f"names ports exact on {N1} all on {N1}",
            ],
            id="create with memory beside others",
        ),
        pytest.param(
            None,
            True,
            {},
            {"strategy": "balanced"},
            ["names", f"all foreign on {N1} foreign on n2:2375", f"names ports all on {N1}"],
            id="create where a ranking weighs",
        ),
        pytest.param(None, False, {"pull": "never"}, {}, ["names", "all images", CLAIM], id="create, never pull"),
        pytest.param(
            None, False, {"affinities": ["image==web"]}, {}, ["names", "all images", CLAIM], id="create, image affinity"
        ),
        pytest.param(None, False, {"state": "absent"}, {}, ["names", "all"], id="absent that is not there"),
        pytest.param({}, True, {}, {}, ["names", f"{N1} all"], id="keep"),
        pytest.param({}, False, {"pull": "never"}, {}, ["names", f"{N1} all images"], id="keep, never pull"),
        pytest.param({}, True, {"state": "absent"}, {}, ["names", f"{N1} all"], id="remove"),
        pytest.param(
            {}, True, {"options": {"hostname": "x"}}, {}, ["names", f"{N1} all", f"names all on {N1}"], id="recreate"
        ),
        pytest.param(
            {},
            False,
            {"options": {"memory": "1G"}},
            {},
            ["names", f"{N1} all", f"{N1} all exact", f"{N1} all exact"],
            id="update that takes room",
        ),
        pytest.param({}, False, {"constraints": ["node==n2"]}, {}, ["names", f"{N1} all", "all"], id="misplaced"),
        pytest.param(
            {},
            False,
            {"constraints": ["node==n2"], "relocate": "when_needed"},
            {},
            ["names", f"{N1} all", "all", "names all on n2:2375"],
            id="relocate",
        ),
    ],
)
def test_what_a_task_reads(there, foreign, fields, settings, expected):
    cluster = cluster_of()
    if there is not None:
        cluster.run(wanted(**there))
    if foreign:
        cluster["n2" if there is None else "n1"].add("other", body=FOREIGN)
    cluster.run(wanted(**fields), **settings)
    assert reads(cluster) == expected


def test_explaining_and_what_may_be_an_id_read_all_at_once():
    cluster = cluster_of()
    cluster.run(wanted(), explain=True)
    assert reads(cluster) == ["all", CLAIM]
    cluster.run(wanted("0123456789ab"))
    assert reads(cluster) == ["all", "all all on n2:2375"]


def test_a_task_on_each_node_and_one_that_depends_read_all_at_once():
    cluster = cluster_of(1)
    cluster.run(Batch((Entry(wanted("cache"), per_node=True),)))
    assert reads(cluster)[0] == "all"
    cluster.run(wanted(options={"volumes_from": ["cache-n1"]}))
    assert reads(cluster)[0] == "all"


def test_what_others_hold_decides_though_no_list_tells_it():
    cluster = cluster_of(memory="4G")
    cluster["n1"].add("other", body={"HostConfig": {"Memory": 3 << 30}})
    cluster.run(wanted(options={"memory": "2G"}))
    assert [line for line in cluster.lines if "web" in line] == ["n2: web running"]


def test_a_stopped_container_of_somebody_else_holds_its_port():
    cluster = cluster_of()
    cluster["n1"].add("other", "exited", body={"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}}})
    cluster.run(wanted(options=PORT))
    assert [line for line in cluster.lines if "web" in line] == ["n2: web running"]
    assert reads(cluster) == ["names", "all", "n1:2375 all ports", "names ports all on n2:2375"]


@pytest.mark.parametrize(("now", "where"), [(3 << 30, "n2"), (1 << 20, "n1")])
def test_what_our_own_hold_now_decides_and_not_what_their_labels_say(now, where):
    cluster = cluster_of(memory="4G")
    said = 0 if where == "n2" else 3 << 30
    label = {"classic.swarm.reservation": f'{{"cpus":0,"memory":{said}}}', "classic.swarm.ports": "[]"}
    if where == "n1":
        cluster["n2"].add("big", body={"HostConfig": {"Memory": 4 << 30}})
    cluster["n1"].add("db", body={"Labels": label, "HostConfig": {"Memory": now}})
    cluster.run(wanted(options={"memory": "2G"}))
    assert f"{where}: web running" in cluster.lines


def test_where_there_is_no_room_only_what_may_be_behind_is_looked_at():
    cluster = cluster_of(memory="4G")
    everything = "all foreign on n1:2375 foreign on n2:2375"
    error = cluster.error(wanted(options={"memory": "5G"}))
    assert isinstance(error, PlacementError)
    assert reads(cluster) == ["names", everything]
    cluster.run(wanted("db"))
    cluster.error(wanted(options={"memory": "5G"}))
    assert reads(cluster) == ["names", everything, "n1:2375 all exact"]
    cluster.error(wanted(constraints=["node==n3"]))
    assert reads(cluster) == ["names", "all"]
    # of nodes that are refused for other reasons, too, nothing more is asked
    cluster.error(wanted(options={"memory": "5G"}, constraints=["node==n2"]))
    assert reads(cluster) == ["names", "all foreign on n2:2375"]


def refused(filter_name, **fields):
    verdicts = (
        Verdict("constraint", "n1", "n1:2375", True),
        Verdict(filter_name, "n2", "n2:2375", False, "x"),
    )
    return Placement(request(**fields), "spread", None, (), verdicts, 2)


@pytest.mark.parametrize(
    ("placements", "expected"),
    [
        ([refused("constraint")], False),
        ([refused("port")], True),
        ([refused("resources")], True),
        ([refused("containerslots")], False),
        ([refused("constraint")] * 4 + [refused("port")], True),
        ([refused("constraint")] * 5 + [refused("port")], False),
        ([refused("constraint")] * 5 + [refused("port", memory="1G")], True),
        ([refused("constraint")] * 5 + [refused("port", ports=("80/tcp",))], True),
        ([Placement(request(), "spread", None, (), (Verdict("port", "n1", "n1:2375", True),), 1)], False),
    ],
)
def test_whether_a_refusal_is_about_room(placements, expected):
    assert is_about_room(PlacementError("no", placements)) is expected


# on which address ports are published


def bound(cluster, name="web"):
    return cluster["n1"].find(name).host_config["PortBindings"]["80/tcp"][0]["HostIp"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "10.0.0.7"),
        ({"default_host_ip": "10.0.0.9"}, "10.0.0.9"),
        ({"networks": [{"name": "net"}], "networks_cli_compatible": True}, "10.0.0.8"),
        ({"networks": [{"name": "plain"}, {"name": "net"}], "networks_cli_compatible": True}, "10.0.0.8"),
        ({"networks": [{"name": "overlay"}], "networks_cli_compatible": True}, "0.0.0.0"),
        ({"networks": [{"name": "plain"}], "networks_cli_compatible": True}, "0.0.0.0"),
    ],
)
def test_ports_are_published_where_the_first_bridge_network_says(options, expected):
    key = "com.docker.network.bridge.host_binding_ipv4"
    cluster = cluster_of(1, networks=("net", "plain", "overlay"))
    networks = cluster["n1"].networks
    networks["bridge"]["Options"], networks["net"]["Options"] = {key: "10.0.0.7"}, {key: "10.0.0.8"}
    networks["overlay"].update(Driver="overlay", Options={key: "10.0.0.6"})
    task = wanted(options={**PORT, **options})
    cluster.run(task)
    assert bound(cluster) == expected
    asked = cluster["n1"].counts.get("inspect_network", 0)
    assert (asked == 0) is ("default_host_ip" in options)
    assert cluster.run(task).changed is False
    cluster.run(wanted(options={**PORT, **options, "hostname": "other"}))
    assert (bound(cluster), cluster["n1"].find("web").config["Hostname"]) == (expected, "other")


def test_an_engine_that_does_not_answer_for_a_moment_when_it_is_asked_for_an_address():
    cluster = cluster_of(1)
    cluster["n1"].lose("inspect_network", arrived=False)
    cluster.run(wanted(options=PORT))
    assert bound(cluster) == "0.0.0.0"


def test_what_stays_is_explained_by_its_own_node_or_by_all():
    cluster = cluster_of(3)
    cluster.run(wanted())
    (member,) = cluster.run(wanted()).members
    assert (member.placement.nodes, member.placement.node.name) == (1, "n1")
    (member,) = cluster.run(wanted(constraints=["node!=n9"]), explain=True).members
    assert (member.placement.nodes, member.placement.node.name) == (3, "n1")
    assert {verdict.node for verdict in member.placement.verdicts if verdict.passed} == {"n1", "n2", "n3"}
    (member,) = cluster.run(wanted(constraints=["node!=n9"])).members
    assert [verdict for verdict in member.placement.verdicts if verdict.passed] == []


def test_an_engine_that_stops_answering_when_it_is_asked_for_an_address():
    cluster = cluster_of()
    cluster["n1"].lose("inspect_network", arrived=False, stays=True)
    cluster.run(wanted(options=PORT))
    assert cluster["n2"].lines() == ["n2: web running"]
    assert cluster.result.warnings[0] == "web could not be created on n1: connection refused by n1:2375"


# pulls that would do nothing


@pytest.mark.parametrize(
    ("pull", "present", "check", "always", "told"),
    [
        ("missing", True, False, False, False),
        ("missing", False, False, False, True),
        ("missing", True, True, False, False),
        ("missing", False, True, False, True),
        ("always", True, False, False, True),
        ("always", True, True, False, False),
        ("always", True, True, True, True),
        ("always", False, True, False, True),
    ],
)
def test_pulls_that_would_do_nothing_are_left_out(pull, present, check, always, told):
    cluster = cluster_of(1, images=("web:1",) if present else (), registry={"web:1": MemoryImage(version="new")})
    cluster.run(wanted(pull=pull, pull_check_mode_always=always), check=check)
    assert ("pull web on n1" in cluster.acts) is told


def test_an_engine_that_stops_answering_when_it_is_asked_for_an_image():
    cluster = cluster_of()
    cluster["n1"].lose("inspect_image", arrived=False, stays=True)
    cluster.run(wanted())
    assert cluster["n2"].lines() == ["n2: web running"]


def test_the_nodes_of_many_new_containers_are_looked_at_when_they_are_confirmed_and_not_before():
    few, many, checked = cluster_of(), cluster_of(), cluster_of()
    few.run(wanted(options={"memory": "1M"}, count=20))
    many.run(wanted(options={"memory": "1M"}, count=21))
    checked.run(wanted(options={"memory": "1M"}, count=21), check=True)
    looks = [[read for read in reads(cluster) if read.endswith("all exact")] for cluster in (few, many, checked)]
    assert [len(look) for look in looks] == [1, 0, 1]
