# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The file by which a process that may ask the engine speaks to one that may not: always whole, and for all to read."""

from __future__ import annotations

import os

from ..errors import InputError


def write_word(path: str, word: str) -> None:
    """Replace what is in the file by one line.

    :raises InputError: the file cannot be written
    """
    temporary = f"{path}.new"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(f"{word}\n")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"the file {path} cannot be written: {error.strerror}") from error


def remove_word(path: str) -> None:
    """
    :raises InputError: the file cannot be removed
    """
    try:
        os.unlink(path)
    except OSError as error:
        raise InputError(f"the file {path} cannot be removed: {error.strerror}") from error
