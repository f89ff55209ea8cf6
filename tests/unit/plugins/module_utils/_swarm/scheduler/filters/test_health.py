# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health
from ansible_collections.classic.swarm.tests.unit.builders import down, node, passing, refusals, request


def test_only_healthy_nodes_pass():
    starting = node("c", health=Health.PENDING)
    assert passing(request(), node("a"), down("b"), starting) == ["a"]


def test_the_reason_is_what_the_engine_said():
    starting = node("c", health=Health.PENDING)
    assert refusals(request(), down("b", "no answer within 10 s"), starting) == {
        "b": [("health", "unhealthy", "healthy", "unhealthy: no answer within 10 s")],
        "c": [("health", "pending", "healthy", "pending")],
    }


def test_it_is_asked_also_where_it_was_not_chosen():
    assert passing(request(), node("a"), down("b"), filters=("port",)) == ["a"]
