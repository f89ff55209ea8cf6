# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Over which domains the containers of a family are spread."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..errors import InputError

_PARTS = ("key", "shares", "max_skew")


@dataclass(frozen=True)
class SpreadOver:
    """One level of domains over which the containers of a family are spread.

    :ivar key: a label of nodes, in lower case, or ``node``: each node a domain of its own
    :ivar shares: how much a domain gets beside the others; 1 for those that are not named
    :ivar max_skew: how many containers, by share, a domain may be ahead of the one with the fewest, at least 1; None
        for a preference that removes no node
    :raises InputError: the key is empty, a share is not above 0, or max_skew is less than 1
    """

    key: str
    shares: t.Mapping[str, float] = field(default_factory=dict)
    max_skew: t.Optional[int] = None

    def __post_init__(self) -> None:
        if not self.key:
            raise InputError("spread_over: the key is empty; it is a label of nodes, such as zone, or node")
        object.__setattr__(self, "key", self.key.lower())
        for domain, share in self.shares.items():
            if not share > 0:
                raise InputError(f"spread_over {self.key}: the share of {domain} is {share:g}; it must be above 0")
        if self.max_skew is not None and self.max_skew < 1:
            raise InputError(f"spread_over {self.key}: max_skew is {self.max_skew}; it must be 1 or more")

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.shares.items()), self.max_skew))


def parse_spread_over(wanted: t.Any, option: str = "spread_over") -> t.Tuple[SpreadOver, ...]:
    """The levels that a user asks for, the outermost first.

    :param wanted: a label or ``node``; or a mapping of ``key`` with ``shares`` and ``max_skew``; or a list of these, a
        hierarchy; None for no level
    :param option: the user's name for it, put before an error
    :raises InputError: it is something else, or no level can be like that
    """
    if wanted is None:
        return ()
    levels = tuple(_level(each, option) for each in (wanted if isinstance(wanted, (list, tuple)) else (wanted,)))
    keys = [level.key for level in levels]
    for key in keys:
        if keys.count(key) > 1:
            raise InputError(f"{option}: {key} is there twice; each level needs a key of its own")
    return levels


def _level(wanted: t.Any, option: str) -> SpreadOver:
    if isinstance(wanted, str):
        return SpreadOver(wanted)
    if not isinstance(wanted, dict) or not isinstance(wanted.get("key"), str):
        raise InputError(
            f"{option}: {wanted!r} is no level; write a label of nodes such as zone, or node, or a mapping of key with "
            "shares and max_skew"
        )
    unknown = sorted(map(str, set(wanted) - set(_PARTS)))
    if unknown:
        raise InputError(f"{option}: {', '.join(unknown)} is unknown; a level has {', '.join(_PARTS)}")
    return SpreadOver(wanted["key"], _shares(wanted, option), _max_skew(wanted, option))


def _shares(wanted: t.Mapping[str, t.Any], option: str) -> t.Dict[str, float]:
    shares = wanted.get("shares") or {}
    if not isinstance(shares, dict):
        raise InputError(f"{option} {wanted['key']}: shares is {shares!r}; write a mapping such as {{a: 2, b: 1}}")
    return {
        str(domain): _number(share, f"{option} {wanted['key']}: the share of {domain}")
        for domain, share in shares.items()
    }


def _max_skew(wanted: t.Mapping[str, t.Any], option: str) -> t.Optional[int]:
    if wanted.get("max_skew") is None:
        return None
    skew = _number(wanted["max_skew"], f"{option} {wanted['key']}: max_skew")
    if skew != int(skew):
        raise InputError(f"{option} {wanted['key']}: max_skew is {skew:g}; it must be a whole number")
    return int(skew)


def _number(value: t.Any, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool) or number != number or number in (float("inf"), float("-inf")):
        raise InputError(f"{what} is {value!r}; it must be a number")
    return number
