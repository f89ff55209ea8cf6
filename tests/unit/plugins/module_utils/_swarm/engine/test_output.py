# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.output import FrameReader, read_frames


def frame(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text


CONTENT = frame(1, b"one") + frame(2, b"two\n") + frame(1, b"") + frame(1, b"x" * 300)


@pytest.mark.parametrize("size", [1, 3, 8, 11, 1000])
def test_frames_are_the_same_in_whatever_pieces(size: int) -> None:
    reader = FrameReader()
    found = [
        part for start in range(0, len(CONTENT), size) for part in reader.feed(CONTENT[start : start + size]) if part[1]
    ]
    joined = [
        (stream, b"".join(data for _stream, data in parts))
        for stream, parts in itertools.groupby(found, lambda p: p[0])
    ]
    assert joined == [(1, b"one"), (2, b"two\n"), (1, b"x" * 300)]


def test_what_is_cut_off_is_given_as_far_as_it_came() -> None:
    assert read_frames(CONTENT[:-100]) == b"onetwo\n" + b"x" * 200
    assert read_frames(b"\x01\x00") == b""
