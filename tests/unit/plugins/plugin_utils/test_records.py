# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.listing import Listing
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.plugin_utils.records import are_records, make_records

WEB = Container(
    id="c1",
    name="web",
    image="web:1",
    labels={"z": "1", "a": "2"},
    status="Up",
    created=1.5,
    bindings=("80/tcp",),
    reservation=Reservation(10, 0.1),
)
SNAPSHOT = Snapshot(
    (
        Node(
            "192.0.2.1:2376",
            "n1",
            "ID",
            labels={"zone": "a"},
            cpus=2,
            memory=100,
            containers=(WEB, WEB),
            listing=Listing(True, "n1.example.com"),
        ),
        Node("192.0.2.2:2376", "192.0.2.2:2376", health=Health.UNHEALTHY, reason="gone"),
    ),
    ("something is odd",),
)


def test_records_pass_through_json_unchanged() -> None:
    records = make_records(SNAPSHOT)
    assert json.loads(json.dumps(records)) == records


def test_records_hold_all_that_is_published() -> None:
    records = make_records(SNAPSHOT)
    assert records["warnings"] == ["something is odd"]
    healthy, unhealthy = records["nodes"]
    assert (healthy["reserved_memory"], healthy["reserved_cpus"], healthy["https"]) == (20, 0.2, True)
    assert [node["tls_hostname"] for node in records["nodes"]] == ["n1.example.com", None]
    assert healthy["labels"] == [["zone", "a"]]
    assert healthy["containers"][0] == {
        "id": "c1",
        "name": "web",
        "image": "web:1",
        "state": "running",
        "status": "Up",
        "created": 1,
        "ports": ["80/tcp"],
        "labels": [["a", "2"], ["z", "1"]],
    }
    assert (unhealthy["health"], unhealthy["reason"]) == ("unhealthy", "gone")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(make_records(SNAPSHOT), True), ({"format": 0, "nodes": []}, False), ({}, False), (None, False), ("x", False)],
)
def test_records_of_other_releases_are_not_taken_for_ours(value: t.Any, expected: bool) -> None:
    assert are_records(value) is expected
