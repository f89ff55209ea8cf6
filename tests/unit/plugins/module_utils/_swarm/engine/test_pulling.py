# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pulling import Layers


def said(*messages: t.Any) -> str:
    layers = Layers()
    for layer, status, *detail in messages:
        given = {"current": detail[0], "total": detail[1]} if detail else {}
        layers.add({"id": layer, "status": status, "progressDetail": given})
    return str(layers)


BEGUN = [("1", "Pulling from library/web"), ("a", "Pulling fs layer"), ("b", "Already exists")]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([("1", "Pulling from library/web")], ""),
        (BEGUN, "1 of 2 layers"),
        ([*BEGUN, ("a", "Downloading", 1_500_000, 4_000_000)], "1 of 2 layers, 1.5 of 4.0 MB"),
        ([*BEGUN, ("a", "Downloading", 1, 4_000_000), ("a", "Extracting", 9, 9)], "1 of 2 layers, 4.0 of 4.0 MB"),
        ([*BEGUN, ("a", "Downloading", 5, 4), ("a", "Pull complete")], "2 of 2 layers, 0.0 of 0.0 MB"),
        ([("a", "Pushing", 100_000, 200_000), ("b", "Layer already exists")], "1 of 2 layers, 0.1 of 0.2 MB"),
        ([("a", "Pushing", 1, -1), ("b", "Mounted from library/x")], "1 of 2 layers"),
    ],
)
def test_how_far_it_has_come(messages: t.Any, expected: str) -> None:
    assert said(*messages) == expected


@pytest.mark.parametrize(
    "odd", [{}, {"status": "Digest: x"}, {"id": 7}, {"id": "a", "status": None, "progressDetail": 1}]
)
def test_what_an_engine_may_say_besides(odd: t.Any) -> None:
    layers = Layers()
    layers.add(odd)
    assert str(layers) in ("", "0 of 1 layers")
