# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, place, request

NODES = (
    node("dockerhost01", labels={"zone": "internal"}),
    node("dockerhost02", container("edge", ports=("80/tcp",)), labels={"zone": "external"}),
    node("dockerhost03"),
    down("dockerhost04"),
)
REFUSED = place(request(constraints=("zone==external",), ports=("80/tcp",)), *NODES)


def test_headline_counts_a_node_once_and_the_most_frequent_reason_first():
    assert REFUSED.headline() == "0 of 4 nodes: 2 constraint zone==external, 1 port 80/tcp, 1 unhealthy"


def test_headline_of_a_success():
    assert place(request(constraints=("zone==external",)), *NODES[:3]).headline() == (
        "1 of 3 nodes: 2 constraint zone==external"
    )
    assert place(request(), *NODES[:3]).headline() == "3 of 3 nodes"


def test_matrix_has_a_row_for_each_wish_that_a_node_fails():
    assert REFUSED.matrix().splitlines() == [
        "NODE          FILTER      WANTED          SEEN",
        "dockerhost01  constraint  zone==external  zone is internal",
        "dockerhost02  port        80/tcp          held by edge",
        "dockerhost03  constraint  zone==external  no label zone",
        "dockerhost04  health      healthy         unhealthy: no answer",
        "dockerhost04  constraint  zone==external  no label zone",
    ]


def test_matrix_tells_apart_nodes_of_one_name():
    twins = (node("a", address="10.0.0.1:2375"), node("a", address="10.0.0.2:2375"), node("b"))
    rows = place(request(constraints=("zone==eu",)), *twins).matrix().splitlines()
    assert [row.split("  ")[0] for row in rows[1:]] == ["a (10.0.0.1:2375)", "a (10.0.0.2:2375)", "b"]


def test_matrix_of_nobody_refused():
    assert place(request(), NODES[0], explain=True).matrix() == ""


def test_a_label_cannot_steer_the_terminal():
    matrix = place(request(constraints=("zone==eu",)), node("a", labels={"zone": "x\x1b[2J\ny"})).matrix()
    assert "zone is x\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}y" in matrix
    assert len(matrix.splitlines()) == 2


def test_to_dict():
    placement = place(request(constraints=("zone==external", "disk==~ssd")), *NODES[:2], explain=True)
    plain = placement.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain == {
        "strategy": "spread",
        "node": {"name": "dockerhost02", "address": "dockerhost02:2375", "id": "dockerhost02-id"},
        "headline": "1 of 2 nodes: 1 constraint zone==external",
        "ranking": [
            {
                "name": "dockerhost02",
                "address": "dockerhost02:2375",
                "id": "dockerhost02-id",
                "soft": 0,
                "weight": 1,
            }
        ],
        "verdicts": [
            {
                "filter": "constraint",
                "node": "dockerhost01",
                "address": "dockerhost01:2375",
                "passed": False,
                "reason": "constraint zone==external",
                "wanted": "zone==external",
                "seen": "zone is internal",
            }
        ],
    }
    assert len(placement.to_dict(explain=True)["verdicts"]) == 2 * 10


def test_to_dict_of_a_refusal():
    plain = REFUSED.to_dict()
    assert plain["node"] is None
    assert plain["ranking"] == []
    assert len(plain["verdicts"]) == 5
