# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How options of what acts in containers are read."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.copying import read_mode, read_path
from ansible_collections.classic.swarm.plugins.module_utils._ansible.fetching import destination
from ansible_collections.classic.swarm.plugins.module_utils._ansible.moments import read_moment
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

NOON = 1769860800.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("1769860800", NOON),
        ("1769860800.5", NOON + 0.5),
        ("10m", NOON - 600),
        ("1h30m", NOON - 5400),
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31T12:00:00", NOON),
        ("2026-01-31 13:00:00.250000+01:00", NOON + 0.25),
        # as logs and events have it
        ("2026-01-31T12:00:00.250000999Z", NOON + 0.25),
        ("2026-01-31T12:00:00.5Z", NOON + 0.5),
        ("2026-01-31", NOON - 43200),
    ],
)
def test_moments(text: str | None, seconds: float | None) -> None:
    assert read_moment(text, "since", NOON) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "-5m", "2026-13-01"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(InputError, match=r"^since: "):
        read_moment(text, "since", NOON)


@pytest.mark.parametrize(
    ("value", "parse", "mode"),
    [
        (None, "legacy", None),
        (420, "legacy", 0o644),
        ("420", "legacy", 0o644),
        ("0644", "legacy", 644),
        ("0644", "modern", 0o644),
        (420, "modern", 0o644),
        ("4755", "octal_string_only", 0o4755),
        (0, "legacy", 0),
    ],
)
def test_modes(value: object, parse: str, mode: int | None) -> None:
    assert read_mode(value, parse) == mode


@pytest.mark.parametrize(
    ("value", "parse"),
    [
        ("u=rw", "modern"),
        ("8", "modern"),
        (-1, "legacy"),
        (0o10000, "modern"),
        (420, "octal_string_only"),
        (True, "legacy"),
    ],
)
def test_what_is_no_mode(value: object, parse: str) -> None:
    with pytest.raises(InputError, match=r"^mode: .* is not a file mode"):
        read_mode(value, parse)


@pytest.mark.parametrize(
    ("text", "path"), [("/a/b", "/a/b"), ("a", "/a"), ("//a//b/", "/a/b"), ("/a/../../b", "/b"), ("/a/./b", "/a/b")]
)
def test_paths_in_a_container(text: str, path: str) -> None:
    assert read_path(text) == path


@pytest.mark.parametrize(
    ("dest", "flat", "where"),
    [
        ("/backup", False, "/backup/web/etc/hosts"),
        ("/backup/", False, "/backup/web/etc/hosts"),
        ("/backup/file", True, "/backup/file"),
        ("/backup/", True, "/backup/hosts"),
    ],
)
def test_where_it_is_fetched_to(dest: str, flat: bool, where: str) -> None:
    assert destination(dest, flat, "web", "/etc/hosts") == where
