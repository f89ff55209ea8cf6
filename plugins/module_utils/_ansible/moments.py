# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as users write them: how long ago, a date with a time, or seconds since 1970."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.durations import parse_duration

_SECONDS = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")
_FRACTION = re.compile(r"\.([0-9]+)")
_DURATION = re.compile(r"[0-9.]+(ns|us|µs|ms|s|m|h).*")


def read_moment(text: t.Optional[str], option: str, now: float) -> t.Optional[float]:
    """Seconds since 1970, None for None.

    :param now: the same, at this moment
    :raises InputError: it is no moment
    """
    if text is None:
        return None
    stripped = text.strip()
    if _SECONDS.fullmatch(stripped):
        return float(stripped)
    if _DURATION.fullmatch(stripped):
        return now - parse_duration(stripped, option) / 10**9
    try:
        # with six digits behind the second, as every version of Python takes it
        exact = _FRACTION.sub(lambda found: f".{found[1][:6]:0<6}", stripped)
        moment = datetime.datetime.fromisoformat(re.sub(r"[Zz]\Z", "+00:00", exact))
    except ValueError:
        raise InputError(
            f"{option}: '{text}' is not a moment; write how long ago it was, such as 10m, a date with a time, such as "
            "2026-01-31T12:00:00Z, or seconds since 1970"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()
