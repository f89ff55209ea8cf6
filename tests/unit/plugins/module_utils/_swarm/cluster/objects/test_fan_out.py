# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One source, many takers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.fan_out import HELD, FanOut, Lane

PIECES = [b"%d" % number for number in range(500)]


def test_every_taker_gets_everything() -> None:
    with FanOut(PIECES, 5) as lanes, ThreadPoolExecutor(5) as pool:
        assert [list(taken) for taken in pool.map(list, lanes)] == [PIECES] * 5


def test_the_source_is_read_once_and_not_far_ahead_of_the_slowest() -> None:
    given: list[bytes] = []

    def source() -> Iterator[bytes]:
        for piece in PIECES:
            given.append(piece)
            yield piece

    with FanOut(source(), 2) as (quick, slow), ThreadPoolExecutor(1) as pool:
        done = pool.submit(list, quick)
        taken = iter(slow)
        for number, piece in enumerate(PIECES):
            assert next(taken) == piece
            assert len(given) <= number + HELD + 3
        assert done.result(10) == PIECES
    assert given == PIECES


def test_who_takes_no_more_holds_up_nobody() -> None:
    with FanOut(PIECES, 2) as (stays, goes), ThreadPoolExecutor(1) as pool:
        done = pool.submit(list, stays)
        assert next(iter(goes)) == PIECES[0]
        goes.close()
        assert done.result(10) == PIECES


def test_the_error_of_the_source_reaches_everybody() -> None:
    def source() -> Iterator[bytes]:
        yield b"first"
        raise RuntimeError("gone")

    def take(lane: Lane) -> None:
        with pytest.raises(RuntimeError, match="gone"):
            list(lane)

    with FanOut(source(), 3) as lanes, ThreadPoolExecutor(3) as pool:
        list(pool.map(take, lanes))


def test_a_source_that_nobody_takes_from_ends() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"more"

    before = threading.active_count()
    with FanOut(endless(), 2):
        pass
    assert threading.active_count() == before
