# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.classic.swarm.tests.unit.builders import node, passing, refusals, request

FAILED = request(avoid={"a:2375": "port 80 is in use"})


def test_a_node_that_failed_is_not_tried_again():
    assert passing(FAILED, node("a"), node("b")) == ["b"]


def test_the_words_of_the_failure_are_kept():
    assert refusals(FAILED, node("a"), node("b")) == {
        "a": [("attempt", "failed attempt", "no failed attempt", "port 80 is in use")]
    }


def test_it_is_asked_also_where_filters_are_chosen():
    assert passing(FAILED, node("a"), node("b"), filters=("health",)) == ["b"]
