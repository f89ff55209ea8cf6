# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A sequence that is worked out when somebody looks into it."""

from __future__ import annotations

import typing as t

Item = t.TypeVar("Item")


class Later(t.Sequence[Item]):
    """What ``make`` will give, once: in every other respect a tuple. Not for several threads at once.

    :param source: what ``make`` is called with; nothing where it is None
    :param in_parts: whether ``make`` takes a number of items behind the source, and gives as many of them, the first
        ones, for less than all of them cost
    """

    __slots__ = ("_in_parts", "_items", "_make", "_source")

    def __init__(
        self, make: t.Callable[..., t.Iterable[Item]], source: t.Optional[object] = None, in_parts: bool = False
    ) -> None:
        self._make: t.Optional[t.Callable[..., t.Iterable[Item]]] = make
        self._source = source
        self._in_parts = in_parts
        self._items: t.Tuple[Item, ...] = ()

    @property
    def source(self) -> t.Optional[object]:
        """What the items will be made from; None once they are made."""
        return self._source

    def first(self, count: int) -> t.Tuple[Item, ...]:
        """The first ``count`` items, or as many as there are."""
        if self._make is not None and self._in_parts:
            return tuple(self._make(self._source, count))
        return self._made()[:count]

    def _made(self) -> t.Tuple[Item, ...]:
        if self._make is not None:
            self._items = tuple(self._make() if self._source is None else self._make(self._source))
            # The source may hold more than the items: it is let go.
            self._make = self._source = None
        return self._items

    @t.overload
    def __getitem__(self, at: int) -> Item: ...

    @t.overload
    def __getitem__(self, at: slice) -> t.Tuple[Item, ...]: ...

    def __getitem__(self, at: t.Union[int, slice]) -> t.Union[Item, t.Tuple[Item, ...]]:
        if isinstance(at, slice) and at.step is None and not at.start and at.stop is not None and at.stop >= 0:
            return self.first(at.stop)
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
