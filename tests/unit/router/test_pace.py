# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the next application may begin."""

from __future__ import annotations

from classic_swarm.router.pace import SETTLE, Pace


def test_the_first_change_waits_a_moment_and_brings_others_along() -> None:
    pace = Pace(1.0, lambda: 0.0)
    assert not pace.is_due(100)
    pace.want(100)
    assert not pace.is_due(100)
    pace.want(100 + SETTLE / 2)
    assert pace.is_due(100 + SETTLE)


def test_the_next_one_waits_for_the_interval_and_a_part_by_chance() -> None:
    pace = Pace(2.0, lambda: 1.0)
    pace.want(0)
    pace.done(10, True)
    pace.want(10)
    assert not pace.is_due(12.4)
    assert pace.is_due(12.5)
    pace.done(12.5, True)
    assert not pace.is_due(1000)


def test_what_failed_is_tried_again_later_and_later_or_at_a_change() -> None:
    pace = Pace(0.5, lambda: 1.0)
    for pause in (1, 2, 4, 8, 16, 30, 30):
        pace.done(0, False)
        assert not pace.is_due(pause - 0.01)
        assert pace.is_due(pause)
    pace.want(1)
    assert pace.is_due(1 + SETTLE)
