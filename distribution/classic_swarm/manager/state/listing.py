# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The list of all containers as text that is nearly ready: pieces in groups, each joined once and kept.

A list of fifty thousand is two hundred groups put one behind the other. A container that changes costs its group
alone, and so does a sentence such as ``Up 3 minutes`` that time has made untrue.
"""

from __future__ import annotations

import bisect
import typing as t

from .container import Container

#: Containers in a group when it is made; of more than twice as many it is cut in two.
_GROUP = 256

#: Images of the original itself, which it did not show among what runs.
_OWN_IMAGES = ("swarm", "docker/swarm")


class Variant(t.NamedTuple):
    """What differs between two whole lists. :ivar both: plain names too. :ivar everything: not only what runs"""

    both: bool
    everything: bool


def is_shown(container: Container, everything: bool) -> bool:
    """Whether a list has it. :param everything: also what does not run, or whose node does not answer"""
    if everything:
        return True
    if not (container.running and container.node.healthy):
        return False
    return container.listed.image.partition(":")[0] not in _OWN_IMAGES


class _Group:
    __slots__ = ("containers", "kept", "keys")

    def __init__(self, containers: t.List[Container]) -> None:
        self.containers = containers
        self.keys = [container.order for container in containers]
        self.kept: t.Dict[Variant, t.Tuple[bytes, float]] = {}

    def text(self, variant: Variant, now: float) -> bytes:
        kept = self.kept.get(variant)
        if kept is not None and now < kept[1]:
            return kept[0]
        pieces, until = [], float("inf")
        for container in reversed(self.containers):
            if is_shown(container, variant.everything):
                text, holds = container.text(variant.both, now)
                pieces.append(text)
                until = min(until, holds)
        joined = ",".join(pieces).encode()
        self.kept[variant] = joined, until
        return joined


class Listing:
    """Every container of the cluster, by the time of its creation."""

    def __init__(self) -> None:
        self._groups: t.List[_Group] = []
        self._firsts: t.List[t.Tuple[float, str]] = []
        #: What came since the last look: at the start that is everything, in no order.
        self._late: t.Dict[Container, None] = {}

    def add(self, container: Container) -> None:
        """It is listed from now on."""
        self._late[container] = None

    def remove(self, container: Container) -> None:
        """It is listed no more. Harmless if it was not."""
        if self._late.pop(container, self) is None:
            return
        at, place = self._find(container)
        if place is None:
            return
        group = self._groups[at]
        del group.keys[place], group.containers[place]
        group.kept.clear()
        if group.keys:
            self._firsts[at] = group.keys[0]
        else:
            del self._groups[at], self._firsts[at]

    def touch(self, container: Container) -> None:
        """What is shown of it is not what it was: its node is in another condition."""
        if container in self._late:
            return
        at, place = self._find(container)
        if place is not None:
            self._groups[at].kept.clear()

    def _settle(self) -> None:
        """Everything in its place."""
        if not self._late:
            return
        late, self._late = list(self._late), {}
        if len(late) <= _GROUP:
            for container in late:
                self._insert(container)
            return
        late += [container for group in self._groups for container in group.containers]
        late.sort(key=lambda container: container.order)
        self._groups = [_Group(late[at : at + _GROUP]) for at in range(0, len(late), _GROUP)]
        self._firsts = [group.keys[0] for group in self._groups]

    def _insert(self, container: Container) -> None:
        if not self._groups:
            self._groups, self._firsts = [_Group([])], [container.order]
        at = max(0, bisect.bisect_right(self._firsts, container.order) - 1)
        group = self._groups[at]
        place = bisect.bisect_left(group.keys, container.order)
        group.keys.insert(place, container.order)
        group.containers.insert(place, container)
        group.kept.clear()
        self._firsts[at] = group.keys[0]
        if len(group.keys) > 2 * _GROUP:
            halves = [_Group(group.containers[:_GROUP]), _Group(group.containers[_GROUP:])]
            self._groups[at : at + 1] = halves
            self._firsts[at : at + 1] = [half.keys[0] for half in halves]

    def newest_first(self) -> t.Iterator[Container]:
        """All of them."""
        self._settle()
        for group in reversed(self._groups):
            yield from reversed(group.containers)

    def prepare(self, variant: Variant, now: float) -> t.Iterator[None]:
        """Make the texts of a list ahead of the question, as many at a time as hold nobody up."""
        self._settle()
        for group in list(self._groups):
            group.text(variant, now)
            yield

    def chunks(self, variant: Variant, now: float) -> t.List[bytes]:
        """The whole list as JSON, in pieces."""
        self._settle()
        pieces: t.List[bytes] = [b"["]
        for group in reversed(self._groups):
            text = group.text(variant, now)
            if text:
                pieces += [text] if len(pieces) == 1 else [b",", text]
        pieces.append(b"]\n")
        return pieces

    def _find(self, container: Container) -> t.Tuple[int, t.Optional[int]]:
        at = max(0, bisect.bisect_right(self._firsts, container.order) - 1)
        if at < len(self._groups):
            group = self._groups[at]
            place = bisect.bisect_left(group.keys, container.order)
            while place < len(group.keys) and group.keys[place] == container.order:
                if group.containers[place] is container:
                    return at, place
                place += 1
        return at, None
