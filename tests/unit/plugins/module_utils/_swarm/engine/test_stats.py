# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.stats import Stats, read_stats
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError

SECOND = 10**9


def record(**fields: t.Any) -> dict[str, t.Any]:
    """One second in which a container had a quarter of two cpus."""
    return {
        "read": "2026-01-31T12:00:00.000000001Z",
        "cpu_stats": {"cpu_usage": {"total_usage": 3 * SECOND}, "system_cpu_usage": 102 * SECOND, "online_cpus": 2},
        "precpu_stats": {"cpu_usage": {"total_usage": 5 * SECOND // 2}, "system_cpu_usage": 100 * SECOND},
        "memory_stats": {"usage": 1000, "limit": 4000, "stats": {"inactive_file": 300}},
        "pids_stats": {"current": 3},
        "networks": {"eth0": {"rx_bytes": 10, "tx_bytes": 1}, "eth1": {"rx_bytes": 20, "tx_bytes": 2}},
        "blkio_stats": {
            "io_service_bytes_recursive": [
                {"op": "read", "value": 5},
                {"op": "Read", "value": 6},
                {"op": "write", "value": 7},
                {"op": "Total", "value": 18},
            ]
        },
        **fields,
    }


def test_the_numbers() -> None:
    assert read_stats("n1:2376", record()) == Stats("2026-01-31T12:00:00.000000001Z", 50.0, 700, 4000, 30, 3, 11, 7, 3)


@pytest.mark.parametrize(
    ("stats", "memory"),
    [
        ({"usage": 1000}, 1000),
        # control groups 1 count the caches of all below; they have a value of their own, too
        ({"usage": 1000, "stats": {"total_inactive_file": 400, "inactive_file": 100}}, 600),
        ({"usage": 1000, "stats": {"inactive_file": 1000}}, 1000),
        ({}, 0),
    ],
)
def test_memory(stats: dict[str, t.Any], memory: int) -> None:
    assert read_stats("n1:2376", record(memory_stats=stats)).memory == memory


@pytest.mark.parametrize(
    "before",
    [
        # the first of a stream
        {"cpu_usage": {"total_usage": 0}},
        # nothing was used
        {"cpu_usage": {"total_usage": 3 * SECOND}, "system_cpu_usage": 100 * SECOND},
        # no time has passed
        {"cpu_usage": {"total_usage": 0}, "system_cpu_usage": 102 * SECOND},
    ],
)
def test_no_share_of_a_cpu(before: dict[str, t.Any]) -> None:
    assert read_stats("n1:2376", record(precpu_stats=before)).cpu == 0.0


def test_zeros_are_no_measurement() -> None:
    with pytest.raises(EngineError) as caught:
        read_stats("n1:2376", record(read="0001-01-01T00:00:00Z"))
    assert str(caught.value) == (
        "n1:2376 has measured nothing of it: it does not run any more, or its control groups cannot be read"
    )
