# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What came of one object (a volume, a network, an image) on one node."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

Record = t.Dict[str, t.Any]


class ObjectDifference(t.NamedTuple):
    """One option in which an object is not as asked. :ivar option: with a dot before a part of it"""

    option: str
    wanted: t.Any
    seen: t.Any


@dataclass(frozen=True)
class ObjectChange:
    """What was done to an object, or would be done.

    :ivar actions: sentences, in order; empty where it is as asked
    :ivar record: what the engine says of it at the end, None where it is not there
    :ivar before: the options that differ, and ``exists``, as they were
    :ivar after: the same, as they are to be
    :ivar warnings: sentences about what is not as asked and stays so
    :ivar values: further values to be returned
    """

    actions: t.Tuple[str, ...] = ()
    record: t.Optional[Record] = None
    before: t.Mapping[str, t.Any] = field(default_factory=dict)
    after: t.Mapping[str, t.Any] = field(default_factory=dict)
    warnings: t.Tuple[str, ...] = ()
    values: t.Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether something was done."""
        return bool(self.actions)


def make_change(
    actions: t.Iterable[str],
    record: t.Optional[Record],
    existed: bool,
    exists: bool,
    differences: t.Iterable[ObjectDifference] = (),
    warnings: t.Iterable[str] = (),
) -> ObjectChange:
    """A change with its ``before`` and ``after``. :param differences: of what is set right"""
    before: t.Dict[str, t.Any] = {"exists": existed}
    after: t.Dict[str, t.Any] = {"exists": exists}
    for option, wanted, seen in differences:
        before.setdefault(option, seen)
        after[option] = wanted
    return ObjectChange(tuple(actions), record, before, after, tuple(warnings))
