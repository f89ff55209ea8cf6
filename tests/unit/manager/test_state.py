# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the cluster, fed with what engines list: who is found by what, and what lists are made of it."""

from __future__ import annotations

import asyncio
import json
import typing as t

import pytest
from classic_swarm._swarm.discovery.entry import parse_entry
from classic_swarm._swarm.model.ports import HostPortRequest
from classic_swarm._swarm.model.request import Request
from classic_swarm._swarm.model.resources import Reservation
from classic_swarm._swarm.settings import DiscoverySettings, EngineSettings
from classic_swarm.manager.engines.connections import EngineConnections
from classic_swarm.manager.errors import NotFoundError, UnhealthyError
from classic_swarm.manager.settings import ManagerSettings
from classic_swarm.manager.state.cluster import HEALTHY, UNHEALTHY, Cluster, Node, TwinError
from classic_swarm.manager.state.listing import Variant
from classic_swarm.manager.state.warming import warm

NOW = 1_800_000_000.0
OWN = {"classic.swarm.reservation": '{"cpus":1,"memory":1048576}', "classic.swarm.ports": "[]"}


def listed(identity: str, name: str, **more: t.Any) -> dict[str, t.Any]:
    entry = {
        "Id": identity * (64 // len(identity)), "Names": [f"/{name}"], "Image": "web:1", "Created": 1000,
        "ImageID": "sha256:" + "e" * 64, "Ports": [], "Labels": OWN, "State": "running", "Status": "Up 3 minutes",
        "HostConfig": {"NetworkMode": "default"}, "NetworkSettings": {"Networks": {}}, "Mounts": [],
    }  # fmt: skip
    return {**entry, **more}


def make_cluster() -> Cluster:
    settings = ManagerSettings(DiscoverySettings(source="10.0.0.1:2375"))
    return Cluster(EngineConnections(EngineSettings()), settings, print)


@pytest.fixture
def cluster() -> Cluster:
    return make_cluster()


def set_containers(cluster: Cluster, node: Node, containers: t.Sequence[t.Any], number: int) -> None:
    cluster.set_containers(node, containers, number, NOW, json.dumps(containers).encode())


def add_node(cluster: Cluster, number: int, *containers: t.Mapping[str, t.Any], name: str | None = None) -> Node:
    node = cluster.join(parse_entry(f"10.0.0.{number}:2375"))
    cluster.set_info(
        node,
        {
            "Name": name or f"n{number}",
            "ID": f"ID{number}",
            "NCPU": 4,
            "MemTotal": 2**30,
            "Labels": [f"zone=z{number}"],
        },
    )
    set_containers(cluster, node, containers, cluster.next_number())
    cluster.set_health(node, HEALTHY)
    return node


def find(cluster: Cluster, reference: str) -> str:
    node, container = asyncio.run(cluster.find_container(reference))
    return f"{node.name}/{container.model.name}"


def test_a_container_is_found_by_each_of_its_names(cluster: Cluster) -> None:
    swarm_id = "5" * 32 + "6" * 32
    add_node(cluster, 1, listed("ab", "app"), listed("cd", "abab", Labels={**OWN, "com.docker.swarm.id": swarm_id}))
    add_node(cluster, 2, listed("acdc", "web"))

    for reference, place in {
        "ab" * 32: "n1/app", "ab" * 6: "n1/app", "app": "n1/app", "/app": "n1/app", "n1/app": "n1/app",
        "/n1/app": "n1/app", "ID1/app": "n1/app", swarm_id: "n1/abab", swarm_id[:12]: "n1/abab", "55": "n1/abab",
        "abab": "n1/abab",  # a name goes before the beginning of an ID
        "aba": "n1/app", "ac": "n2/web",
    }.items():  # fmt: skip
        assert find(cluster, reference) == place, reference


def test_what_is_not_there_or_not_alone_is_told(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", "app"), listed("ac", "one"))
    sick = add_node(cluster, 2, listed("ad", "app"), listed("ae", "other"))

    for reference in ("nothing", "n1/other", "n3/app", "f"):
        with pytest.raises(NotFoundError) as told:
            find(cluster, reference)
        assert told.value.message == f"No such container: {reference}"
    with pytest.raises(NotFoundError) as told:
        find(cluster, "app")
    assert told.value.message == (
        "No such container: app: 2 containers have one of that name: n1/app, n2/app; "
        "write one of these, or more of the ID"
    )
    cluster.set_health(sick, UNHEALTHY, "it does not answer")
    assert find(cluster, "app") == "n1/app"
    with pytest.raises(UnhealthyError) as unhealthy:
        find(cluster, "other")
    assert unhealthy.value.message == "Container other running on unhealthy node n2"


def shown(cluster: Cluster, both: bool = False, everything: bool = True, now: float = NOW) -> list[dict[str, t.Any]]:
    return json.loads(b"".join(cluster.containers.listing.chunks(Variant(both, everything), now)))


def test_a_list_has_the_newest_first_the_nodes_address_and_every_name(cluster: Cluster) -> None:
    ports = [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
             {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]  # fmt: skip
    add_node(cluster, 1, listed("ab", "old", Names=["/old", "/user/alias"], Ports=ports))
    add_node(cluster, 2, listed("cd", "new", Created=2000, State="exited", Status="Exited (0) 1 second ago"))

    assert [each["Names"] for each in shown(cluster)] == [["/n2/new"], ["/n1/old", "/n1/user/alias"]]
    assert [each["Names"] for each in shown(cluster, both=True)][1] == ["/old", "/n1/old", "/n1/user/alias"]
    assert shown(cluster)[1]["Ports"] == [{"IP": "10.0.0.1", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]
    assert [each["Names"] for each in shown(cluster, everything=False)] == [["/n1/old", "/n1/user/alias"]]


def test_a_kept_list_follows_time_changes_and_health(cluster: Cluster) -> None:
    node = add_node(cluster, 1, listed("ab", "app"))
    assert [each["Status"] for each in shown(cluster)] == ["Up 3 minutes"]
    assert [each["Status"] for each in shown(cluster, now=NOW + 61)] == ["Up 4 minutes"]
    cluster.put_container(node, listed("ab", "renamed"), cluster.next_number(), NOW)
    assert [each["Names"] for each in shown(cluster)] == [["/n1/renamed"]]
    cluster.set_health(node, UNHEALTHY, "gone")
    assert [each["Status"] for each in shown(cluster)] == ["Host Down"]
    assert shown(cluster, everything=False) == []
    cluster.set_health(node, HEALTHY)
    cluster.drop_container(node, "ab" * 32, cluster.next_number())
    assert shown(cluster) == []


def test_many_containers_stay_in_order_whatever_comes_and_goes(cluster: Cluster) -> None:
    entries = [listed(f"{number:064x}", f"c{number}", Created=(number * 7919) % 1000) for number in range(3000)]
    node = add_node(cluster, 1, *entries)
    for entry in entries[::3]:
        cluster.drop_container(node, entry["Id"], cluster.next_number())
    kept = [entry for number, entry in enumerate(entries) if number % 3]

    wanted = sorted(kept, key=lambda entry: (entry["Created"], entry["Id"]), reverse=True)
    assert [each["Id"] for each in shown(cluster)] == [entry["Id"] for entry in wanted]


def test_an_answer_to_an_older_question_changes_nothing(cluster: Cluster) -> None:
    node = add_node(cluster, 1, listed("ab", "app"))
    older, newer = cluster.next_number(), cluster.next_number()
    cluster.put_container(node, listed("ab", "app", State="exited"), newer, NOW)
    cluster.put_container(node, listed("ab", "app", State="running"), older, NOW)
    assert node.containers["ab" * 32].model.state == "exited"

    older = cluster.next_number()
    cluster.drop_container(node, "ab" * 32, cluster.next_number())
    set_containers(cluster, node, [listed("ab", "app")], older)
    assert not node.containers


def test_what_is_reserved_is_given_back_or_becomes_the_container(cluster: Cluster) -> None:
    node = add_node(cluster, 1)
    port = (HostPortRequest("", 80, 80),)
    first = Request("one", ports=port, reservation=Reservation(600 * 2**20))
    assert cluster.placing.place(first).node is not None
    reservation = cluster.placing.reserve(node, first)
    assert cluster.placing.place(Request("two", ports=port)).node is None
    assert cluster.placing.place(Request("two", reservation=Reservation(600 * 2**20))).node is None
    add_node(cluster, 2)  # the view is made anew, with what is reserved
    assert cluster.placing.place(Request("two", ports=port)).node.name == "n2"  # type: ignore[union-attr]

    cluster.put_container(node, listed("ab", "one", Labels={}), cluster.next_number(), NOW)
    cluster.placing.release(reservation)
    assert cluster.placing.place(Request("two", ports=port)).node.name == "n2"  # type: ignore[union-attr]
    cluster.set_health(cluster.node_at("10.0.0.2:2375"), UNHEALTHY, "gone")
    assert cluster.placing.place(Request("two", ports=port)).node.name == "n1"  # type: ignore[union-attr]
    assert cluster.placing.names() == set()


def test_a_foreign_container_holds_what_its_inspection_says_also_after_a_change(cluster: Cluster) -> None:
    node = add_node(cluster, 1, listed("ab", "app", Labels={}))
    assert node.unknown == {"ab" * 32}
    cluster.know_container(
        node, "ab" * 32, {"HostConfig": {"Memory": 5, "PortBindings": {"80/tcp": [{"HostPort": "8080"}]}}, "Config": {}}
    )
    assert (node.reserved()[0], node.unknown) == (5, set())
    cluster.put_container(node, listed("ab", "app", Labels={}, State="exited"), cluster.next_number(), NOW)
    assert node.reserved()[0] == 5
    assert [str(port) for port in node.containers["ab" * 32].model.ports] == ["8080/tcp"]


def test_one_engine_under_two_addresses_is_used_once(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", "app"))
    twin = cluster.join(parse_entry("10.0.0.2:2375"))
    cluster.set_info(twin, {"Name": "n1", "ID": "ID1"})
    with pytest.raises(TwinError) as told:
        set_containers(cluster, twin, [listed("ab", "app")], cluster.next_number())
    assert told.value.message == (
        "10.0.0.1:2375 and 10.0.0.2:2375 are one engine, n1, with the same containers; it is used as 10.0.0.1:2375. "
        "List it once"
    )


def test_a_node_that_leaves_takes_its_containers_along(cluster: Cluster) -> None:
    node = add_node(cluster, 1, listed("ab", "app"))
    cluster.leave(node)
    assert (cluster.nodes, len(cluster.containers), node.health) == ([], 0, "disconnected")


def test_many_containers_are_listed_in_order_however_they_come_and_go(cluster: Cluster) -> None:
    node = add_node(cluster, 1)
    created = [listed(f"{number:04x}", f"c{number}", Created=1000 + number * 7 % 1009) for number in range(1000)]
    set_containers(cluster, node, created[:900], cluster.next_number())
    variant = Variant(both=True, everything=True)

    def names() -> list[str]:
        text = b"".join(cluster.containers.listing.chunks(variant, NOW))
        return [entry["Names"][0] for entry in json.loads(text)]

    def expected(entries: list[dict[str, t.Any]]) -> list[str]:
        return [entry["Names"][0] for entry in sorted(entries, key=lambda e: (e["Created"], e["Id"]), reverse=True)]

    assert names() == expected(created[:900])
    # some come that nobody has asked for yet, and of them some go again before anybody does
    for entry in created[900:]:
        cluster.put_container(node, entry, cluster.next_number(), NOW)
    for entry in [*created[:50], *created[950:]]:
        cluster.drop_container(node, entry["Id"], cluster.next_number())
    cluster.set_health(node, UNHEALTHY)
    cluster.set_health(node, HEALTHY)
    assert names() == expected(created[50:950])


def test_the_version_that_is_told_follows_the_healthy_engines(cluster: Cluster) -> None:
    assert cluster.api_version is None
    old, new = add_node(cluster, 1), add_node(cluster, 2)
    old.client.newest, new.client.newest = (1, 41), (1, 48)
    cluster.set_info(old, {"Name": "n1", "ID": "ID1", "NCPU": 4, "MemTotal": 2**30})
    assert cluster.api_version == (1, 41)
    cluster.set_health(old, UNHEALTHY)
    assert cluster.api_version == (1, 48)
    cluster.set_health(old, HEALTHY)
    assert cluster.api_version == (1, 41)
    # it comes back as another one
    old.client.newest = (1, 47)
    cluster.set_info(old, {"Name": "n1", "ID": "ID1", "NCPU": 4, "MemTotal": 2**30})
    assert cluster.api_version == (1, 47)
    cluster.leave(old)
    assert cluster.api_version == (1, 48)


def test_what_is_made_ahead_is_what_is_listed(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", "app"), listed("cd", "web", Ports=[
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    ]))  # fmt: skip
    asyncio.run(warm(cluster))
    add_node(cluster, 2, listed("ef", "late"))
    text = b"".join(cluster.containers.listing.chunks(Variant(both=False, everything=True), NOW))
    entries = {entry["Names"][0]: entry for entry in json.loads(text)}
    assert sorted(entries) == ["/n1/app", "/n1/web", "/n2/late"]
    ports = [{"IP": "10.0.0.1", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]
    assert (entries["/n1/web"]["Ports"], entries["/n1/web"]["HostConfig"]) == (ports, {"NetworkMode": "default"})
    assert cluster.placing.place(Request(name="x", image="web:1")).node is not None
