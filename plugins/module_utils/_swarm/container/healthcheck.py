# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The health check of a container."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.durations import parse_duration
from .parse import integer_between, parse_text
from .rule import ApiVersion

#: How the engine writes that a container has no health check.
DISABLED = {"Test": ["NONE"]}

#: Nanoseconds; the engine refuses shorter times, and reads 0 as not set.
_SHORTEST = 1_000_000
_parse_retries = integer_between(0, 2**31 - 1)

_DURATIONS = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start_period": "StartPeriod",
    "start_interval": "StartInterval",
}


def parse_healthcheck(value: t.Mapping[str, t.Any], option: str) -> t.Dict[str, t.Any]:
    """The engine's ``Healthcheck``.

    ========== =================== ==============================================================
    test       test_cli_compatible meaning
    ========== =================== ==============================================================
    given      either              that test, with the values given
    missing    false               no health check, whatever the image says
    missing    true                the image's test, with the values given over the image's
    ========== =================== ==============================================================
    """
    test = value.get("test")
    inherits = bool(value.get("test_cli_compatible")) and test is None
    if not test and not inherits:
        return dict(DISABLED)
    check: t.Dict[str, t.Any] = {} if inherits else {"Test": _parse_test(test, f"{option}.test")}
    for name, key in _DURATIONS.items():
        if value.get(name) is not None:
            check[key] = _parse_time(value[name], f"{option}.{name}")
    if value.get("retries") is not None:
        check["Retries"] = _parse_retries(value["retries"], f"{option}.retries")
    # 0 means the image's or the engine's own value; the engine leaves it out of its reply.
    return {key: item for key, item in check.items() if item}


def _parse_time(text: t.Any, option: str) -> int:
    duration = parse_duration(text, option)
    if 0 < duration < _SHORTEST:
        raise InputError(f"{option}: '{text}' is too short; write 1ms or more, or 0 for the engine's own time")
    return duration


def _parse_test(test: t.Any, option: str) -> t.List[str]:
    if not isinstance(test, (list, tuple)):
        return ["CMD-SHELL", parse_text(test, option)]
    words = [parse_text(word, f"{option}: item {number}") for number, word in enumerate(test, start=1)]
    if words[0] not in ("NONE", "CMD", "CMD-SHELL"):
        raise InputError(f"{option}: a list must start with NONE, CMD or CMD-SHELL, not with '{words[0]}'")
    return words


def normal_healthcheck(check: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, t.Any]:
    """A disabled check is one thing, however it is written."""
    if check is None or check.get("Test") == DISABLED["Test"]:
        return dict(DISABLED)
    return dict(check)


def needs_api(check: t.Mapping[str, t.Any]) -> t.Sequence[t.Tuple[str, ApiVersion]]:
    """Engines from 25.0 on know a start interval."""
    return (("healthcheck.start_interval", (1, 44)),) if "StartInterval" in check else ()
