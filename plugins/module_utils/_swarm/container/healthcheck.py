# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The health check of a container."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.durations import parse_duration
from .parse import parse_integer
from .rule import ApiVersion

#: How the engine writes that a container has no health check.
DISABLED = {"Test": ["NONE"]}

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
            check[key] = parse_duration(value[name], f"{option}.{name}")
    if value.get("retries") is not None:
        check["Retries"] = parse_integer(value["retries"], f"{option}.retries")
    # 0 means the image's or the engine's own value; the engine leaves it out of its reply.
    return {key: item for key, item in check.items() if item}


def _parse_test(test: t.Any, option: str) -> t.List[str]:
    if not isinstance(test, (list, tuple)):
        return ["CMD-SHELL", str(test)]
    words = [str(word) for word in test]
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
