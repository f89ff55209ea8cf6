# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler import registry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings


def names(**settings):
    return [rule.name for rule in registry.make_filters(SchedulingSettings(**settings))]


def test_all_filters_in_their_order():
    assert names() == [
        "health",
        "attempt",
        "port",
        "containerslots",
        "dependency",
        "affinity",
        "constraint",
        "whitelist",
        "spread_over",
        "resources",
    ]


def test_chosen_filters_keep_the_order_of_the_registry():
    assert names(filters=("constraint", "port")) == ["health", "attempt", "port", "constraint"]
    assert names(filters=()) == ["health", "attempt"]


@pytest.mark.parametrize("name", ["nothing", "attempt", "Port"])
def test_an_unknown_filter(name):
    with pytest.raises(
        InputError, match=f"unknown filter '{name}'; known filters are health, port, containerslots, .*resources"
    ):
        names(filters=("port", name))


@pytest.mark.parametrize("kind", registry.STRATEGIES)
def test_every_strategy_is_found_by_its_name(kind):
    rank = "cpus" if kind.name == "expression" else None
    strategy = registry.make_strategy(SchedulingSettings(strategy=kind.name, rank=rank, seed=1))
    assert isinstance(strategy, kind)


def test_an_alias():
    assert registry.make_strategy(SchedulingSettings(strategy="binpacking")).name == "binpack"


def test_an_unknown_strategy():
    with pytest.raises(InputError, match="unknown strategy 'best'; known strategies are spread, binpack, balanced"):
        registry.make_strategy(SchedulingSettings(strategy="best"))


def test_a_rank_without_its_strategy():
    with pytest.raises(InputError, match=r"rank only applies to strategy 'expression' \(strategy is 'spread'\)"):
        registry.make_strategy(SchedulingSettings(rank="cpus"))
