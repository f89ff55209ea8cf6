# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import container, node, passing, refusals, request


@pytest.mark.parametrize(
    ("label", "containers", "passes"),
    [
        (None, 100, True),
        ("3", 2, True),
        ("3", 3, False),
        ("3", 4, False),
        ("0", 0, False),
        ("-1", 0, False),
        ("three", 3, True),
        ("3.5", 4, True),
        ("", 4, True),
    ],
)
def test_slots(label, containers, passes):
    labels = {} if label is None else {"containerslots": label}
    standing = [container(f"c{number}") for number in range(containers)]
    assert passing(request(), node("a", *standing, labels=labels)) == (["a"] if passes else [])


def test_stopped_containers_take_a_slot():
    full = node("a", container("old", state="exited"), labels={"ContainerSlots": "1"})
    assert refusals(request(), full) == {
        "a": [("containerslots", "containerslots", "a free slot", "1 of 1 slots in use")]
    }
