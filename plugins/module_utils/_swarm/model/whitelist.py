# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Lists of the only nodes allowed, as Classic Swarm wrote them: ``node==node-1|node-2``."""

from __future__ import annotations

import typing as t

from ..errors import ExpressionError, InputError

_HEAD = "node=="


def parse_whitelist(text: str, option: str) -> t.Tuple[str, ...]:
    """The names or IDs in one whitelist.

    :param option: the user's name for where it stands
    :raises ExpressionError: it is not of the form ``node==a|b``
    """
    if not text.startswith(_HEAD):
        raise ExpressionError(text, 0, "a whitelist names nodes, as in node==node-1|node-2", option)
    names = text[len(_HEAD) :].split("|")
    if not all(names):
        raise ExpressionError(text, len(_HEAD), "a name is missing, as in node==node-1|node-2", option)
    return tuple(names)


def check_names(names: t.Iterable[str], option: str) -> t.Tuple[str, ...]:
    """The names or IDs of a list that has one in each entry.

    :param option: the user's name for the list
    :raises InputError: an entry can be neither: it is an expression, or several in one
    """
    checked = tuple(names)
    for name in checked:
        if not name.strip() or any(sign in name for sign in ("==", "!=", "|", ",", "*")):
            raise InputError(
                f"{option}: '{name}' is not a name or ID of a node; write one in each entry, such as node-1"
            )
    return checked


def in_all(whitelists: t.Iterable[t.Sequence[str]], where: str) -> t.Tuple[str, ...]:
    """The nodes that are in each whitelist, in the order of the first; one that is empty allows all.

    :param where: what the whitelists come from, for people
    :raises InputError: they have no node in common
    """
    filled = [whitelist for whitelist in whitelists if whitelist]
    if not filled:
        return ()
    common = tuple(name for name in filled[0] if all(name in whitelist for whitelist in filled))
    if not common:
        # Handed on, an empty whitelist would mean that every node is allowed.
        raise InputError(f"{where}, and no node is in all of them")
    return common
