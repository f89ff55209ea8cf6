# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import node, passing, refusals, request

NODES = (node("a"), node("b", id="AB:CD"), node("c"))


@pytest.mark.parametrize(
    ("whitelist", "nodes"),
    [((), ["a", "b", "c"]), (("a", "c"), ["a", "c"]), (("AB:CD", "nowhere"), ["b"]), (("a*",), []), (("nowhere",), [])],
)
def test_whitelist(whitelist, nodes):
    assert passing(request(whitelist=whitelist), *NODES) == nodes


def test_a_long_list_is_shortened():
    names = tuple(f"n{number}" for number in range(8))
    assert refusals(request(whitelist=names), NODES[0]) == {
        "a": [("whitelist", "whitelist", "n0, n1, n2, n3, n4 and 3 more", "not in the list")]
    }
