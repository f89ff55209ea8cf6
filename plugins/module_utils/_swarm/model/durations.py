# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Durations as Docker writes them: ``1m30s``."""

from __future__ import annotations

import re
from fractions import Fraction

from ..errors import InputError

#: Engines count nanoseconds in 64 bits with a sign.
MOST_NANOSECONDS = 2**63 - 1
_MOST_CHARACTERS = 100

_PART = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>ns|us|µs|ms|s|m|h)")
_WHOLE = re.compile(rf"(?:{_PART.pattern.replace('?P<number>', '?:').replace('?P<unit>', '?:')})+")
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


def parse_duration(text: str, option: str) -> int:
    """Nanoseconds in ``5h34m56s``, ``1.5s``, ``500ms``; an empty text and ``0`` are 0.

    :raises InputError: names ``option`` and the text
    """
    stripped = str(text).strip()
    if stripped in ("", "0"):
        return 0
    if len(stripped) > _MOST_CHARACTERS or not _WHOLE.fullmatch(stripped):
        shown = stripped if len(stripped) <= _MOST_CHARACTERS else f"{stripped[:_MOST_CHARACTERS]}..."
        raise InputError(
            f"{option}: '{shown}' is not a duration; write numbers with a unit of us, ms, s, m or h each, such as 1m30s"
        )
    # Fractions: 0.1s must be exactly 100 000 000 ns, or a container would differ from its own wish.
    amount = int(sum(Fraction(part["number"]) * _NANOSECONDS[part["unit"]] for part in _PART.finditer(stripped)))
    if amount > MOST_NANOSECONDS:
        raise InputError(f"{option}: '{stripped}' is longer than the 292 years that an engine can count")
    return amount
