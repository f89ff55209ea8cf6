# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Wishes about the node that stand in a container's environment, the way Classic Swarm took them.

``docker run -e constraint:storage==ssd`` was its only way to say it. As such an entry is cut at its first ``=``, a
mapping holds ``constraint:storage`` with ``=ssd``, and ``-e constraint:zone!=us`` is ``constraint:zone!`` with ``us``.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..errors import InputError
from .whitelist import in_all, parse_whitelist

_CONSTRAINT = "constraint:"
_AFFINITY = "affinity:"
_WHITELIST = "whitelist:"
_PREFIXES = (_CONSTRAINT, _AFFINITY, _WHITELIST)

Environment = t.Union[t.Mapping[str, str], t.Sequence[str]]


@dataclass(frozen=True)
class SplitEnvironment:
    """An environment cut in two.

    :ivar env: what the container gets, in the shape that was given: a mapping or a list of ``KEY=VALUE``
    :ivar constraints: texts of expressions
    :ivar affinities: texts of expressions
    :ivar whitelist: names or IDs of nodes
    """

    env: t.Union[t.Dict[str, str], t.List[str]]
    constraints: t.Tuple[str, ...]
    affinities: t.Tuple[str, ...]
    whitelist: t.Tuple[str, ...]


def split_environment(env: Environment) -> SplitEnvironment:
    """Take the entries ``constraint:``, ``affinity:`` and ``whitelist:`` out of an environment.

    Of several whitelists a node must be in each, as in Classic Swarm.

    :raises ExpressionError: a whitelist is not of the form ``node==a|b``; the two others are left for their parser
    :raises InputError: the whitelists have no node in common, or one of these entries has a value that is no string
    """
    if isinstance(env, t.Mapping):
        for key, value in env.items():
            if key.startswith(_PREFIXES) and not isinstance(value, str):
                raise InputError(f"env: the value of '{key}' is not a string; put it in quotes")
        rest: t.Union[t.Dict[str, str], t.List[str]] = {
            key: value for key, value in env.items() if not key.startswith(_PREFIXES)
        }
        # A key that holds the whole expression comes with no value.
        entries = [f"{key}={value}" if value else key for key, value in env.items()]
    else:
        rest = [entry for entry in env if not entry.startswith(_PREFIXES)]
        entries = list(env)
    whitelist = in_all(
        [parse_whitelist(text, "whitelist") for text in _after(entries, _WHITELIST)],
        "the environment has several entries whitelist:node==...",
    )
    return SplitEnvironment(rest, _after(entries, _CONSTRAINT), _after(entries, _AFFINITY), whitelist)


def _after(entries: t.Iterable[str], prefix: str) -> t.Tuple[str, ...]:
    return tuple(entry[len(prefix) :] for entry in entries if entry.startswith(prefix))
