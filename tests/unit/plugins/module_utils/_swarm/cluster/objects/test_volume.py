# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which options a volume is not as asked, and what is shown of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import (
    ObjectDifference,
    make_change,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.volume import WantedVolume

RECORD: dict[str, Any] = {"Name": "data", "Driver": "local", "Options": {"type": "nfs"}, "Labels": {"a": "1"}}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, []),
        ({"driver": "other"}, [("driver", "other", "local")]),
        ({"driver_options": {"type": "nfs"}, "labels": {"a": "1"}}, []),
        ({"driver_options": {"type": "nfs", "o": "addr=x"}}, [("driver_options.o", "addr=x", None)]),
        ({"labels": {"a": "2", "b": ""}}, [("labels.a", "2", "1"), ("labels.b", "", None)]),
    ],
    ids=lambda value: "",
)
def test_differences(asked: dict[str, Any], expected: list[tuple[str, Any, Any]]) -> None:
    assert [tuple(each) for each in WantedVolume("data", **asked).differences(RECORD)] == expected


def test_what_an_engine_does_not_say_differs_from_what_is_asked() -> None:
    bare = {"Name": "data", "Driver": "local", "Options": None, "Labels": None}
    wanted = WantedVolume("data", driver_options={"type": "nfs"}, labels={"a": "1"})
    assert [each.option for each in wanted.differences(bare)] == ["driver_options.type", "labels.a"]


def test_options_of_a_driver_are_not_in_the_text_of_a_volume() -> None:
    assert "open-sesame" not in repr(WantedVolume("data", driver_options={"o": "password=open-sesame"}))


def test_what_is_undone_and_done_again_is_shown_as_it_was_and_will_be() -> None:
    change = make_change(
        ["a"], None, True, True, [ObjectDifference("connected.app", False, True),
                                  ObjectDifference("connected.app", True, False)]
    )  # fmt: skip
    assert (change.before["connected.app"], change.after["connected.app"]) == (True, True)
