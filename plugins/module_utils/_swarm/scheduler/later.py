# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A sequence that is worked out when somebody looks into it."""

from __future__ import annotations

import typing as t

Item = t.TypeVar("Item")


class Later(t.Sequence[Item]):
    """What ``make`` will give, once: in every other respect a tuple. Not for several threads at once."""

    __slots__ = ("_items", "_make")

    def __init__(self, make: t.Callable[[], t.Iterable[Item]]) -> None:
        self._make: t.Optional[t.Callable[[], t.Iterable[Item]]] = make
        self._items: t.Tuple[Item, ...] = ()

    def _made(self) -> t.Tuple[Item, ...]:
        if self._make is not None:
            self._items = tuple(self._make())
            self._make = None
        return self._items

    @t.overload
    def __getitem__(self, at: int) -> Item: ...

    @t.overload
    def __getitem__(self, at: slice) -> t.Tuple[Item, ...]: ...

    def __getitem__(self, at: t.Union[int, slice]) -> t.Union[Item, t.Tuple[Item, ...]]:
        return self._made()[at]

    def __len__(self) -> int:
        return len(self._made())

    def __iter__(self) -> t.Iterator[Item]:
        return iter(self._made())

    def __eq__(self, other: object) -> bool:
        return self._made() == (other._made() if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self._made())

    def __repr__(self) -> str:
        return repr(self._made())
