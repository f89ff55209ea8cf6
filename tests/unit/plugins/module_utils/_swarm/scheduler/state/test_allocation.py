# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.allocation import allocate
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.cluster import NodeState
from ansible_collections.classic.swarm.tests.unit.builders import container, node, port
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("held", "asked", "given"),
    [
        ((), ("80/tcp",), ["80/tcp"]),
        (("80/tcp",), ("80/tcp",), [None]),
        (("80/tcp",), ("80-81/tcp",), ["81/tcp"]),
        ((), ("80-81/tcp", "80-81/tcp", "80-81/tcp"), ["80/tcp", "81/tcp", None]),
        ((), ("80-82/tcp", "80/tcp", "80-81/tcp"), ["82/tcp", "80/tcp", "81/tcp"]),
        ((), ("80-81/tcp", "80-81/udp"), ["80/tcp", "80/udp"]),
        (("10.0.0.1:80/tcp",), ("10.0.0.2:80-81/tcp", "80-81/tcp"), ["10.0.0.2:80/tcp", "81/tcp"]),
    ],
)
def test_allocate(held, asked, given):
    state = NodeState(node("a", container("edge", ports=held)))
    allocated = allocate(state, tuple(map(port, asked)))
    assert [None if got is None else str(got) for got in allocated] == given


RANGES = st.tuples(st.integers(1, 6), st.integers(0, 3)).map(
    lambda pair: HostPortRequest("", pair[0], min(6, pair[0] + pair[1]))
)


@given(st.sets(st.integers(1, 6)), st.lists(RANGES, max_size=4))
def test_if_there_is_a_way_to_serve_all_it_is_found(held, wishes):
    state = NodeState(node("a", container("edge", ports=tuple(f"{number}/tcp" for number in held))))
    allocated = allocate(state, wishes)
    served = [got for got in allocated if got is not None]
    assert len(set(served)) == len(served)
    for wish, got in zip(wishes, allocated):
        if got is not None:
            assert wish.first <= got.number <= wish.last
            assert got.number not in held
    choices = [[number for number in range(wish.first, wish.last + 1) if number not in held] for wish in wishes]
    possible = any(len(set(picked)) == len(wishes) for picked in itertools.product(*choices))
    fixed = [HostPort("", wish.first) for wish in wishes if wish.fixed]
    if len(set(fixed)) == len(fixed):
        assert (None not in allocated) is possible
