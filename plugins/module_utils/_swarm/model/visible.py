# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Text that a terminal shows as it is.

Names of engines and containers, labels and the words of errors are anybody's. A terminal obeys escape sequences in
them, a line break makes one message look like two, and a right-to-left mark makes it read as another one.
"""

from __future__ import annotations


def visible(text: str, lines: bool = False) -> str:
    """``text`` with every character that a terminal would obey or not show written as Python writes it: ``\\x1b``.

    These are control, format, private and unassigned characters, lone surrogates, and every separator but the space.
    A backslash stays as it is, so that paths and regular expressions read as they were written.

    :param lines: keep line breaks, for a text that has several lines of its own
    """
    # One look in C over the text: nearly all of them need nothing.
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or (lines and each == "\n") else _written(each) for each in text)


def _written(character: str) -> str:
    return repr(character)[1:-1]
