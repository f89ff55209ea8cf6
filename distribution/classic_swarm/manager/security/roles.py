# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who asks, and what they may do: three roles, each may do what the one before may."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass


class Role(enum.IntEnum):
    """READ: look. OPERATE: run, change and remove containers and what they need. ADMIN: what cannot be looked into."""

    READ = 1
    OPERATE = 2
    ADMIN = 3


@dataclass(frozen=True)
class Subject:
    """One client.

    :ivar name: the common name of its certificate; the address where it has none
    :ivar units: the organizational units of its certificate
    :ivar address: where it comes from, ``unix`` for a socket of this machine
    """

    name: str
    role: Role
    units: t.Tuple[str, ...] = ()
    address: str = ""
