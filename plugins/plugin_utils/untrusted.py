# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps strings that engines sent from being taken for templates.

Whoever may set a label on an engine would otherwise run code on the controller.
"""

from __future__ import annotations

import functools
import re
import typing as t

try:
    # ansible-core 2.19 and newer: only a string that is tagged as trusted is a template. What was received never is.
    from ansible.template import trust_as_template
except ImportError:
    trust_as_template = None

#: Neither a template nor more of an expression than a name.
#: The last is the status of nearly every container that runs.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*|Up [0-9]+ (?:seconds|minutes|hours|days|weeks|months|years)")


def untrusted(value: t.Any) -> t.Any:
    """``value`` with every string in it, keys of mappings included, barred from templating."""
    if trust_as_template is not None:
        return value
    # ansible-core 2.18 and older: every string is a template unless it is wrapped. Newer ones will lack this module.
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)


def published(variables: t.Mapping[str, t.Any], plain: t.AbstractSet[str]) -> t.Dict[str, t.Any]:
    """The variables of a host, every string in them barred from templating.

    Those in ``plain`` are handed on as they are where they hold nothing that could be evaluated: Ansible puts a mapping
    around each untrusted string that it writes as JSON, which for many hosts is most of the work.
    """
    if trust_as_template is not None:
        return {name: _as_it_is(value) if name in plain else value for name, value in variables.items()}
    return {name: value if name in plain and _PLAIN.fullmatch(value) else untrusted(value)
            for name, value in variables.items()}  # fmt: skip


@functools.lru_cache(maxsize=1024)
def _as_it_is(text: str) -> str:
    """``text`` with the mark of a trusted template, if nothing in it can be one. Hosts of one engine share most."""
    return t.cast(str, trust_as_template(text)) if _PLAIN.fullmatch(text) else text
