# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``command`` and ``entrypoint``: from a string or a list to the list of words that the engine takes."""

from __future__ import annotations

import shlex
import typing as t

from ..errors import InputError
from .parse import parse_text
from .rule import Source, View

Words = t.Tuple[str, ...]


def read_command(source: Source) -> t.Optional[Words]:
    """The words of ``command``."""
    return _read(source, "command")


def read_entrypoint(source: Source) -> t.Optional[Words]:
    """The words of ``entrypoint``."""
    return _read(source, "entrypoint")


def _read(source: Source, option: str) -> t.Optional[Words]:
    """
    ======================= ========================= ==================================
    value                   correct (the default)     compatibility
    ======================= ========================= ==================================
    a string                split like a shell does   split like a shell does
    a list                  its items, one word each  joined with blanks, then split
    an empty string or list no words                  as if the option was not set
    ======================= ========================= ==================================
    """
    value = source.options.get(option)
    if value is None:
        return None
    if isinstance(value, t.Mapping):
        raise InputError(f"{option}: '{value}' is a dictionary; write a string or a list of words")
    compatible = source.options.get("command_handling") == "compatibility"
    if not isinstance(value, (list, tuple)):
        words = _split(parse_text(value, option), option)
    else:
        words = tuple(parse_text(word, f"{option}: item {number}") for number, word in enumerate(value, start=1))
        words = _split(" ".join(words), option) if compatible else words
    return words or None if compatible else words


def _split(text: str, option: str) -> Words:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise InputError(
            f"{option}: '{text}' cannot be split into words ({str(error).lower()}); close the quotes, or write a list"
        ) from None


def wanted_command(words: Words, view: View) -> Words:
    """No words at all mean the image's own command, unless the entrypoint is replaced: that takes the image's away."""
    if words or view.values.get("entrypoint"):
        return words
    return tuple(view.image_config.get("Cmd") or ())
