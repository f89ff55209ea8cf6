# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from unittest import mock

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expression
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state import index
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.nodeset import positions_in
from hypothesis import given
from hypothesis import strategies as st

PATTERNS = [parse_expression(f"k=={value}").pattern for value in ("x", "x*", "*y", "/y|z/", "nothing")]
HOLDINGS = st.tuples(st.sampled_from(["x", "xy", "y", "z"]), st.integers(0, 2))


@given(st.lists(HOLDINGS), st.lists(HOLDINGS), st.data())
def test_the_answer_is_that_of_asking_every_value(before, later, data):
    kept = index.Index()
    held = []
    for value, position in before:
        kept.add(value, position)
        held.append((value, position))
    for pattern in PATTERNS[::2]:
        kept.nodes(pattern)
    for value, position in later:
        kept.add(value, position)
        held.append((value, position))
    for position in sorted(data.draw(st.sets(st.integers(0, max(0, len(held) - 1)))), reverse=True):
        if position < len(held):
            kept.remove(*held.pop(position))
    for pattern in PATTERNS:
        assert set(positions_in(kept.nodes(pattern))) == {position for value, position in held if pattern.test(value)}


@mock.patch.object(index, "_KEPT_PATTERNS", 2)
@given(st.lists(st.one_of(HOLDINGS, st.sampled_from(PATTERNS))))
def test_a_pattern_that_is_no_longer_kept_is_asked_anew(steps):
    kept, held = index.Index(), []
    for step in steps:
        if isinstance(step, tuple):
            kept.add(*step)
            held.append(step)
        else:
            expected = {position for value, position in held if step.test(value)}
            assert set(positions_in(kept.nodes(step))) == expected
