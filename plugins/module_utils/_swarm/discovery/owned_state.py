# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What differs between the keys that one owner wants and those that he has, as a pure function."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .owned_keys import IsOwn


@dataclass(frozen=True)
class FoundKey:
    """A key as the store has it. :ivar holder: the session or lease that it lives as long as; None for none"""

    value: str
    holder: t.Optional[str]


@dataclass(frozen=True)
class Difference:
    """What is to be done. :ivar put: values by path; :ivar remove: paths; both in a steady order"""

    put: t.Mapping[str, str]
    remove: t.Tuple[str, ...]

    @property
    def paths(self) -> t.List[str]:
        """All of them."""
        return [*self.put, *self.remove]


def from_store(wanted: t.Mapping[str, str], found: t.Mapping[str, FoundKey], holder: str, is_own: IsOwn) -> Difference:
    """The difference to what the store has.

    :param holder: what all wanted keys are to be held by
    """
    put = {
        path: value
        for path, value in sorted(wanted.items())
        if path not in found or found[path] != FoundKey(value, holder)
    }
    remove = [path for path, key in sorted(found.items()) if path not in wanted and is_own(path, key.value)]
    return Difference(put, tuple(remove))


def from_last(wanted: t.Mapping[str, str], written: t.Mapping[str, str]) -> Difference:
    """The difference to what was written."""
    put = {path: value for path, value in sorted(wanted.items()) if written.get(path) != value}
    return Difference(put, tuple(path for path in sorted(written) if path not in wanted))


def parts_of(difference: Difference, size: int) -> t.Iterator[Difference]:
    """The difference in parts of so many keys, as stores bound their transactions."""
    put, remove = list(difference.put.items()), list(difference.remove)
    while put or remove:
        some = dict(put[:size])
        put = put[size:]
        room = size - len(some)
        yield Difference(some, tuple(remove[:room]))
        remove = remove[room:]
