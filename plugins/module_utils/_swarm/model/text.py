# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Text that no engine, no file system and no JSON document takes as it is written."""

from __future__ import annotations

import typing as t

from ..errors import InputError


def refuse_unusable_text(value: t.Any, option: str) -> None:
    """Look through a value, with all that lists and mappings in it hold, keys included.

    A NUL character ends a text for the kernel, and a lone surrogate (half of a character, as undecodable bytes become
    in Python) has no UTF-8 form: JSON would carry it to the engine as another character. The text itself is not shown,
    as it may be a secret.

    :raises InputError: says where such a text stands
    """
    if isinstance(value, str):
        problem = _problem(value)
        if problem:
            raise InputError(f"{option}: the text has {problem}, which cannot be sent to an engine; take it out")
    elif isinstance(value, t.Mapping):
        for key, item in value.items():
            if isinstance(key, str) and _problem(key):
                raise InputError(f"{option}: the name {key!a} has {_problem(key)}; take it out")
            refuse_unusable_text(item, f"{option}.{key}" if option else str(key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, start=1):
            refuse_unusable_text(item, f"{option}, item {number}")


def _problem(text: str) -> str:
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half of a character (a lone surrogate)"
    return ""
