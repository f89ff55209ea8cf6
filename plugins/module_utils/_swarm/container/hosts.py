# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``etc_hosts``: lines of ``/etc/hosts`` in the container."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .parse import normal_ip_address, parse_ip_address, parse_text

#: The engine's word for the address of the node.
GATEWAY = "host-gateway"

#: The engine parts name and address at the first colon and writes both into a line of words.
_NAME = re.compile(r"[^\s:=#]+")


def parse_host_entries(value: t.Mapping[t.Any, t.Any], option: str) -> t.Tuple[str, ...]:
    """``NAME:ADDRESS`` each, the address in its shortest form and without brackets, or :data:`GATEWAY`."""
    entries = []
    for name, address in value.items():
        if not _NAME.fullmatch(str(name)):
            raise InputError(f"{option}: {name!a} is not a host name; write one without blanks, ':', '=' and '#'")
        text = parse_text(address, f"{option}: the address of '{name}'")
        entries.append(f"{name}:{text if text == GATEWAY else parse_ip_address(text, f'{option}: {name!r}')}")
    return tuple(entries)


def normal_host_entries(entries: t.Optional[t.Iterable[str]]) -> t.Tuple[str, ...]:
    """The entries with addresses in their shortest form; other clients parted them by ``=`` or wrote brackets."""
    normal = []
    for entry in entries or ():
        name, _separator, address = re.sub("[:=]", "\0", entry, count=1).partition("\0")
        bare = address[1:-1] if address.startswith("[") and address.endswith("]") else address
        normal.append(f"{name}:{normal_ip_address(bare) or ''}")
    return tuple(normal)
