# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine would prune."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.unused import (
    moment,
    passes,
    unused_containers,
    unused_images,
    unused_networks,
    unused_volumes,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

NOW = 1_700_000_000.0
HASH = "0f" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", NOW - 86400),
        ("1h30m", NOW - 5400),
        ("1699999999", 1_699_999_999.0),
        ("2023-11-14", 1_699_920_000.0),
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14T23:13:20.123456789+01:00", NOW),
    ],
)
def test_moments(text: str, expected: float) -> None:
    assert moment(text, NOW) == expected


def test_a_moment_that_is_none() -> None:
    with pytest.raises(InputError, match="until: 'yesterday' is not a duration"):
        moment("yesterday", NOW)


@pytest.mark.parametrize(
    ("filters", "goes"),
    [
        ({}, True),
        ({"label": ["a"]}, True),
        ({"label": ["a=1"]}, True),
        ({"label": ["a=2"]}, False),
        ({"label": ["a", "b"]}, False),
        ({"label!": ["a=2", "b"]}, True),
        ({"label!": ["a"]}, False),
        ({"until": ["1h"]}, True),
        ({"until": ["3h"]}, False),
    ],
)
@pytest.mark.parametrize("created", [NOW - 7200, "2023-11-14T20:13:20.5Z"])
def test_filters(filters: dict[str, list[str]], goes: bool, created: Any) -> None:
    assert passes({"Labels": {"a": "1"}, "Created": created}, filters, NOW) is goes


def test_containers() -> None:
    there = [
        {"Id": state, "State": state, "SizeRw": 5, "Created": 0}
        for state in ("created", "running", "paused", "restarting", "exited", "dead", "removing")
    ]
    assert unused_containers(there, {}, NOW) == (["created", "exited", "dead"], 15)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [({}, (["bare", "old"], 25)), ({"dangling": ["true"]}, (["bare", "old"], 25)),
     ({"dangling": ["false"]}, (["bare", "old", "tagged"], 35))],
)  # fmt: skip
def test_images(filters: dict[str, list[str]], expected: tuple[list[str], int]) -> None:
    there = [
        {"Id": "bare", "RepoTags": None, "Size": 30, "SharedSize": 10},
        {"Id": "old", "RepoTags": ["<none>:<none>"], "Size": 5, "SharedSize": -1},
        {"Id": "tagged", "RepoTags": ["web:1"], "Size": 10, "SharedSize": 0},
        {"Id": "used", "RepoTags": None, "Size": 10, "SharedSize": 0},
    ]
    assert unused_images(there, [{"ImageID": "used"}], filters, NOW) == expected


def test_networks() -> None:
    there = [{"Name": name} for name in ("bridge", "host", "none", "empty", "full", "stopped")]
    inside = [
        {"State": "running", "NetworkSettings": {"Networks": {"full": {}}}},
        {"State": "exited", "NetworkSettings": {"Networks": {"stopped": {}}}},
    ]
    assert unused_networks([*there, {"Name": "base", "ConfigOnly": True}], inside, {}, NOW).names == [
        "empty",
        "stopped",
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [HASH, "labelled"]),
        ({"all": ["true"]}, ["named", HASH, "labelled"]),
        ({"all": ["false"]}, [HASH, "labelled"]),
    ],
)
def test_volumes(filters: dict[str, list[str]], expected: list[str]) -> None:
    there = [
        {"Name": "named", "UsageData": {"Size": -1}},
        {"Name": HASH},
        {"Name": "labelled", "Labels": {"com.docker.volume.anonymous": ""}},
        {"Name": "f0" * 32},
    ]
    assert unused_volumes(there, [{"Mounts": [{"Name": "f0" * 32}]}], filters).names == expected
