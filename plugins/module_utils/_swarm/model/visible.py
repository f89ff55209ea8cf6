# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Text that a terminal shows as it is.

Names of engines and containers, labels and the words of errors are anybody's. A terminal obeys escape sequences in
them, a line break makes one message look like two, and a right-to-left mark makes it read as another one.
"""

from __future__ import annotations

import re

#: Characters of a line. What is longer repeats something that nobody reads to its end.
LONGEST_LINE = 4000
#: What is kept of a longer one: what is wrong with a long value stands behind it.
_KEPT = (2000, 1000)
_LONGER = re.compile(rf"[^\n]{{{LONGEST_LINE + 1},}}")


def visible(text: str, lines: bool = False) -> str:
    """``text`` with every character that a terminal would obey or not show written as Python writes it: ``\\x1b``.

    These are control, format, private and unassigned characters, lone surrogates, and every separator but the space.
    A backslash stays as it is, so that paths and regular expressions read as they were written.

    Of a line of more than 4,000 characters the middle is left out, with a word about it.

    :param lines: keep line breaks, for a text that has several lines of its own
    """
    if len(text) > LONGEST_LINE:
        text = _LONGER.sub(lambda line: _shortened(line.group()), text)
    # One look in C over the text: nearly all of them need nothing.
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or (lines and each == "\n") else _written(each) for each in text)


def _written(character: str) -> str:
    return repr(character)[1:-1]


def _shortened(line: str) -> str:
    first, last = _KEPT
    return f"{line[:first]}... ({len(line) - first - last:,} more characters) ...{line[-last:]}"
