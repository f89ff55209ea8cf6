# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.later import Later


def test_it_is_made_once_and_only_when_looked_at():
    made = []

    def make():
        made.append(True)
        return "abc"

    later = Later(make)
    assert not made
    assert (len(later), later[0], later[1:], list(later), "b" in later) == (3, "a", ("b", "c"), ["a", "b", "c"], True)
    assert repr(later) == "('a', 'b', 'c')"
    assert len(made) == 1


def test_it_equals_a_tuple_of_the_same():
    assert Later(lambda: "ab") == ("a", "b")
    assert Later(lambda: "ab") == Later(lambda: ["a", "b"])
    assert Later(lambda: "ab") != ("a",)
    assert hash(Later(lambda: "ab")) == hash(("a", "b"))


def test_what_cannot_be_made_is_told_each_time():
    later = Later(lambda: [1 // 0])
    for _time in range(2):
        with pytest.raises(ZeroDivisionError):
            len(later)
