# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks of a service by its registrator, for containers without a health check of their own."""

from __future__ import annotations

import http.client
import socket
import typing as t
from dataclasses import dataclass

from ..errors import InputError
from ..model.durations import parse_duration

#: Names behind ``SERVICE_`` that say a check.
CHECK_NAMES = frozenset(("CHECK_TCP", "CHECK_HTTP", "CHECK_INTERVAL", "CHECK_TIMEOUT"))
#: Seconds.
DEFAULT_INTERVAL = 10.0
DEFAULT_TIMEOUT = 2.0
_SHORTEST = 0.1

_TRUE = frozenset(("1", "true", "yes", "on"))


@dataclass(frozen=True)
class Check:
    """One check.

    :ivar path: to ask for by HTTP, with its leading slash; None for a connection alone
    :ivar interval: seconds between two checks
    :ivar timeout: seconds that one may take
    """

    path: t.Optional[str]
    interval: float = DEFAULT_INTERVAL
    timeout: float = DEFAULT_TIMEOUT


def parse_check(values: t.Mapping[str, str]) -> t.Optional[Check]:
    """The check that is said, None if none is.

    :param values: names in lower case, without ``SERVICE_``
    :raises ValueError: it cannot be right; the message is for the log
    """
    path = values.get("check_http")
    if path is not None and not (path.startswith("/") and path.isascii() and path.isprintable() and " " not in path):
        raise ValueError(f"SERVICE_CHECK_HTTP is '{path}', and it must be a path such as /health")
    if path is None and values.get("check_tcp", "").strip().lower() not in _TRUE:
        return None
    return Check(
        path,
        _seconds(values, "check_interval", DEFAULT_INTERVAL),
        _seconds(values, "check_timeout", DEFAULT_TIMEOUT),
    )


def make_check(check: Check, address: str, port: int) -> t.Optional[str]:
    """Make it once. :returns: why it did not pass, None if it did"""
    try:
        if check.path is None:
            socket.create_connection((address, port), check.timeout).close()
            return None
        return _ask(check.path, address, port, check.timeout)
    except OSError as error:
        return f"no answer within {check.timeout:g} s" if isinstance(error, socket.timeout) else str(error.strerror)
    except http.client.HTTPException as error:
        return f"no answer in HTTP ({type(error).__name__})"


def _ask(path: str, address: str, port: int, timeout: float) -> t.Optional[str]:
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"User-Agent": "swarm-register", "Connection": "close"})
        status = connection.getresponse().status
    finally:
        connection.close()
    return None if 200 <= status < 400 else f"GET {path} gave status {status}"


def _seconds(values: t.Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name)
    if text is None:
        return default
    label = f"SERVICE_{name.upper()}"
    try:
        seconds = parse_duration(text, label) / 1e9
    except InputError as error:
        raise ValueError(str(error)) from None
    if seconds < _SHORTEST:
        raise ValueError(f"{label} is '{text}', and it must be {_SHORTEST:g} s at least")
    return seconds
