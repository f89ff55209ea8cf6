# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of mappings that Ansible gives a meaning of its own.

A mapping with ``__ansible_type``, ``__ansible_unsafe`` or ``__ansible_vault`` is taken for an encoded value wherever
Ansible reads JSON, and fails as one; keys with ``_ansible_`` at their beginning are dropped without a word. Labels of
engines and containers, names of networks and options of log drivers are keys too, and may be called anything.
"""

from __future__ import annotations

import re
import typing as t

_RESERVED = re.compile(r"%*_+ansible_")


def escape_reserved(value: t.Any) -> t.Any:
    """``value`` with a ``%`` before each reserved key of a mapping in it, at any depth.

    A key that has such signs before it already gets one more, so that no two keys become one. It is no backslash,
    because templates and YAML disagree about how many of those one has to write.
    """
    if isinstance(value, dict):
        return {_escaped_key(key): escape_reserved(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [escape_reserved(each) for each in value]
    return value


def _escaped_key(key: t.Any) -> t.Any:
    return f"%{key}" if isinstance(key, str) and "ansible_" in key and _RESERVED.match(key) else key
