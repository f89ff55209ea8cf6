# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept of services that lose their instances."""

from __future__ import annotations

import pytest
from classic_swarm.router.errors import RouteError
from classic_swarm.router.holding import NEVER, Holding

from tests.unit.router.services import services

WEB, DB = ("web", "a", {}), ("db", "b", {})


def test_a_service_keeps_its_instances_then_is_empty_then_forgotten() -> None:
    holding = Holding(grace=30, forget=600, allow_empty=False)
    both = services(WEB, DB)
    assert holding.hold(both, 0) == both
    only = services(WEB)
    assert holding.hold(only, 10) == both
    assert (holding.held, holding.due()) == (("db",), 40)
    emptied = holding.hold(only, 40)
    assert (emptied["db"].instances, holding.held, holding.due()) == ((), (), 640)
    assert holding.hold(only, 640) == only
    assert holding.due() == NEVER


def test_one_that_comes_back_is_as_it_comes() -> None:
    holding = Holding(grace=30, forget=600, allow_empty=False)
    holding.hold(services(WEB, DB), 0)
    holding.hold(services(WEB), 10)
    back = services(WEB, ("db", "other", {}))
    assert holding.hold(back, 20) == back
    assert holding.held == ()


def test_what_has_drained_is_not_held() -> None:
    holding = Holding(grace=30, forget=600, allow_empty=False)
    holding.hold(services(WEB, DB, draining=("b",)), 0)
    assert holding.hold(services(WEB), 10)["db"].instances == ()
    assert holding.held == ()


def test_one_instance_of_two_goes_at_once() -> None:
    holding = Holding(grace=30, forget=600, allow_empty=False)
    holding.hold(services(WEB, ("web", "c", {})), 0)
    assert holding.hold(services(WEB), 1) == services(WEB)


def test_a_store_without_any_service_is_not_believed() -> None:
    holding = Holding(grace=30, forget=600, allow_empty=False)
    # At the start nothing is known that could be lost.
    assert holding.hold({}, 0) == {}
    holding.hold(services(WEB), 1)
    for now in (2, 1000):
        with pytest.raises(RouteError, match="the store has no services at all") as caught:
            holding.hold({}, now)
        assert caught.value.stage == "empty"
    meant = Holding(grace=30, forget=600, allow_empty=True)
    meant.hold(services(WEB), 0)
    assert meant.hold({}, 1) == services(WEB)
    assert meant.hold({}, 31)["web"].instances == ()
