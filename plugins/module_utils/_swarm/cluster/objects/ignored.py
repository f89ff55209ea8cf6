# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``.dockerignore``: which files of a folder are not sent to a build. Pure. The rules are those of Docker's manual:

*        anything but a slash           ?    one character but a slash        [a-z]  one of these
**       any number of folders          !x   what was left out comes back     #      a remark

A pattern that finds a folder finds all that is in it. The last pattern that finds a file decides.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from ...errors import InputError


class Ignored:
    """The patterns of one file.

    :param text: its content
    :raises InputError: a pattern is none
    """

    def __init__(self, text: str) -> None:
        self._patterns = [_parse(number, line) for number, line in _lines(text)]

    def __contains__(self, path: str) -> bool:
        """:param path: below the folder, with slashes"""
        parts = path.split("/")
        paths = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        ignored = False
        for back, pattern in self._patterns:
            if ignored == back and any(pattern.fullmatch(each) for each in paths):
                ignored = not back
        return ignored

    def whole(self, folder: str) -> bool:
        """Whether nothing below ``folder`` is sent, so that nobody needs to look into it."""
        return folder in self and not any(back for back, _pattern in self._patterns)


def _lines(text: str) -> t.Iterator[t.Tuple[int, str]]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def _parse(number: int, line: str) -> t.Tuple[bool, t.Pattern[str]]:
    """Whether it brings files back, and what it finds."""
    back = line.startswith("!")
    pattern = posixpath.normpath(line[1:].strip() if back else line).lstrip("/")
    try:
        return back, re.compile(_expression(pattern), re.DOTALL)
    except re.error as error:
        raise InputError(f".dockerignore, line {number}: '{line}' is not a pattern: {error}") from error


def _expression(pattern: str) -> str:
    written = []
    position = 0
    while position < len(pattern):
        part, position = _next(pattern, position)
        written.append(part)
    return "".join(written)


def _next(pattern: str, position: int) -> t.Tuple[str, int]:
    """The regular expression for what stands at ``position``, and where the next stands."""
    character = pattern[position]
    if pattern.startswith("**", position):
        end = position + 2
        if pattern.startswith("/", end):
            return "(?:.*/)?", end + 1
        return ".*", end
    if character == "*":
        return "[^/]*", position + 1
    if character == "?":
        return "[^/]", position + 1
    if character == "[":
        end = pattern.find("]", position + 2)
        if end > 0:
            inside = pattern[position + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            return f"[{inside}]", end + 1
        raise re.error("a [ without its ]")
    if character == "\\" and position + 1 < len(pattern):
        return re.escape(pattern[position + 1]), position + 2
    return re.escape(character), position + 1
