# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings


@pytest.mark.parametrize(
    ("source", "addresses"),
    [
        ("nodes://h1:2376,h2:2376", ["h1:2376", "h2:2376"]),
        ("NODES://h1:2376", ["h1:2376"]),
        ("h1:2376,h2:2376", ["h1:2376", "h2:2376"]),
        (" h1:2376 , h2:2376, ", ["h1:2376", "h2:2376"]),
        ("https://h1:2376,h2:2376", ["h1:2376", "h2:2376"]),
        ("nodes://https://h1:2376", ["h1:2376"]),
        ("nodes://h[1:2]:2376,h1:2376,h3:1", ["h1:2376", "h2:2376", "h3:1"]),
        ("h2:1,h1:1,h2:1", ["h2:1", "h1:1"]),
    ],
)
def test_lists(source: str, addresses: list[str]) -> None:
    assert [entry.address for entry in open_backend(DiscoverySettings(source)).list()] == addresses


@pytest.mark.parametrize("source", ["nodes://", "", " , ", "nodes://,"])
def test_an_empty_list_is_refused(source: str) -> None:
    with pytest.raises(InputError, match="names no engines; write HOST:PORT"):
        open_backend(DiscoverySettings(source))


def test_a_bad_entry_is_named_before_anything_is_asked() -> None:
    with pytest.raises(InputError, match="bad entry 'h2': it has no port"):
        open_backend(DiscoverySettings("nodes://h1:2376,h2"))


def test_watching_what_is_known_sleeps_for_the_timeout_and_no_longer() -> None:
    slept: list[float] = []
    backend = open_backend(DiscoverySettings("h1:1"), sleep=slept.append)

    assert backend.watch(backend.list(), 30) == backend.list()
    assert slept == [30]


def test_watching_what_is_not_known_answers_at_once() -> None:
    slept: list[float] = []
    backend = open_backend(DiscoverySettings("h1:1"), sleep=slept.append)

    assert backend.watch((), 30) == backend.list()
    assert slept == []


@pytest.mark.parametrize("parted", ["h1:2376 h2:2376", "h1:2376\nh2:2376", "10.0.0.1:2376;10.0.0.2:2376", "h1 h2"])
def test_entries_that_are_parted_by_something_else_than_commas(parted: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(f"nodes://{parted}"))
    assert str(caught.value) == (
        f"bad entry '{parted}': several entries are parted by commas in a list, and stand on a line each in a file; an "
        "entry is written HOST:PORT, such as 10.0.0.5:2376"
    )
