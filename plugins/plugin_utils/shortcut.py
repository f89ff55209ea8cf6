# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Expressions that need no template engine.

Ansible compiles an expression anew for each host, which takes a third of a millisecond. Most expressions only look a
variable up, compare it with a text, or ask whether it is there:

    swarm_labels.zone          swarm_labels['com.example/zone']
    swarm_labels.zone == 'a'   swarm_labels.zone != 'a'
    swarm_node is defined      swarm_node is not defined      'root'

All others are left to Ansible.
"""

from __future__ import annotations

import functools
import re
import typing as t

#: From the variables of a host to a value. Raises MissingError, or LookupError where Ansible has to be asked.
Shortcut = t.Callable[[t.Mapping[str, t.Any]], t.Any]

#: Quoted text without what a template engine gives a meaning, escapes among it.
_TEXT = r"'[A-Za-z0-9 ._:/@-]*'|\"[A-Za-z0-9 ._:/@-]*\""
_PATH = rf"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:{_TEXT})\])*"
_STEP = re.compile(rf"\.?([A-Za-z_]\w*)|\[({_TEXT})\]", re.ASCII)
_FORM = re.compile(
    rf"\s*(?:(?P<literal>{_TEXT})|(?P<path>{_PATH})"
    rf"(?:\s*(?P<operator>==|!=)\s*(?P<text>{_TEXT})|\s+is\s+(?P<negated>not\s+)?defined)?)\s*",
    re.ASCII,
)
_OURS = ("swarm_", "ansible_host")
#: Names that mean something else within an expression.
_WORDS = frozenset({"true", "false", "none", "True", "False", "None", "not", "and", "or", "is", "in", "if", "else"})


class MissingError(Exception):
    """A variable, or a key in it, is not there."""


@functools.lru_cache(maxsize=256)
def shortcut(expression: str) -> t.Optional[Shortcut]:
    """What gives the value of ``expression``; None if only Ansible can."""
    found = _FORM.fullmatch(expression)
    if found is None:
        return None
    if found["literal"] is not None:
        literal = found["literal"][1:-1]
        return lambda variables: literal
    steps = _steps(found["path"])
    if steps is None:
        return None
    if found["operator"]:
        text, equal = found["text"][1:-1], found["operator"] == "=="
        return lambda variables: (_look_up(variables, steps) == text) is equal
    if found[0].split()[-1] == "defined" and len(found[0].split()) > 1:
        wanted = found["negated"] is None
        return lambda variables: _is_defined(variables, steps) is wanted
    return lambda variables: _look_up(variables, steps)


def _steps(path: str) -> t.Optional[t.Tuple[str, ...]]:
    steps: t.List[str] = []
    for attribute, text in _STEP.findall(path):
        step = attribute or text[1:-1]
        # For the engine that may be a method of the mapping.
        if steps and hasattr(dict, step):
            return None
        steps.append(step)
    return None if steps[0] in _WORDS else tuple(steps)


def _look_up(variables: t.Mapping[str, t.Any], steps: t.Sequence[str]) -> t.Any:
    value: t.Any = variables
    for step in steps:
        if not isinstance(value, dict):
            raise LookupError(step)
        if step not in value:
            # What is no variable of ours may be a function of the engine.
            raise MissingError(step) if value is not variables or step.startswith(_OURS) else LookupError(step)
        value = value[step]
    return value


def _is_defined(variables: t.Mapping[str, t.Any], steps: t.Sequence[str]) -> bool:
    try:
        # Whether it is an error or an answer that the way to it is not there differs between releases.
        _look_up(variables, steps[:-1])
    except MissingError as error:
        raise LookupError(str(error)) from None
    try:
        _look_up(variables, steps)
    except MissingError:
        return False
    return True
