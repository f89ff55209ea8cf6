# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.progress import Board, build_step, counted


def test_the_last_sentence_counts_and_is_told_once() -> None:
    board = Board()
    for text in ("a quarter", "half"):
        board.tell("n2", text)
    board.tell("n1", "all")
    assert board.take() == [("n1", "all"), ("n2", "half")]
    board.tell("n1", "all")
    assert board.take() == []
    board.tell("n2", "more than half")
    board.tell("n2", "half")
    assert board.take() == []


def test_very_many_nodes_have_few_lines() -> None:
    board = Board()
    for number in range(100, 112):
        board.tell(f"n{number}", "half")
    lines = board.take()
    assert [lines[0], lines[-1], len(lines)] == [("n100", "half"), ("", "and 2 more nodes"), 11]


@pytest.mark.parametrize(("length", "expected"), [(2_500_000, "1.2 of 2.5 MB sent"), (None, "1.2 MB sent")])
def test_bytes_are_counted_as_they_are_taken(length: t.Optional[int], expected: str) -> None:
    told: t.List[str] = []
    pieces = counted([b"x" * 1_250_000] * 2, length, told.append)
    next(pieces)
    assert told == []
    next(pieces)
    assert told == [expected.replace("1.2 ", "1.2 ")]
    assert list(pieces) == []
    assert told[-1] == "2.5 MB sent, and the engine unpacks them"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Step 2/3 : RUN make\n", "Step 2/3 : RUN make"),
        ("#7 [build 2/3] RUN make", "#7 [build 2/3] RUN make"),
        ("#7 0.114 compiling", None),
        (" ---> 4fa6e0f0c678", None),
        ("Downloading Step 2/3 : x", None),
    ],
)
def test_the_step_of_a_build(line: str, expected: t.Optional[str]) -> None:
    assert build_step(line) == expected
