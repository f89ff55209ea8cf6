# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Addresses of engines: ``host:port``, with IPv6 hosts in brackets."""

from __future__ import annotations

import typing as t

from ..errors import InputError


def split_address(address: str) -> t.Tuple[str, int]:
    """``[fd00::1]:2376`` as ``("fd00::1", 2376)``.

    :raises InputError: no host, or no port
    """
    host, _colon, port = address.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or not (port.isascii() and port.isdigit()):
        raise InputError(f"'{address}' is not an address of an engine; write host:port, such as 10.0.0.1:2376")
    return host, int(port)
