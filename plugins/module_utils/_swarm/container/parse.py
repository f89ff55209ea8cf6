# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Readers of user's values that several options share. Each raises InputError with the option and the text."""

from __future__ import annotations

import ipaddress
import posixpath
import re
import typing as t

from ..errors import InputError
from ..model.resources import parse_size

_MAC = re.compile(r"^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$")


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
        number = parse_integer(value, option)
        if not least <= number <= most and number not in also:
            others = "".join(f", or {number}" for number in also)
            raise InputError(f"{option}: {value} is out of range; write a number from {least} to {most}{others}")
        return number

    return parse


def parse_integer(value: t.Any, option: str) -> int:
    """A whole number."""
    try:
        return int(str(value).strip())
    except ValueError:
        raise InputError(f"{option}: '{value}' is no whole number") from None


def parse_string_map(value: t.Mapping[t.Any, t.Any], option: str) -> t.Dict[str, str]:
    """Keys and values as text; numbers and booleans as Python writes them."""
    return {str(key): str(item) for key, item in value.items()}


def parse_flag_map(value: t.Mapping[t.Any, t.Any], option: str) -> t.Dict[str, str]:
    """Keys and values as text, booleans as the engine (written in Go) spells them."""
    return {str(key): str(item).lower() if isinstance(item, bool) else str(item) for key, item in value.items()}


def parse_texts(value: t.Sequence[t.Any], option: str) -> t.Tuple[str, ...]:
    """A list of texts, none of them empty."""
    for index, item in enumerate(value):
        if not str(item).strip():
            raise InputError(f"{option}: item {index + 1} is empty")
    return tuple(str(item) for item in value)


def parse_mac_address(value: str, option: str) -> str:
    """A MAC address with colons, in lower case."""
    if not _MAC.match(value):
        raise InputError(f"{option}: '{value}' is no MAC address; write six pairs of digits, such as 92:d0:c6:0a:29:33")
    return value.replace("-", ":").lower()


def parse_ip_address(value: str, option: str, version: t.Optional[int] = None) -> str:
    """An IP address in its shortest form, brackets taken off. :param version: 4 or 6 where only that will do"""
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        raise InputError(f"{option}: '{value}' is no IP address{_SUCH_AS[version]}") from None
    if version is not None and address.version != version:
        raise InputError(f"{option}: '{value}' is no IPv{version} address{_SUCH_AS[version]}")
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


def normal_path(text: t.Optional[str]) -> t.Optional[str]:
    """A path inside a container, cleaned as the engine cleans it: no double or trailing slash, no dots."""
    return "/" + posixpath.normpath(text).lstrip("/") if text and text.startswith("/") else text


def parse_host_entries(value: t.Mapping[t.Any, t.Any], option: str) -> t.Tuple[str, ...]:
    """``NAME:ADDRESS`` for lines of ``/etc/hosts``; ``host-gateway`` is the engine's word for the host."""
    entries = []
    for name, address in value.items():
        if str(address) != "host-gateway":
            parse_ip_address(str(address), f"{option}: '{name}'")
        entries.append(f"{name}:{address}")
    return tuple(entries)
