# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that Ansible's own checks of options end in a traceback for, or refuse without the name of the option."""

from __future__ import annotations

import math
import typing as t

from ansible.module_utils.common.validation import check_type_dict
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import shown

Spec = t.Mapping[str, t.Mapping[str, t.Any]]


def unusable_value(spec: Spec, options: t.Mapping[str, t.Any]) -> t.Optional[str]:
    """A sentence about the first value that no option can have; None if there is none.

    :param spec: the argument spec of the options
    """
    return _no_dictionary(spec, options) or unusable_number(options)


def _no_dictionary(spec: Spec, options: t.Mapping[str, t.Any]) -> t.Optional[str]:
    for name, option in spec.items():
        for key in (name, *option.get("aliases", ())):
            value = options.get(key)
            if option.get("options") and value is not None:
                items = value if option["type"] == "list" and isinstance(value, list) else [value]
                wrong = [item for item in items if not _is_dictionary(item)]
                if wrong:
                    return (
                        f"{key}: {shown(wrong[0])} is not a dictionary; write its options as NAME: VALUE, one in a line"
                    )
    return None


def _is_dictionary(value: t.Any) -> bool:
    if isinstance(value, t.Mapping):
        return True
    if not isinstance(value, str):
        return False
    try:
        check_type_dict(value)
    except TypeError:
        return False
    return True


def unusable_number(value: t.Any, option: str = "") -> t.Optional[str]:
    """A sentence about the first number that is too large to be converted, or that is infinite or none at all."""
    if isinstance(value, t.Mapping):
        inner = [(f"{option}.{name}" if option else str(name), item) for name, item in value.items()]
    elif isinstance(value, (list, tuple)):
        inner = [(f"{option}, item {number}", item) for number, item in enumerate(value, start=1)]
    else:
        is_unusable = (isinstance(value, float) and not math.isfinite(value)) or (
            isinstance(value, int) and value.bit_length() > 64
        )
        return (
            f"{option}: {shown(value)} is not a number that can be used; write a smaller one" if is_unusable else None
        )
    return next(filter(None, (unusable_number(item, name) for name, item in inner)), None)
