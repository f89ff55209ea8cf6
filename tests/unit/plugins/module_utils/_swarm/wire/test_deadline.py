# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The moment by which everything must be done."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.deadline import Deadline


def test_what_is_left_shrinks_with_the_clock_and_then_raises() -> None:
    now = [100.0]
    deadline = Deadline(10, clock=lambda: now[0])
    assert (deadline.seconds, deadline.remaining()) == (10, 10)
    now[0] = 107.5
    assert deadline.remaining() == 2.5
    now[0] = 110.0
    with pytest.raises(socket.timeout):
        deadline.remaining()
