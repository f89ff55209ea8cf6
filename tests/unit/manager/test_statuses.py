# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentence on a container's state, as time goes on."""

from __future__ import annotations

import pytest
from classic_swarm.manager.state.status import read_status, span

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "Less than a second"), (1, "1 second"), (59.9, "59 seconds"), (60, "About a minute"),
        (120, "2 minutes"), (59 * 60 + 59, "59 minutes"), (HOUR, "About an hour"), (1.4 * HOUR, "About an hour"),
        (1.5 * HOUR, "2 hours"), (47.4 * HOUR, "47 hours"), (47.5 * HOUR, "2 days"), (13 * DAY, "13 days"),
        (14 * DAY, "2 weeks"), (59 * DAY, "8 weeks"), (60 * DAY, "2 months"), (729 * DAY, "24 months"),
        (730 * DAY, "2 years"),
    ],
)  # fmt: skip
def test_a_span_is_said_as_an_engine_says_it_and_holds_until_the_next_words(seconds: float, words: str) -> None:
    said, left = span(seconds)

    assert said == words
    assert left > 0
    assert span(seconds + left - 0.01)[0] == words
    assert span(seconds + left + 0.01)[0] != words


@pytest.mark.parametrize(
    ("sentence", "later"),
    [
        ("Up 3 minutes", "Up 13 minutes"),
        ("Up 3 minutes (healthy)", "Up 13 minutes (healthy)"),
        ("Up Less than a second (Paused)", "Up 10 minutes (Paused)"),
        ("Exited (137) 2 seconds ago", "Exited (137) 10 minutes ago"),
        ("Restarting (1) About a minute ago", "Restarting (1) 11 minutes ago"),
        ("Created", "Created"),
        ("Dead", "Dead"),
        ("Up since yesterday", "Up since yesterday"),
    ],
)
def test_a_sentence_goes_with_the_time(sentence: str, later: str) -> None:
    status = read_status(sentence, 1000.0)

    assert status.at(1000.0)[0] == sentence
    assert status.at(1600.5)[0] == later


@pytest.mark.parametrize("sentence", [f"Up {span(count * 1800.0)[0]}" for count in range(1, 2000, 7)])
def test_what_is_read_says_the_same_at_once(sentence: str) -> None:
    assert read_status(sentence, 5e6).at(5e6)[0] == sentence
