# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state import nodeset
from hypothesis import given
from hypothesis import strategies as st

POSITIONS = st.sets(st.integers(0, 300))


@given(POSITIONS, POSITIONS)
def test_a_set_of_nodes_is_a_set_of_positions(one, other):
    first, second = nodeset.from_positions(one), nodeset.from_positions(other)
    assert list(nodeset.positions_in(first)) == sorted(one)
    assert set(nodeset.positions_in(first & second)) == one & other
    assert nodeset.size_of(first) == len(one)
    assert {position for position in range(301) if nodeset.holds(first, position)} == one


@given(st.lists(st.booleans()))
def test_from_answers(answers):
    found = nodeset.from_answers(iter(answers))
    assert list(nodeset.positions_in(found)) == [position for position, answer in enumerate(answers) if answer]
