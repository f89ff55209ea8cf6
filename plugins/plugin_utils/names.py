# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in the inventory: of hosts, groups and variables.

The names of engines, containers, images and labels are anybody's. Names in the inventory are not: a host's name cannot
be barred from templating as a value can, the variables of a host that is called like a group go to that group, and a
host called ``localhost`` draws the plays of the controller to itself.
"""

from __future__ import annotations

import itertools
import re
import typing as t
from collections import Counter
from dataclasses import dataclass

from ansible.constants import LOCALHOST

_HOST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_IN_HOST_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9_]")

#: Group that every host is in, and that of hosts that are in no other.
GROUP_ALL = "all"
_GROUP_UNGROUPED = "ungrouped"

#: Names that mean something else to Ansible. A host that has one of those of localhost becomes localhost.
RESERVED = frozenset({GROUP_ALL, _GROUP_UNGROUPED, *LOCALHOST})


def _nowhere(name: str) -> bool:
    return False


@dataclass(frozen=True)
class NameWish:
    """How a host would like to be called.

    :ivar name: the name that people know it by
    :ivar alternative: the name to take when ``name`` cannot be had; tells it from all that share ``name``
    :ivar is_there: whether the host that another source of the inventory has under a name is this very one
    """

    name: str
    alternative: str
    is_there: t.Callable[[str], bool] = _nowhere


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
    """A name for each wish, no two the same and none in ``taken``, unless the host that has it is the one that wishes.

    Of hosts that wish for one name, none gets it: which one came first may differ from one run to the next, and a
    name that now means this host and then that one is worse than a long name.
    """
    asked = Counter(wish.name for wish in wishes)
    given: t.Set[str] = set()
    names = []
    for wish in wishes:
        name = wish.name
        if not is_host_name(name) or asked[name] > 1 or not _is_free(name, wish, taken, given):
            candidates = _numbered(host_name(wish.alternative), "-")
            name = next(each for each in candidates if _is_free(each, wish, taken, given))
        given.add(name)
        names.append(name)
    return names


def rename_groups(groups: t.Iterable[str], hosts: t.AbstractSet[str]) -> t.Dict[str, str]:
    """New names for those of ``groups`` that have the name of a host, or one that means something else to Ansible.

    :param hosts: names of hosts; a group that has one of them hides the host
    """
    names = sorted(set(groups))
    taken = RESERVED | hosts | set(names)
    renamed: t.Dict[str, str] = {}
    for name in names:
        if name in RESERVED or name in hosts:
            renamed[name] = next(each for each in _numbered(f"{name}_group", "_") if each not in taken)
            taken |= {renamed[name]}
    return renamed


def distinct_identifiers(texts: t.Iterable[str]) -> t.Dict[str, str]:
    """``identifier`` of each text, with a number behind it where two would be one."""
    given: t.Set[str] = set()
    identifiers: t.Dict[str, str] = {}
    for text in texts:
        identifiers[text] = next(each for each in _numbered(identifier(text), "_") if each not in given)
        given.add(identifiers[text])
    return identifiers


def _is_free(name: str, wish: NameWish, taken: t.AbstractSet[str], given: t.AbstractSet[str]) -> bool:
    return name not in given and (name not in taken or (name not in RESERVED and wish.is_there(name)))


def _numbered(name: str, separator: str) -> t.Iterator[str]:
    """``name``, then ``name`` with 2, 3, ... behind it."""
    yield name
    for number in itertools.count(2):
        yield f"{name}{separator}{number}"
