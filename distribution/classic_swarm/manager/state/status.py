# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The engine's sentence on a container's state, such as ``Up 3 minutes``, kept true as time goes on.

An engine says it once, when it is asked; the state shows it long after. What it tells is a time span in one of the
engine's words (go-units' HumanDuration), so the sentence says between which times something happened.
"""

from __future__ import annotations

import functools
import re
import typing as t

#: What is shown of a container whose node does not answer.
HOST_DOWN = "Host Down"

_SENTENCE = re.compile(r"(Up |Restarting \(-?\d+\) |Exited \(-?\d+\) )(.+?)( ago)?( \([^()]*\))?")

_MINUTE, _HOUR = 60, 3600
_DAY = 24 * _HOUR
_FOREVER = float("inf")

#: From so many seconds on, the words, and the seconds after which they change: one row for each unit.
_SECONDS_IN = {"second": 1, "minute": _MINUTE, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY}
_FIXED = {"Less than a second": 0.0, "About a minute": 60.0, "About an hour": 3600.0}


class Status(t.NamedTuple):
    """A sentence that goes with the time.

    :ivar before: what stands before the span
    :ivar since: seconds since the epoch; None for a sentence without a span, which is ``before``
    :ivar after: what stands behind it
    """

    before: str
    since: t.Optional[float] = None
    after: str = ""

    def at(self, now: float) -> t.Tuple[str, float]:
        """The sentence, and until when it is true."""
        if self.since is None:
            return self.before, _FOREVER
        words, left = span(max(0.0, now - self.since))
        return f"{self.before}{words}{self.after}", now + left


def read_status(sentence: str, told_at: float) -> Status:
    """What an engine said. :param told_at: seconds since the epoch"""
    before, seconds, after = _take_apart(sentence)
    return Status(before, None if seconds is None else told_at - seconds, after)


# Fifty thousand containers have few different sentences.
@functools.lru_cache(maxsize=4096)
def _take_apart(sentence: str) -> t.Tuple[str, t.Optional[float], str]:
    match = _SENTENCE.fullmatch(sentence)
    seconds = None if match is None else _seconds(match[2])
    if match is None or seconds is None:
        return sentence, None, ""
    return match[1], seconds, (match[3] or "") + (match[4] or "")


def span(seconds: float) -> t.Tuple[str, float]:
    """A time span in the engine's words, and the seconds until they change."""
    whole = int(seconds)
    if whole < 1:
        return "Less than a second", 1 - seconds
    if whole < _MINUTE:
        return f"{whole} second{'' if whole == 1 else 's'}", whole + 1 - seconds
    minutes = whole // _MINUTE
    if minutes < 60:
        words = "About a minute" if minutes == 1 else f"{minutes} minutes"
        return words, (minutes + 1) * _MINUTE - seconds
    # Hours are rounded, and what is longer is made of these hours.
    hours = int(seconds / _HOUR + 0.5)
    next_hour = (hours + 0.5) * _HOUR - seconds
    if hours < 48:
        return ("About an hour" if hours == 1 else f"{hours} hours"), next_hour
    days = hours // 24
    if hours < 24 * 7 * 2:
        return f"{days} days", _until((days + 1) * 24, seconds)
    if hours < 24 * 30 * 2:
        weeks = days // 7
        return f"{weeks} weeks", min(_until((weeks + 1) * 24 * 7, seconds), _until(24 * 30 * 2, seconds))
    if hours < 24 * 365 * 2:
        months = days // 30
        return f"{months} months", min(_until((months + 1) * 24 * 30, seconds), _until(24 * 365 * 2, seconds))
    years = int(seconds / _HOUR) // 24 // 365
    return f"{years} years", (years + 1) * 365 * _DAY - seconds


def _until(hours: int, seconds: float) -> float:
    return (hours - 0.5) * _HOUR - seconds


def _seconds(words: str) -> t.Optional[float]:
    """The shortest span that these words are said of."""
    if words in _FIXED:
        return _FIXED[words]
    count, _space, unit = words.partition(" ")
    unit = unit[:-1] if unit.endswith("s") else unit
    if not (count.isascii() and count.isdigit() and len(count) < 6):
        return None
    if unit == "year":
        return int(count) * 365.0 * _DAY
    seconds = _SECONDS_IN.get(unit)
    if seconds is None:
        return None
    rounded = _HOUR / 2 if seconds >= _HOUR else 0
    return max(0.0, int(count) * seconds - rounded)
