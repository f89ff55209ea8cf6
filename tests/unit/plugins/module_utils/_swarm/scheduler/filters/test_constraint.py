# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import node, passing, refusals, request

NODES = (
    node("a", labels={"Zone": "external", "kernelversion": "6.1.0"}),
    node("b", labels={"zone": "internal"}),
    node("c", id="AB:CD"),
)


@pytest.mark.parametrize(
    ("constraint", "nodes"),
    [
        ("zone==external", ["a"]),
        ("ZONE==external", ["a"]),
        ("zone==External", []),
        ("zone!=external", ["b", "c"]),
        ("zone==*ternal", ["a", "b"]),
        ("kernelversion==/^6[.]/", ["a"]),
        ("node==b", ["b"]),
        ("node==AB:CD", ["c"]),
        ("node!=b", ["a", "c"]),
        ("node!=AB:CD", ["a", "b"]),
        ("zone==~nowhere", ["a", "b", "c"]),
    ],
)
def test_constraints(constraint, nodes):
    assert passing(request(constraints=(constraint,)), *NODES) == nodes


def test_it_says_what_the_label_is():
    assert refusals(request(constraints=("zone==external", "node!=b")), *NODES) == {
        "b": [
            ("constraint", "constraint zone==external", "zone==external", "zone is internal"),
            ("constraint", "constraint node!=b", "node!=b", "node is b"),
        ],
        "c": [("constraint", "constraint zone==external", "zone==external", "no label zone")],
    }
