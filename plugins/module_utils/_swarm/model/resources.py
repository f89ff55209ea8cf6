# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Amounts of memory and cpu."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InputError

_SIZE = re.compile(r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?:(?P<unit>[KMGTP])(?:i?B)?|B)?\s*", re.IGNORECASE)
_UNITS = {letter: 1024**power for power, letter in enumerate("KMGTP", start=1)}


@dataclass(frozen=True)
class Reservation:
    """What a container takes of its node. :ivar memory: bytes. :ivar cpus: a number of cpus, 0.5 is half a core."""

    memory: int = 0
    cpus: float = 0.0

    def __add__(self, other: Reservation) -> Reservation:
        return Reservation(self.memory + other.memory, self.cpus + other.cpus)


def parse_size(text: str, option: str) -> int:
    """Bytes in a size such as ``512M``, ``1.5g`` or ``1048576``.

    Units are B, K, M, G, T and P, powers of 1024, in either case, with an optional ``b`` or ``iB`` behind them, as the
    docker CLI takes them.

    :raises InputError: names ``option`` and the text
    """
    match = _SIZE.fullmatch(text)
    if match:
        factor = _UNITS[match["unit"].upper()] if match["unit"] else 1
        return int(float(match["number"]) * factor) if "." in match["number"] else int(match["number"]) * factor
    raise InputError(
        f"{option}: '{text}' is no size; write a number and a unit of B, K, M, G, T or P, such as 512M or 2G"
    )


def format_size(amount: int) -> str:
    """A size for people: ``512M``, ``1.5G``."""
    value = float(amount)
    for unit in "BKMGT":
        if abs(value) < 1024:
            return f"{value:.4g}{unit}"
        value /= 1024
    return f"{value:.4g}P"
