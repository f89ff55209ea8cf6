# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine's inspect reply -> what registration needs to know of a container. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .naming import ContainerFacts, PublishedPort

_PROTOCOLS = ("tcp", "udp", "sctp")
#: Numbers and names of the signals that containers are stopped with; a container that says none gets the first.
_STOP_SIGNAL = "15"
_NUMBERS = {"HUP": "1", "INT": "2", "QUIT": "3", "KILL": "9", "USR1": "10", "USR2": "12", "TERM": "15", "WINCH": "28"}


@dataclass(frozen=True)
class Observed:
    """A container at one moment.

    :ivar serves: it runs and is not paused
    :ivar health: ``healthy``, ``unhealthy`` or ``starting``; None without a health check of its own
    :ivar stop_signal: the number that it is asked to end by
    """

    facts: ContainerFacts
    serves: bool
    health: t.Optional[str]
    stop_signal: str


def observe(record: t.Mapping[str, t.Any]) -> Observed:
    """:param record: the reply, whose shape has been checked"""
    state, config = _mapping(record.get("State")), _mapping(record.get("Config"))
    network = _mapping(record.get("NetworkSettings"))
    facts = ContainerFacts(
        str(record.get("Id", "")),
        str(record.get("Name", "")).lstrip("/"),
        str(config.get("Image", "")),
        {str(key): str(value) for key, value in _mapping(config.get("Labels")).items()},
        [str(entry) for entry in config.get("Env") or ()],
        tuple(_ports(_mapping(network.get("Ports")))),
    )
    serves = bool(state.get("Running")) and not state.get("Paused") and not state.get("Restarting")
    health = _mapping(state.get("Health")).get("Status")
    known = health if health in ("healthy", "unhealthy", "starting") else None
    return Observed(facts, serves, known, number_of(str(config.get("StopSignal") or _STOP_SIGNAL)))


def number_of(signal: str) -> str:
    """The number of a signal that is written ``15``, ``TERM`` or ``SIGTERM``."""
    name = signal.upper()
    name = name[3:] if name.startswith("SIG") else name
    return _NUMBERS.get(name, name)


def _ports(listed: t.Mapping[str, t.Any]) -> t.Iterator[PublishedPort]:
    for name, bindings in listed.items():
        number, _slash, protocol = name.partition("/")
        if not number.isdecimal() or protocol not in _PROTOCOLS:
            continue
        for binding in bindings or ():
            port = str(_mapping(binding).get("HostPort", ""))
            if port.isdecimal() and 1 <= int(port) <= 65535:
                yield PublishedPort(int(number), protocol, str(_mapping(binding).get("HostIp") or ""), int(port))


def _mapping(value: t.Any) -> t.Mapping[str, t.Any]:
    return value if isinstance(value, dict) else {}
