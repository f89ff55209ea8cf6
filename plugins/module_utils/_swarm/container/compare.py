# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Laying a wish and a container side by side: modes, shapes, the ``comparisons`` option."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .rule import Mode, OptionRule, Shape


def matches(wanted: t.Any, seen: t.Any, mode: Mode, shape: Shape) -> bool:
    """Whether ``seen`` fulfils ``wanted``.

    ================== ====================== ====================================================
    shape              strict                 allow_more_present
    ================== ====================== ====================================================
    value              equal                  (not a mode of values)
    list               equal, order and all   wanted's items appear in seen in this order
    set                the same items         every wanted item is seen
    set(dict)          a partner each, both   every wanted dictionary has a seen one that holds its
                       ways                   keys with equal values
    dict               equal                  wanted's keys are seen with equal values
    ================== ====================== ====================================================

    Nothing (None) and an empty collection are the same.
    """
    if mode is Mode.IGNORE:
        return True
    if shape is Shape.VALUE:
        return bool(wanted == seen)
    return _COLLECTIONS[shape](wanted or (), seen or (), mode is Mode.STRICT)


def _lists_match(wanted: t.Sequence[t.Any], seen: t.Sequence[t.Any], strict: bool) -> bool:
    if strict:
        return list(wanted) == list(seen)
    rest = iter(seen)
    return all(item in rest for item in wanted)


def _sets_match(wanted: t.Iterable[t.Hashable], seen: t.Iterable[t.Hashable], strict: bool) -> bool:
    return set(wanted) == set(seen) if strict else set(wanted) <= set(seen)


def _sets_of_dicts_match(wanted: t.Sequence[t.Any], seen: t.Sequence[t.Any], strict: bool) -> bool:
    if not all(any(_holds(have, wish) for have in seen) for wish in wanted):
        return False
    return not strict or all(any(_holds(have, wish) for wish in wanted) for have in seen)


def _dicts_match(wanted: t.Any, seen: t.Any, strict: bool) -> bool:
    return dict(wanted) == dict(seen) if strict else _holds(dict(seen), dict(wanted))


def _holds(seen: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any]) -> bool:
    return all(key in seen and seen[key] == value for key, value in wanted.items())


_COLLECTIONS: t.Mapping[Shape, t.Callable[[t.Any, t.Any, bool], bool]] = {
    Shape.LIST: _lists_match,
    Shape.SET: _sets_match,
    Shape.SET_OF_DICTS: _sets_of_dicts_match,
    Shape.DICT: _dicts_match,
}


def parse_comparisons(
    comparisons: t.Optional[t.Mapping[str, t.Any]], rules: t.Sequence[OptionRule], *, networks_set: bool
) -> t.Dict[str, Mode]:
    """The mode of every option.

    ``*`` sets all of them and comes first; it reaches ``networks`` only where that is set, since an unset one must not
    take the container out of its networks.

    :raises InputError: an unknown option or mode, a mode that the option's shape has no use for, one option twice
    """
    asked = dict(comparisons or {})
    modes = {rule.name: rule.default_mode for rule in rules}
    if "*" in asked:
        everywhere = _wildcard_mode(asked.pop("*"))
        modes.update({name: everywhere for name in modes if name != "networks" or networks_set})
    by_name = {name: rule for rule in rules for name in (rule.name, *rule.aliases)}
    used: t.Dict[str, str] = {}
    for key, text in asked.items():
        rule = by_name.get(key)
        if rule is None:
            raise InputError(
                f"comparisons: '{key}' is not an option that describes a container, so it cannot be compared"
            )
        if rule.name in used:
            raise InputError(f"comparisons: '{used[rule.name]}' and '{key}' are the same option; write one of them")
        used[rule.name] = key
        modes[rule.name] = _mode(key, text, rule.shape)
    return modes


def _wildcard_mode(text: t.Any) -> Mode:
    if text not in (Mode.STRICT.value, Mode.IGNORE.value):
        raise InputError(f"comparisons: '*' is '{text}'; it must be 'strict' or 'ignore'")
    return Mode(text)


def _mode(key: str, text: t.Any, shape: Shape) -> Mode:
    choices = [mode.value for mode in Mode if shape is not Shape.VALUE or mode is not Mode.ALLOW_MORE_PRESENT]
    if text not in choices:
        what = "it is a single value, so the mode" if shape is Shape.VALUE else "the mode"
        raise InputError(f"comparisons: '{key}' is '{text}'; {what} must be one of {', '.join(choices)}")
    return Mode(text)
