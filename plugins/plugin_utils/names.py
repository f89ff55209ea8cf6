# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in the inventory: of hosts, groups and variables.

The names of engines, containers, images and labels are anybody's. Names in the inventory are not: a host's name cannot
be barred from templating as a value can, the variables of a host that is called like a group go to that group, and a
host called ``localhost`` draws the plays of the controller to itself.
"""

from __future__ import annotations

import re
import typing as t
from collections import Counter
from dataclasses import dataclass

_HOST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_IN_HOST_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9_]")

#: Names that mean something else to Ansible.
RESERVED = frozenset({"all", "ungrouped", "localhost"})


@dataclass(frozen=True)
class NameWish:
    """How a host would like to be called.

    :ivar name: the name that people know it by
    :ivar alternative: the name to take when ``name`` cannot be had; tells it from all that share ``name``
    """

    name: str
    alternative: str


def is_host_name(text: str) -> bool:
    """Whether ``text`` can be the name of a host in the inventory as it stands."""
    return _HOST_NAME.fullmatch(text) is not None


def host_name(text: str) -> str:
    """``text`` made a name of a host: ``[fd00::1]:2376`` gives ``fd00-1-2376``."""
    return _NOT_IN_HOST_NAMES.sub("-", text).strip("-._") or "unnamed"


def identifier(text: str) -> str:
    """``text`` made a part of a name of a group or variable: ``com.example/zone`` gives ``com_example_zone``."""
    return _NOT_IN_IDENTIFIERS.sub("_", text)


def give_names(wishes: t.Sequence[NameWish], taken: t.AbstractSet[str]) -> t.List[str]:
    """A name for each wish, no two the same and none in ``taken``.

    Of hosts that wish for one name, none gets it: which one came first may differ from one run to the next, and a
    name that now means this host and then that one is worse than a long name.
    """
    asked = Counter(wish.name for wish in wishes)
    given: t.Set[str] = set(taken)
    names = []
    for wish in wishes:
        free = is_host_name(wish.name) and asked[wish.name] == 1 and wish.name not in given
        name = wish.name if free else _free_name(host_name(wish.alternative), given)
        given.add(name)
        names.append(name)
    return names


def _free_name(name: str, given: t.AbstractSet[str]) -> str:
    candidate, number = name, 1
    while candidate in given:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
