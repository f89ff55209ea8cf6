# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Ranges in the text of an entry: ``10.0.0.[10:12]:2375`` stands for three entries.

Both ends belong to the range. Several ranges in one text multiply, the last one turning fastest. A padded start keeps
its padding: ``[08:10]`` gives 08, 09, 10. An IPv6 address stands in brackets too and is left as it is.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
import typing as t

from ..errors import InputError

#: More entries than this are a slip of the keyboard, not a cluster: from one text, and from all of a list or a file.
MAX_ENTRIES = 65536

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_RANGE = re.compile(r"([0-9]{1,18}):([0-9]{1,18})", re.ASCII)
_RIGHT_FORM = "a range is written [FIRST:LAST], such as 10.0.0.[10:20]:2375"


def expand_ranges(text: str, most: int = MAX_ENTRIES) -> t.Tuple[str, ...]:
    """Every text that ``text`` stands for, in order; ``text`` itself if it has no range.

    :param most: as many are left of ``MAX_ENTRIES``, where other texts had their part
    :raises InputError: a range that cannot be read, that runs backwards, or that gives more than ``most``
    """
    # With one group in the pattern, the odd parts are what stood in brackets.
    parts = _BRACKETS.split(text)
    if any(bracket in part for part in parts[::2] for bracket in "[]"):
        raise InputError(
            f"'{text}' has an opening bracket without its closing one, or the other way round; {_RIGHT_FORM}"
        )
    choices: t.List[t.Sequence[str]] = []
    count = 1
    for index, part in enumerate(parts):
        if index % 2 == 0:
            choices.append((part,))
        elif _is_ipv6(part):
            choices.append((f"[{part}]",))
        else:
            first, last, width = _bounds(text, part)
            count *= last - first + 1
            if count > MAX_ENTRIES:
                raise InputError(f"'{text}' stands for more than {MAX_ENTRIES} entries; write a narrower range")
            if count > most:
                raise InputError(
                    f"with '{text}' there are more than {MAX_ENTRIES} entries in all; write narrower ranges"
                )
            choices.append([str(number).zfill(width) for number in range(first, last + 1)])
    return tuple("".join(choice) for choice in itertools.product(*choices))


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _bounds(text: str, inside: str) -> t.Tuple[int, int, int]:
    """First and last number of a range, and the width that its numbers are padded to (0 for none)."""
    found = _RANGE.fullmatch(inside)
    if found is None:
        raise InputError(f"'[{inside}]' in '{text}' is neither a range of numbers nor an IPv6 address; {_RIGHT_FORM}")
    first, last = found.groups()
    if int(first) > int(last):
        raise InputError(f"the range '[{inside}]' in '{text}' runs backwards; write [{last}:{first}]")
    if not _is_padded(first) and not _is_padded(last):
        return int(first), int(last), 0
    if len(first) != len(last):
        raise InputError(
            f"the range '[{inside}]' in '{text}' pads one end with zeros and not the other; "
            f"give both the same number of digits, such as [01:20]"
        )
    return int(first), int(last), len(first)


def _is_padded(number: str) -> bool:
    return len(number) > 1 and number.startswith("0")
