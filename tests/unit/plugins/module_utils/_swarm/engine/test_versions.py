# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of the Engine API."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.versions import (
    format_version,
    negotiate,
    our_versions,
    parse_version,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineVersionError, InputError

OURS = ((1, 41), (1, 52))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.41", (1, 41)),
        ("2.0", (2, 0)),
        ("1.9", (1, 9)),
        ("", None),
        ("1", None),
        ("1.41.2", None),
        ("v1.41", None),
        ("1.x", None),
        ("None", None),
        ("1." + "9" * 99, None),
    ],
)
def test_a_version_is_read_or_it_is_none(text: str, version: tuple[int, int] | None) -> None:
    assert parse_version(text) == version
    if version is not None:
        assert format_version(version) == text


@pytest.mark.parametrize(
    ("theirs", "spoken"),
    [
        (((1, 12), (1, 41)), (1, 41)),
        (((1, 24), (1, 45)), (1, 45)),
        (((1, 44), (1, 52)), (1, 52)),
        (((1, 44), (1, 60)), (1, 52)),
        (((1, 52), (2, 0)), (1, 52)),
    ],
)
def test_the_newest_that_both_speak_is_taken(
    theirs: tuple[tuple[int, int], tuple[int, int]], spoken: tuple[int, int]
) -> None:
    assert negotiate("a:1", OURS, theirs) == spoken


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (((1, 12), (1, 40)), "a:1 speaks API versions 1.12 to 1.40, and we speak 1.41 to 1.52; the engine is too old"),
        (((1, 53), (1, 60)), "a:1 speaks API versions 1.53 to 1.60, and we speak 1.41 to 1.52; the engine is too new"),
        (((1, 40), (1, 40)), "a:1 speaks API versions 1.40, and we speak"),
    ],
)
def test_ranges_that_do_not_overlap_are_both_named(theirs: tuple[tuple[int, int], tuple[int, int]], words: str) -> None:
    with pytest.raises(EngineVersionError) as caught:
        negotiate("a:1", OURS, theirs)
    assert str(caught.value).startswith(words)
    assert caught.value.address == "a:1"


def test_the_setting_says_what_we_speak() -> None:
    assert our_versions("auto") == OURS
    assert our_versions("1.44") == ((1, 44), (1, 44))


@pytest.mark.parametrize("setting", ["", "newest", "1", "1.40", "1.53", "v1.44"])
def test_a_setting_that_cannot_be_is_refused_with_the_right_form(setting: str) -> None:
    with pytest.raises(InputError, match=r"^api_version is '.*'; .*auto") as caught:
        our_versions(setting)
    assert f"'{setting}'" in str(caught.value)
