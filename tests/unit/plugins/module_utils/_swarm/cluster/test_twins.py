# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One engine under two addresses is one node; cloned machines are two."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import without_twins

from tests.unit.builders import container, node


def at(address, identity, *ids):
    return node("n1", *(container(f"web-{each}", id=each) for each in ids), address=address, id=identity)


FIRST, SECOND = at("n1:2375", "ID", "c1", "c2"), at("10.0.0.1:2375", "ID", "c2", "c3")


@pytest.mark.parametrize(
    ("nodes", "kept"),
    [
        ([], []),
        ([FIRST, SECOND], [FIRST]),
        ([SECOND, FIRST], [SECOND]),
        ([FIRST, at("10.0.0.1:2375", "ID", "c3")], None),
        ([FIRST, at("10.0.0.1:2375", "ID")], None),
        ([FIRST, at("10.0.0.1:2375", "OTHER", "c1")], None),
        ([at("n1:2375", "", "c1"), at("n2:2375", "", "c1")], None),
        ([FIRST, at("x:1", "OTHER", "c9"), SECOND, at("y:1", "ID", "c1")], [FIRST, at("x:1", "OTHER", "c9")]),
    ],
)
def test_what_is_left_of_the_nodes(nodes, kept):
    left, warnings = without_twins(nodes)
    assert left == (nodes if kept is None else kept)
    assert len(warnings) == len(nodes) - len(left)


def test_what_is_said_of_a_second_address():
    assert without_twins([FIRST, SECOND])[1] == [
        "n1:2375 and 10.0.0.1:2375 are one engine, n1, with the same containers; it is used as n1:2375. List it once"
    ]
