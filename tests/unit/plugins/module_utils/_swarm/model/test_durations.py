# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.durations import parse_duration
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("", 0),
        ("0", 0),
        ("30s", 30_000_000_000),
        ("1m30s", 90_000_000_000),
        ("5h34m56s", 20_096_000_000_000),
        ("500ms", 500_000_000),
        ("1m1ms", 60_001_000_000),
        ("250us", 250_000),
        ("7ns", 7),
        ("0.1s", 100_000_000),
        ("1.5h", 5_400_000_000_000),
    ],
)
def test_reads(text: str, nanoseconds: int) -> None:
    assert parse_duration(text, "healthcheck.interval") == nanoseconds


@pytest.mark.parametrize("text", ["30", "s", "30 s", "1d", "-1s", "1s!", "s30", "1..5s"])
def test_refuses(text: str) -> None:
    with pytest.raises(InputError, match=r"healthcheck\.interval: .* is not a duration; write .*1m30s") as caught:
        parse_duration(text, "healthcheck.interval")
    assert f"'{text}'" in caught.value.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("9999999h", "'9999999h' is longer than the 292 years that an engine can count"),
        (
            f"{'9' * 400}s",
            f"'{'9' * 100}...' is not a duration; write numbers with a unit of us, ms, s, m or h each, such as 1m30s",
        ),
        (
            "\N{ARABIC-INDIC DIGIT ONE}s",
            "'\N{ARABIC-INDIC DIGIT ONE}s' is not a duration; "
            "write numbers with a unit of us, ms, s, m or h each, such as 1m30s",
        ),
    ],
)
def test_durations_that_cannot_be_sent(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_duration(text, "healthcheck.interval")
    assert caught.value.message == f"healthcheck.interval: {problem}"


@given(st.integers(0, 10**6), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_parts_add_up(hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    text = f"{hours}h{minutes}m{seconds}s{milliseconds}ms"
    assert parse_duration(text, "x") == (((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds) * 10**6
