# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.logs import Line, LineReader

ONE, TWO, THREE = (f"2026-01-31T12:00:00.00000000{number}Z" for number in (1, 2, 3))


def frame(stream: int, content: str) -> bytes:
    data = content.encode()
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def read(content: bytes, size: int, terminal: bool = False) -> list[Line]:
    reader = LineReader(terminal)
    lines = []
    for start in range(0, len(content), size):
        lines += reader.feed(content[start : start + size])
    return [*lines, *reader.end()]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_frames(size: int) -> None:
    content = frame(1, f"{ONE} first\n") + frame(2, f"{TWO} sécond\r\n") + frame(1, f"{THREE} \n")
    assert read(content, size) == [
        Line(ONE, "stdout", "first"),
        Line(TWO, "stderr", "sécond"),
        Line(THREE, "stdout", ""),
    ]


@pytest.mark.parametrize("size", [1, 1000])
def test_a_long_line_comes_in_parts_that_each_have_a_time(size: int) -> None:
    """Between them may be lines of the other stream."""
    content = frame(1, f"{ONE} be") + frame(2, f"{TWO} other\n") + frame(1, f"{THREE} gun\n")
    assert read(content, size) == [Line(TWO, "stderr", "other"), Line(ONE, "stdout", "begun")]


def test_the_last_line_may_have_no_end() -> None:
    assert read(frame(1, f"{ONE} no end"), 5) == [Line(ONE, "stdout", "no end")]
    assert read(f"{ONE} no end".encode(), 5, terminal=True) == [Line(ONE, "stdout", "no end")]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_terminal_has_no_frames(size: int) -> None:
    content = f"{ONE} first\r\n{TWO} second\r\n".encode()
    assert read(content, size, terminal=True) == [Line(ONE, "stdout", "first"), Line(TWO, "stdout", "second")]


def test_the_time_of_a_line() -> None:
    assert Line("2026-01-31T12:00:00.123456789Z", "stdout", "").seconds == 1769860800.123456
    assert Line("soon", "stdout", "").seconds == 0.0
