# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import node, place, request

NODES = tuple(node(name) for name in "abcd")


def test_one_seed_gives_one_placement():
    chosen = {place(request(), *order, strategy="random", seed=7).node.name for order in (NODES, NODES[::-1])}
    assert len(chosen) == 1


def test_seeds_and_names_lead_to_every_node():
    assert {place(request(), *NODES, strategy="random", seed=seed).node.name for seed in range(50)} == set("abcd")
    requests = [request(f"web-{number}") for number in range(400)]
    placements = Scheduler(SchedulingSettings(strategy="random", seed=1)).place_batch(NODES, requests)
    counts = Counter(placement.node.name for placement in placements)
    assert set(counts) == set("abcd")
    assert min(counts.values()) > 60


def test_other_nodes_do_not_change_a_draw():
    weights = [
        {
            candidate.node.name: candidate.weight
            for candidate in place(request(), *nodes, strategy="random", seed=3).ranking
        }
        for nodes in (NODES, NODES[:2])
    ]
    assert weights[1] == {name: weights[0][name] for name in "ab"}


def test_without_a_seed():
    with pytest.raises(InputError, match="strategy 'random' needs a seed"):
        place(request(), *NODES, strategy="random")
