# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that say which hosts are published: the first one that holds for a host decides; where none holds, it is."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from jinja2 import Environment, TemplateSyntaxError


@dataclass(frozen=True)
class Rule:
    """One rule. :ivar include: what becomes of the host. :ivar condition: a Jinja2 expression, or a fixed answer."""

    include: bool
    condition: t.Union[str, bool]


def parse_rules(option: t.Sequence[t.Any]) -> t.Tuple[Rule, ...]:
    """Read the option ``filters``.

    :raises InputError: an entry is no mapping with one of ``include`` and ``exclude``; names the entry by its number
    """
    return tuple(_parse_rule(number, entry) for number, entry in enumerate(option, start=1))


def is_included(rules: t.Sequence[Rule], holds: t.Callable[[str], bool]) -> bool:
    """Whether a host is published.

    :param holds: whether a condition holds for the host
    """
    for rule in rules:
        if rule.condition if isinstance(rule.condition, bool) else holds(rule.condition):
            return rule.include
    return True


def _parse_rule(number: int, entry: t.Any) -> Rule:
    if not isinstance(entry, t.Mapping) or len(entry) != 1 or next(iter(entry)) not in ("include", "exclude"):
        raise InputError(
            f"filters: entry {number} is {entry!r}; it must be a mapping with one key, include or exclude, "
            "such as exclude: swarm_labels.zone == 'internal'"
        )
    ((action, condition),) = entry.items()
    if not isinstance(condition, (str, bool)) or condition == "":
        raise InputError(
            f"filters: entry {number}: {action} is {condition!r}; it must be a Jinja2 expression, true or false"
        )
    if isinstance(condition, str):
        _check_syntax(number, condition)
    return Rule(action == "include", condition)


def _check_syntax(number: int, condition: str) -> None:
    """A condition that no host can meet or fail would be passed over in silence, and publish what it was to exclude."""
    try:
        Environment(autoescape=True).parse("{{ " + condition + " }}")
    except TemplateSyntaxError as error:
        raise InputError(
            f"filters: entry {number}: '{condition}' is not a Jinja2 expression: {error.message}"
        ) from None
