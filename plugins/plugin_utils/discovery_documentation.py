# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of ``discovery`` and ``discovery_options``, made of what the backends say of themselves."""

from __future__ import annotations

import re
import textwrap
import typing as t

import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.configuration import known_options
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.options import BackendOption
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS

_LITERAL = re.compile(r"`([^`]*)`")


def source_lines() -> str:
    """What can stand in ``discovery``, a list in YAML."""
    return _as_yaml([_marked_up(sentences) for backend in BACKENDS.values() for sentences in backend.HELP])


def option_lines() -> str:
    """The suboptions of ``discovery_options``, a mapping in YAML."""
    return _as_yaml({option.name: _documented(option) for option in known_options()})


def indent(text: str, columns: int) -> str:
    """The lines of a text, further to the right."""
    return textwrap.indent(text, " " * columns)


def _documented(option: BackendOption) -> t.Dict[str, t.Any]:
    users = [(backend, own) for backend in BACKENDS.values() for own in backend.OPTIONS if own.name == option.name]
    # The same words of two backends are said once.
    words = dict.fromkeys(sentence for _backend, own in users for sentence in own.help)
    description = [_marked_up(sentence) for sentence in words]
    for backend, own in users:
        variables = [f"E({name})" for name in (own.variable, own.file_variable) if name]
        if own.variable and own.file_variable:
            variables[1] = f"the file that {variables[1]} names"
        if variables:
            description.append(
                f"For {backend.TITLE}, the environment variable {' or '.join(variables)} is used if this is not set."
            )
    said: t.Dict[str, t.Any] = {"description": description, "type": option.type}
    if option.elements:
        said["elements"] = option.elements
    if option.aliases:
        said["aliases"] = [*option.aliases]
    return said


def _marked_up(sentence: str) -> str:
    """The sentence in Ansible's markup."""
    names = {option.name for option in known_options()}

    def mark(found: re.Match[str]) -> str:
        word = found.group(1)
        return f"O(discovery_options.{word})" if word in names else f"V({word})"

    return _LITERAL.sub(mark, sentence)


def _as_yaml(value: t.Any) -> str:
    return t.cast(str, yaml.safe_dump(value, sort_keys=False, width=100, allow_unicode=True)).rstrip("\n")
