# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.state.port_index import PortIndex
from hypothesis import given
from hypothesis import strategies as st

PORTS = st.builds(
    HostPort,
    st.sampled_from(["", "0.0.0.0", "10.0.0.1", "10.0.0.2", "::", "::1"]),
    st.sampled_from([80, 81]),
    st.sampled_from(["tcp", "udp"]),
)
HELD = st.lists(st.tuples(PORTS, st.integers(0, 3)))


@given(HELD, HELD, PORTS, st.data())
def test_the_nodes_where_something_collides(before, later, asked, data):
    index, held = PortIndex(), list(before)
    for port, position in before:
        index.add(port, position)
    index.nodes(asked)
    for port, position in later:
        index.add(port, position)
        held.append((port, position))
    for _time in range(data.draw(st.integers(0, len(held)))):
        index.remove(*held.pop())
    colliding = {position for port, position in held if port.collides_with(asked)}
    assert {position for position in range(4) if index.nodes(asked) >> position & 1} == colliding


def test_a_port_that_is_not_taken_cannot_be_given_back():
    index = PortIndex()
    with pytest.raises(KeyError):
        index.remove(HostPort("", 80), 0)
