# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``ulimits``: limits of the container's processes."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .parse import MOST_INTEGER

#: The kernel's limits (``man 2 getrlimit``), as runc knows them.
NAMES = frozenset(
    (
        *("as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss"),
        *("rtprio", "rttime", "sigpending", "stack"),
    )
)
UNLIMITED = -1
_NUMBER = re.compile(r"-1|[0-9]{1,19}")
_FORM = "write NAME:SOFT or NAME:SOFT:HARD, such as nofile:1024:2048, with -1 for unlimited"


def parse_ulimits(value: t.Sequence[str], option: str) -> t.List[t.Dict[str, t.Any]]:
    """``NAME:SOFT[:HARD]`` each; one number is both."""
    return [_parse_ulimit(text, option) for text in value]


def _parse_ulimit(text: str, option: str) -> t.Dict[str, t.Any]:
    name, *numbers = text.split(":")
    if not name or not 1 <= len(numbers) <= 2 or not all(map(_NUMBER.fullmatch, numbers)):
        raise InputError(f"{option}: '{text}' is not a ulimit; {_FORM}")
    if name.lower() not in NAMES:
        raise InputError(f"{option}: '{text}' limits '{name}'; limits are {', '.join(sorted(NAMES))}")
    soft, hard = int(numbers[0]), int(numbers[-1])
    if max(soft, hard) > MOST_INTEGER:
        raise InputError(f"{option}: '{text}' is out of range; write numbers up to {MOST_INTEGER}, or -1 for unlimited")
    if hard != UNLIMITED and (soft > hard or soft == UNLIMITED):
        raise InputError(f"{option}: in '{text}' the soft limit {soft} is above the hard limit {hard}")
    return {"Name": name, "Soft": soft, "Hard": hard}
