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


#: Twenty ranges of 65,025 entries each.
MANY = [f"10.{number}.[1:255].[1:255]:2375" for number in range(20)]


def test_ranges_are_bounded_in_all_and_not_one_by_one() -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(",".join(MANY)))
    assert str(caught.value) == (
        "discovery: with '10.1.[1:255].[1:255]:2375' there are more than 65536 entries in all; write narrower ranges"
    )
    assert len(open_backend(DiscoverySettings(f"{MANY[0]},10.1.0.[1:255]:2375")).list()) == 255 * 256


@pytest.mark.parametrize("separator", [" ", "  ", "\t", ";", "\n"])
def test_entries_that_are_separated_otherwise(separator: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(f"10.0.0.1:2376{separator}10.0.0.2:2376"))
    assert str(caught.value) == (
        f"discovery: bad entry '10.0.0.1:2376{separator}10.0.0.2:2376': it looks like several; separate entries by "
        "commas in a list, and by lines in a file; an entry is written HOST:PORT, such as 10.0.0.5:2376"
    )


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


@pytest.mark.parametrize("parted", ["h1:2376 h2:2376", "h1:2376\nh2:2376", "10.0.0.1:2376;10.0.0.2:2376"])
def test_entries_that_are_parted_by_something_else_than_commas(parted: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(f"nodes://{parted}"))
    assert str(caught.value) == (
        f"discovery: bad entry '{parted}': it looks like several; separate entries by commas in a list, and by "
        "lines in a file; an entry is written HOST:PORT, such as 10.0.0.5:2376"
    )
