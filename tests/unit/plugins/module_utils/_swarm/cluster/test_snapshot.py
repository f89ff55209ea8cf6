# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a cluster, read from all its engines."""

from __future__ import annotations

import gc
import json
import socket
import time
import typing as t
from contextlib import ExitStack
from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import snapshot as module
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import (
    Needs,
    Snapshot,
    read_node,
    read_nodes,
    take_snapshot,
    tell_unhealthy,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    ClusterError,
    DiscoveryError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
    TLSSettings,
)

from tests.unit.builders import container, down, node
from tests.unit.engine_double import EngineDouble, Reply, engine_script

PATIENCE = 0.5
OWN = {"classic.swarm.reservation": json.dumps({"memory": 7, "cpus": 0}), "classic.swarm.ports": "[]"}
INSPECTION = {"HostConfig": {"Memory": 512}}


def settings(*entries: str, partition: t.Sequence[str] = (), **engine: t.Any) -> ClusterSettings:
    return ClusterSettings(
        DiscoverySettings(f"nodes://{','.join(entries)}"),
        EngineSettings(**{"snapshot_timeout": PATIENCE, **engine}),
        parse_expressions(list(partition), "partition"),
    )


def engine(name: str, *containers: dict[str, t.Any], **replies: Reply) -> EngineDouble:
    script = engine_script({"Name": name, "ID": f"ID-{name}", "Labels": [f"zone={name[0]}"]}, containers)
    script.update({f"GET /{path}": reply for path, reply in replies.items()})
    script.update({f"GET /containers/{each['Id']}/json": Reply(INSPECTION) for each in containers})
    return EngineDouble(script)


def listed(identity: str, **labels: str) -> dict[str, t.Any]:
    return {"Id": identity, "Names": [f"/{identity}"], "Labels": labels}


# reading


def test_nodes_are_sorted_by_name_and_address() -> None:
    with ExitStack() as stack:
        engines = [stack.enter_context(engine(name)) for name in ("c1", "a1", "b1", "a1")]
        snapshot = take_snapshot(settings(*(each.address for each in engines)))
    assert [node.name for node in snapshot.nodes] == ["a1", "a1", "b1", "c1"]
    twins = [node.address for node in snapshot.nodes[:2]]
    assert twins == sorted(twins) == sorted([engines[1].address, engines[3].address])
    assert snapshot.healthy == snapshot.nodes
    assert snapshot.unhealthy == ()
    assert snapshot.source.startswith("nodes://127.0.0.1:")


def test_an_engine_that_fails_says_why_and_the_others_go_on() -> None:
    with ExitStack() as stack:
        good = stack.enter_context(engine("good"))
        starting = stack.enter_context(engine("starting", info=Reply({"message": "not yet"}, status=503)))
        broken = stack.enter_context(engine("broken", info=Reply(["garbage"])))
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        hanging = f"127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        snapshot = take_snapshot(settings(good.address, starting.address, broken.address, hanging))
        assert time.monotonic() - began < 4 * PATIENCE
    assert [node.name for node in snapshot.healthy] == ["good"]
    told = {node.address: (node.name, node.health, node.reason) for node in snapshot.unhealthy}
    assert told == {
        starting.address: (
            starting.address,
            Health.PENDING,
            f"{starting.address} refuses GET /info (status 503): not yet",
        ),
        broken.address: (
            broken.address,
            Health.UNHEALTHY,
            f"{broken.address} answers /info without an object; is it a Docker engine?",
        ),
        hanging: (hanging, Health.UNHEALTHY, f"no answer from {hanging} within 0.5 s"),
    }
    assert sorted(snapshot.warnings) == sorted(
        f"the engine at {node.address} is {node.health.value}: {node.reason}" for node in snapshot.unhealthy
    )


def test_many_engines_that_hang_cost_one_time_out_together() -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _number in range(20)]
        began = time.monotonic()
        snapshot = take_snapshot(settings(*(f"127.0.0.1:{each.getsockname()[1]}" for each in silent)))
        assert time.monotonic() - began < 4 * PATIENCE
    assert (len(snapshot.unhealthy), snapshot.healthy) == (20, ())


def test_two_engines_with_one_id_are_both_used_and_named() -> None:
    same = Reply({"Name": "clone", "ID": "TWIN"})
    with engine("a1", info=same) as one, engine("a2", info=same) as other, engine("b1") as third:
        snapshot = take_snapshot(settings(one.address, other.address, third.address))
    assert len(snapshot.healthy) == 3
    (warning,) = snapshot.warnings
    assert "have one engine ID, TWIN" in warning
    assert one.address in warning
    assert other.address in warning
    assert third.address not in warning


def test_a_partition_cuts_the_cluster_down_but_not_what_is_broken() -> None:
    with engine("a1") as inside, engine("b1") as outside, engine("a2", info=Reply({}, status=500)) as broken:
        snapshot = take_snapshot(settings(inside.address, outside.address, broken.address, partition=["zone==a"]))
    assert {node.address for node in snapshot.nodes} == {inside.address, broken.address}


@pytest.mark.parametrize(
    ("needs", "inspected", "images"),
    [
        (Needs(), [], False),
        (Needs(images=True), [], True),
        (Needs(foreign=True), ["theirs"], False),
        (Needs(exact=True), ["ours", "theirs"], False),
        (Needs(foreign=True, exact=True), ["ours", "theirs"], False),
        (Needs(exact_on=frozenset({"127.0.0.1:1"})), [], False),
    ],
)
def test_only_what_is_needed_is_asked(needs: Needs, inspected: list[str], images: bool) -> None:
    listing = (listed("ours", **OWN), listed("theirs"))
    with EngineDouble({**engine("a1", *listing).script, "GET /images/json": Reply([])}) as asked:
        (node,) = take_snapshot(settings(asked.address), needs).nodes
    expected = [f"GET /containers/{identity}/json" for identity in inspected]
    assert asked.asked[2:] == expected + (["GET /images/json"] if images else [])
    assert (node.images is not None) is images
    memory = {each.name: (each.reservation.memory, each.foreign) for each in node.containers}
    assert memory["ours"] == (512 if "ours" in inspected else 7, False)
    assert memory["theirs"] == ((512, False) if "theirs" in inspected else (0, True))


def test_one_node_can_be_read_exactly() -> None:
    with engine("a1", listed("ours", **OWN)) as exact, engine("b1", listed("others", **OWN)) as plain:
        take_snapshot(settings(exact.address, plain.address), Needs(exact_on=frozenset({exact.address})))
    assert exact.asked[2:] == ["GET /containers/ours/json"]
    assert plain.asked[2:] == []


def test_where_only_names_are_read_engines_with_one_id_are_read_whole() -> None:
    lists = ({"name": ["^/?web$"]},)

    def named(*whole: dict[str, t.Any]) -> EngineDouble:
        script = engine_script({"Name": "n", "ID": "shared"})
        return EngineDouble({**script, "GET /containers/json": [Reply([]), Reply(list(whole))]})

    with named(listed("x")) as one, named(listed("x")) as again, named(listed("y")) as clone, engine("other") as other:
        addresses = [each.address for each in (one, again, clone, other)]
        snapshot = take_snapshot(settings(*addresses), Needs(lists=lists))
    first, second = sorted([one.address, clone.address])
    assert [node.address for node in snapshot.nodes] == [first, second, other.address]
    assert len(snapshot.warnings) == 2
    assert snapshot.warnings[0].startswith(f"{one.address} and {again.address} are one engine, n, ")
    assert snapshot.warnings[1].startswith(f"n ({first}) and n ({second}) have one engine ID, shared, ")
    assert [
        [question.query.get("filters") is not None for question in each.questions[1:]] for each in (one, other)
    ] == [
        [True, False],
        [True],
    ]


def test_one_node_can_be_read_again() -> None:
    with engine("a1", listed("x")) as asked:
        read = read_node(asked.address, settings("elsewhere:1"), Needs(foreign=True))
        assert (read.name, read.healthy, read.containers[0].reservation.memory) == ("a1", True, 512)
        refused = read_node(asked.address, settings("elsewhere:1"), https=True)
    assert (refused.health, refused.https) == (Health.UNHEALTHY, True)
    assert "does not speak TLS on that port" in refused.reason


def test_an_entry_says_when_tls_is_spoken_in_any_case() -> None:
    with engine("a1") as one, engine("b1") as other:
        snapshot = take_snapshot(settings(one.address, f"https://{other.address}", tls=TLSSettings(verify=False)))
    assert [(node.address, node.https) for node in snapshot.healthy] == [(one.address, False)]
    assert [(node.address, node.https) for node in snapshot.unhealthy] == [(other.address, True)]


def listed_as(address: str, **labels: str) -> dict[str, t.Any]:
    return {"address": address, "tls_hostname": "docker.example.com", "labels": labels}


def from_inventory(*entries: dict[str, t.Any], partition: t.Sequence[str] = ()) -> ClusterSettings:
    source = DiscoverySettings("inventory://docker", options={"entries": list(entries)})
    return replace(settings(partition=partition), discovery=source)


def test_the_labels_of_a_listing_are_labels_of_the_node() -> None:
    with engine("a1") as one, engine("b1") as other:
        clusters = from_inventory(
            listed_as(one.address, **{"group.edge": "true", "zone": "x"}),
            listed_as(other.address, **{"group.edge": "false"}),
            listed_as("127.0.0.1:1", **{"group.edge": "true"}),
        )
        snapshot = take_snapshot(clusters)
        again = read_nodes(snapshot.nodes, clusters)
    expected = {
        "127.0.0.1:1": ({"group.edge": "true"}, Health.UNHEALTHY),
        "a1": ({"group.edge": "true", "zone": "x"}, Health.HEALTHY),
        "b1": ({"group.edge": "false", "zone": "b"}, Health.HEALTHY),
    }
    for nodes in (snapshot.nodes, again):
        assert {node.name: (dict(node.labels), node.health) for node in nodes} == expected
        assert {node.listing.server_name for node in nodes} == {"docker.example.com"}


def test_an_engine_whose_listing_is_outside_of_the_partition_is_not_asked() -> None:
    with engine("a1") as inside, engine("b1") as outside:
        entries = [
            listed_as(inside.address, **{"Group.Edge": "true"}),
            listed_as(outside.address, **{"group.edge": "false"}),
            listed_as("127.0.0.1:1", **{"group.edge": "false"}),
        ]
        snapshot = take_snapshot(from_inventory(*entries, partition=["group.EDGE==true", "zone!=c"]))
    assert [node.name for node in snapshot.nodes] == ["a1"]
    assert (bool(inside.asked), outside.asked) == (True, [])


@pytest.mark.parametrize("entries", ["h1:1", [["h1:1"]], [{"address": 1}]])
def test_entries_that_ansible_did_not_fill_in(entries: t.Any) -> None:
    with pytest.raises(InputError) as caught:
        take_snapshot(replace(settings(), discovery=DiscoverySettings("inventory://g", options={"entries": entries})))
    assert str(caught.value) == "the discovery option entries is filled in by Ansible; leave it out"


BAD_FILE = TLSSettings(enabled=True, ca_path="/nowhere/ca.pem")


@pytest.mark.parametrize(
    ("engine_settings", "partition", "words"),
    [
        ({"tls": BAD_FILE}, [], "ca_path: /nowhere/ca.pem does not exist"),
        ({"api_version": "new"}, [], "api_version is 'new'"),
        ({}, ["zone==~a"], "partition: 'zone==~a' is soft"),
    ],
)
def test_bad_settings_are_refused_before_anything_is_asked(
    engine_settings: dict[str, t.Any], partition: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def discover(_settings: DiscoverySettings) -> t.Any:
        raise AssertionError("discovery was asked")

    monkeypatch.setattr(module, "discover", discover)
    with pytest.raises(InputError, match=words):
        take_snapshot(settings("a:1", partition=partition, **engine_settings))


def test_tls_files_that_nothing_needs_are_not_read() -> None:
    with engine("a1") as asked:
        unused = TLSSettings(ca_path="/nowhere/ca.pem")
        assert take_snapshot(settings(asked.address, tls=unused)).healthy
        with pytest.raises(InputError, match=r"ca_path: /nowhere/ca\.pem does not exist"):
            take_snapshot(settings(asked.address, "https://b:1", tls=unused))


def test_what_discovery_says_is_passed_on() -> None:
    with pytest.raises(DiscoveryError):
        take_snapshot(ClusterSettings(DiscoverySettings("file:///nowhere/cluster.conf")))


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_as_it_was(enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with engine("a1") as asked:
            take_snapshot(settings(asked.address))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


# looking things up

WHOLE = "041b3dca0d082162ddb9fba28eced2f87a7fd8bcfdffe3d07c1dcd0f54ec6191"
ALIKE = WHOLE[:14] + "f" * 50
CLUSTER = Snapshot(
    (
        node("n1", container("web", id=WHOLE), container("twice", id="1" * 64)),
        node("n2", container("twice", id="2" * 64), container("alike", id=ALIKE)),
        node("n3", container(WHOLE[:12], id="3" * 64)),
        down("n4"),
    ),
    source="nodes://x",
)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ("web", ["n1/web"]),
        ("twice", ["n1/twice", "n2/twice"]),
        (WHOLE, ["n1/web"]),
        (WHOLE[:20], ["n1/web"]),
        (WHOLE[:13], ["n1/web", "n2/alike"]),
        (WHOLE[:12], [f"n3/{WHOLE[:12]}"]),
        ("1" * 12, ["n1/twice"]),
        ("1" * 8, ["n1/twice"]),
        ("1" * 7, []),
        ("1" * 65, []),
        ("nothing", []),
        ("", []),
    ],
)
def test_a_container_is_found_by_name_else_by_id(wanted: str, places: list[str]) -> None:
    assert [f"{node.name}/{container.name}" for node, container in CLUSTER.find(wanted)] == places


def test_a_node_is_found_by_address() -> None:
    assert CLUSTER.node("n2:2375").name == "n2"
    with pytest.raises(ClusterError, match="no engine at n9:2375 in the cluster of nodes://x"):
        CLUSTER.node("n9:2375")


def test_nodes_by_health() -> None:
    assert [node.name for node in CLUSTER.healthy] == ["n1", "n2", "n3"]
    assert [node.name for node in CLUSTER.unhealthy] == ["n4"]


def test_snapshots_are_equal_by_content_also_after_looking_things_up() -> None:
    fresh = Snapshot(CLUSTER.nodes, source="nodes://x")
    CLUSTER.find("web")
    assert fresh == CLUSTER


def test_many_engines_that_cannot_be_used_are_told_in_one_warning_by_reason() -> None:
    def lost(number: int) -> Node:
        address = f"10.0.{number // 200}.{number % 200 + 1}:2376"
        reason = f"connection refused by {address}" if number < 12 else f"no answer from {address} within 10 s"
        return Node(address=address, name=address, health=Health.UNHEALTHY, reason=reason)

    few = [lost(number) for number in range(5)]
    assert tell_unhealthy(few, 1000) == [f"the engine at {node.address} is unhealthy: {node.reason}" for node in few]
    assert tell_unhealthy([lost(number) for number in range(312)], 1000) == [
        "312 of 1000 engines cannot be used: "
        "no answer from the engine within 10 s: 300 (10.0.0.13:2376, 10.0.0.14:2376, 10.0.0.15:2376, 10.0.0.16:2376, "
        "10.0.0.17:2376, ...); "
        "connection refused by the engine: 12 (10.0.0.1:2376, 10.0.0.2:2376, 10.0.0.3:2376, 10.0.0.4:2376, "
        "10.0.0.5:2376, ...)"
    ]
