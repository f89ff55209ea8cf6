# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one task reads, and what it does not read twice."""

from __future__ import annotations

import socket
import typing as t
from contextlib import ExitStack

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.polled_view import PolledView
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
)

from tests.unit.engine_double import EngineDouble, engine_script

PATIENCE = 0.3
LISTS = ({"name": ["^/?web$"]},)


def engine(name: str) -> EngineDouble:
    return EngineDouble(engine_script({"Name": name, "ID": name}, [{"Id": f"{name}-1", "Names": ["/web"]}]))


def reader_of(*addresses: str, warnings: t.List[str] | None = None) -> PolledView:
    settings = ClusterSettings(
        DiscoverySettings(f"nodes://{','.join(addresses)}"), EngineSettings(snapshot_timeout=PATIENCE)
    )
    return PolledView(settings, (warnings if warnings is not None else []).extend)


def test_a_task_opens_one_connection_to_each_engine_and_asks_once_what_it_is() -> None:
    with engine("a1") as one, engine("b1") as other, reader_of(one.address, other.address) as reader:
        snapshot = reader.usable(Needs(lists=LISTS))
        snapshot = reader.closer(snapshot, {one.address}, Needs())
        reader.nodes(Needs(lists=LISTS, whole_on=frozenset({one.address})))
        reader.clients.get(one.address).send(system.info())
        assert (one.connections, other.connections) == (1, 1)
    assert one.asked == ["GET /info", *["GET /containers/json"] * 3, "GET /info"]
    assert other.asked == ["GET /info", *["GET /containers/json"] * 2]


def test_whole_lists_are_asked_for_only_where_they_are_needed() -> None:
    with engine("a1") as one, engine("b1") as other, reader_of(one.address, other.address) as reader:
        reader.nodes(Needs(exact=True, lists=LISTS, whole_on=frozenset({one.address})))
    filtered = [["filters" in question.query for question in double.questions[1:2]] for double in (one, other)]
    assert filtered == [[False], [True]]
    assert one.asked[2:] == ["GET /containers/a1-1/json"]
    assert other.asked[2:] == []


def test_the_other_nodes_stay_as_they_were_read() -> None:
    with engine("a1") as one, engine("b1") as other, reader_of(one.address, other.address) as reader:
        before = reader.usable(Needs())
        after = reader.closer(before, {one.address}, Needs())
    assert after.node(other.address) is before.node(other.address)
    assert after.node(one.address) == before.node(one.address)
    assert after.node(one.address) is not before.node(one.address)


def test_an_engine_that_is_silent_is_warned_of_once() -> None:
    with ExitStack() as stack:
        good = stack.enter_context(engine("a1"))
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        hanging = f"127.0.0.1:{silent.getsockname()[1]}"
        warnings: list[str] = []
        reader = stack.enter_context(reader_of(good.address, hanging, warnings=warnings))
        for _turn in range(2):
            assert [node.name for node in reader.usable(Needs()).healthy] == ["a1"]
    assert warnings == [f"the engine at {hanging} is unhealthy: no answer from {hanging} within 0.3 s"]


def test_one_that_stops_answering_is_warned_of() -> None:
    warnings: list[str] = []
    with engine("a1") as good:
        with engine("b1") as dying:
            reader = reader_of(good.address, dying.address, warnings=warnings)
            snapshot = reader.usable(Needs())
            node = snapshot.node(dying.address)
        after = reader.closer(snapshot, {dying.address}, Needs())
        assert [node.address for node in after.unhealthy] == [dying.address]
        assert not reader.look(Place.of(node)).healthy
        reader.clients.close()
    (warning,) = warnings
    assert dying.address in warning


def test_a_cluster_without_engines_that_answer_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with reader_of(address) as reader, pytest.raises(ClusterError, match="none of the 1 engines of nodes://"):
        reader.usable(Needs())


def test_a_name_is_looked_for_on_every_engine() -> None:
    with engine("a1") as one, engine("b1") as other, reader_of(one.address, other.address) as reader:
        found = reader.find("web")
        reader.find("0123456789ab")
    assert [(node.name, container.id) for node, container in found] == [("a1", "a1-1"), ("b1", "b1-1")]
    asked = [question.query.get("filters") for question in one.questions if question.path == "/containers/json"]
    assert asked == [['{"name":["^/?web$"]}'], None]


def test_a_node_is_looked_at_to_the_byte_over_the_connection_that_is_there() -> None:
    with engine("a1") as one, reader_of(one.address) as reader:
        reader.usable(Needs())
        node = reader.look(Place(one.address, "a1"))
    assert (node.name, node.healthy, node.https) == ("a1", True, False)
    assert one.asked[-2:] == ["GET /containers/json", "GET /containers/a1-1/json"]
    assert one.connections == 1
