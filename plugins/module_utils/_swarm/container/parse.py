# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Readers of user's values that several options share. Each raises InputError with the option and the text."""

from __future__ import annotations

import ipaddress
import math
import re
import typing as t

from ..errors import InputError
from ..model.resources import parse_size

#: What the engine's 64-bit integers hold.
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1

_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,20})\s*")
#: So much of a wrong value is shown.
_SHOWN = 40


def shown(value: t.Any) -> str:
    """A wrong value for a message: as it is written in YAML, and not longer than a line can bear."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    # Python refuses to write integers of thousands of digits.
    text = "a number of thousands of digits" if isinstance(value, int) and value.bit_length() > 10_000 else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"


def parse_bytes(value: t.Any, option: str) -> int:
    """Bytes in ``512M``; a bare number is bytes."""
    return parse_size(str(value), option)


def parse_positive_bytes(value: t.Any, option: str) -> int:
    """Bytes, more than none."""
    amount = parse_bytes(value, option)
    if amount == 0:
        raise InputError(f"{option}: '{value}' is nothing; write a size above 0, such as 1M")
    return amount


def integer_between(least: int, most: int, also: t.Tuple[int, ...] = ()) -> t.Callable[[t.Any, str], int]:
    """A reader of whole numbers from ``least`` to ``most``, and of the numbers in ``also``."""

    def parse(value: t.Any, option: str) -> int:
        number = _integer(value, option)
        if number is None or (not least <= number <= most and number not in also):
            others = "".join(f", or {number}" for number in also)
            raise InputError(f"{option}: {shown(value)} is out of range; write a number from {least} to {most}{others}")
        return number

    return parse


def parse_integer(value: t.Any, option: str) -> int:
    """A whole number that the engine can hold."""
    return integer_between(LEAST_INTEGER, MOST_INTEGER)(value, option)


def _integer(value: t.Any, option: str) -> t.Optional[int]:
    """The whole number; None for one of more digits than any that is in range."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value)
    match = _INTEGER.fullmatch(text)
    if match:
        return int(match[1])
    if re.fullmatch(r"\s*[+-]?[0-9]+\s*", text):
        return None
    raise InputError(f"{option}: '{shown(value)}' is not a whole number")


def parse_text(value: t.Any, option: str) -> str:
    """A text that YAML may have taken for a number. :raises InputError: a boolean, null, a list or a mapping"""
    if value is None or isinstance(value, bool):
        raise InputError(f"{option} is {shown(value)}, which is not a string; put it in quotes")
    if isinstance(value, (list, tuple, t.Mapping)):
        raise InputError(f"{option} is a {_kind(value)}; write a text")
    return str(value)


def parse_string_map(value: t.Mapping[t.Any, t.Any], option: str) -> t.Dict[str, str]:
    """Texts by name. Whole numbers have one spelling and are taken too.

    :raises InputError: a value that is a boolean, null or a fraction may not arrive as it is written
    """
    return {str(key): _map_value(key, item, option) for key, item in value.items()}


def parse_converted_map(value: t.Mapping[t.Any, t.Any], option: str) -> t.Dict[str, str]:
    """As :func:`parse_string_map`, with fractions converted too; :func:`conversions` warns of all numbers."""
    return {str(key): str(item) if _is_fraction(item) else _map_value(key, item, option) for key, item in value.items()}


def conversions(value: t.Optional[t.Mapping[t.Any, t.Any]], option: str) -> t.Tuple[str, ...]:
    """A warning for each number that :func:`parse_converted_map` made a text of."""
    return tuple(
        f"{option}: the value of '{key}' is a number and is sent as '{item}'; put it in quotes to choose the spelling"
        for key, item in (value or {}).items()
        if isinstance(item, (int, float)) and not isinstance(item, bool)
    )


def parse_flag_map(value: t.Mapping[t.Any, t.Any], option: str) -> t.Dict[str, str]:
    """As :func:`parse_converted_map`, with booleans as the engine (written in Go) spells them."""
    return {
        str(key): shown(item) if isinstance(item, bool) or _is_fraction(item) else _map_value(key, item, option)
        for key, item in value.items()
    }


def _is_fraction(item: t.Any) -> bool:
    return isinstance(item, float) and math.isfinite(item)


def _map_value(key: t.Any, item: t.Any, option: str) -> str:
    if item is None:
        raise InputError(f"{option}: the value of '{key}' is null; write a text in quotes, or leave '{key}' out")
    if isinstance(item, (bool, float)):
        raise InputError(f"{option}: the value {shown(item)} of '{key}' has more than one spelling; put it in quotes")
    if isinstance(item, (list, tuple, t.Mapping)):
        raise InputError(f"{option}: the value of '{key}' is a {_kind(item)}; write a text")
    if isinstance(item, int) and not LEAST_INTEGER <= item <= MOST_INTEGER:
        raise InputError(f"{option}: the value of '{key}' is a number of too many digits; put it in quotes")
    return str(item)


def _kind(value: t.Any) -> str:
    return "dictionary" if isinstance(value, t.Mapping) else "list"


def parse_texts(value: t.Sequence[t.Any], option: str) -> t.Tuple[str, ...]:
    """A list of texts, none of them empty."""
    texts = tuple(parse_text(item, f"{option}: item {number}") for number, item in enumerate(value, start=1))
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            raise InputError(f"{option}: item {number} is empty")
    return texts


def parse_mac_address(value: str, option: str) -> str:
    """A MAC address with colons, in lower case."""
    if not _MAC.fullmatch(value):
        raise InputError(
            f"{option}: '{value}' is not a MAC address; write six pairs of digits, such as 92:d0:c6:0a:29:33"
        )
    return value.replace("-", ":").lower()


def parse_ip_address(value: str, option: str, version: t.Optional[int] = None) -> str:
    """An IP address in its shortest form, brackets taken off. :param version: 4 or 6 where only that will do"""
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        raise InputError(f"{option}: '{value}' is not an IP address{_SUCH_AS[version]}") from None
    if "%" in bare:
        raise InputError(
            f"{option}: '{value}' has a zone, which engines do not take; write it without '%' and the rest"
        )
    if version is not None and address.version != version:
        raise InputError(f"{option}: '{value}' is not an IPv{version} address{_SUCH_AS[version]}")
    return address.compressed


_SUCH_AS: t.Mapping[t.Optional[int], str] = {
    None: "; write one such as 192.0.2.7 or 2001:db8::7",
    4: "; write one such as 192.0.2.7",
    6: "; write one such as 2001:db8::7",
}


def parse_ip_addresses(value: t.Sequence[t.Any], option: str) -> t.Tuple[str, ...]:
    """A list of IP addresses, each in its shortest form."""
    return tuple(parse_ip_address(str(item), option) for item in value)


def normal_ip_address(text: t.Optional[str]) -> t.Optional[str]:
    """An address as seen, in its shortest form; what is no address stays as it is."""
    if not text:
        return None
    try:
        return ipaddress.ip_address(text).compressed
    except ValueError:
        return text


def normal_ip_addresses(texts: t.Optional[t.Iterable[str]]) -> t.Tuple[t.Optional[str], ...]:
    """Each address in its shortest form."""
    return tuple(normal_ip_address(text) for text in texts or ())
