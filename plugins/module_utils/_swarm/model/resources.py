# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Amounts of memory and cpu."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InputError

_SIZE = re.compile(
    r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?:(?P<unit>[KMGTP])(?:i?B)?|B)?\s*", re.IGNORECASE | re.ASCII
)
#: A number of more digits is above MOST_BYTES in any unit. A few zeros before or behind it change nothing.
_MOST_DIGITS = 40
_UNITS = {letter: 1024**power for power, letter in enumerate("KMGTP", start=1)}


#: Engines count bytes in 64 bits with a sign.
MOST_BYTES = 2**63 - 1


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

    :raises InputError: names ``option`` and the text; also for a size above :data:`MOST_BYTES`, and for a fraction
        that comes to no byte at all, since 0 would mean something else
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise InputError(
            f"{option}: '{_start(text)}' is not a size; "
            f"write a number and a unit of B, K, M, G, T or P, such as 512M or 2G"
        )
    number = match["number"]
    factor = _UNITS[match["unit"].upper()] if match["unit"] else 1
    amount = MOST_BYTES + 1
    if len(number) <= _MOST_DIGITS:
        amount = int(float(number) * factor) if "." in number else int(number) * factor
    if amount > MOST_BYTES:
        raise InputError(f"{option}: '{_start(text)}' is more than any machine has; write a size below 8192P")
    if amount == 0 and number.strip("0."):
        raise InputError(f"{option}: '{_start(text)}' is less than one byte; write 0, or a unit behind it such as M")
    return amount


def _start(text: str) -> str:
    """A text that may be of any length, for a message."""
    return text if len(text) <= _MOST_DIGITS else f"{text[:_MOST_DIGITS]}..."


def format_size(amount: int) -> str:
    """A size for people: ``512M``, ``1.5G``."""
    value = float(amount)
    for unit in "BKMGT":
        if abs(value) < 1024:
            return f"{value:.4g}{unit}"
        value /= 1024
    return f"{value:.4g}P"
