# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""All containers of the cluster, and how each is found: by ID, by the original's ID, by name, by the start of an ID."""

from __future__ import annotations

import re
import typing as t

from ..errors import NotFoundError, UnhealthyError
from .container import Container
from .listing import Listing

_SHORT = 12
_HEXADECIMAL = re.compile(r"[0-9a-f]{1,64}")
#: Nodes that are named where several have what was asked for.
_NAMED = 5


class Containers:
    """The containers of all nodes, healthy or not."""

    def __init__(self) -> None:
        self.listing = Listing()
        self._by_id: t.Dict[str, Container] = {}
        self._by_short: t.Dict[str, t.List[Container]] = {}
        self._by_name: t.Dict[str, t.List[Container]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, identity: str) -> t.Optional[Container]:
        """The one with this whole ID."""
        return self._by_id.get(identity)

    def named(self, name: str) -> t.Sequence[Container]:
        """Those of a name, written without a slash."""
        return self._by_name.get(name, ())

    def add(self, container: Container) -> None:
        """It is there from now on."""
        identity = container.id
        self._by_id[identity] = container
        self._by_short.setdefault(identity[:_SHORT], []).append(container)
        for name in container.names:
            self._by_name.setdefault(name.lstrip("/"), []).append(container)
        for key in _swarm_keys(container):
            self._by_short.setdefault(key, []).append(container)
        self.listing.add(container)

    def remove(self, container: Container) -> None:
        """It is gone."""
        if self._by_id.get(container.id) is container:
            del self._by_id[container.id]
        for key in (container.id[:_SHORT], *_swarm_keys(container)):
            _take_out(self._by_short, key, container)
        for name in container.names:
            _take_out(self._by_name, name.lstrip("/"), container)
        self.listing.remove(container)

    def find(self, reference: str) -> Container:
        """What a client means, in the original's order.

        :raises NotFoundError: nothing, or several
        :raises UnhealthyError: its node does not answer
        """
        found = self._find(reference)
        if not found.node.healthy:
            raise UnhealthyError(f"Container {reference} running on unhealthy node {found.node.name or found.node.key}")
        return found

    def look_up(self, reference: str) -> Container:
        """As ``find``, whatever the condition of the node."""
        return self._find(reference)

    def _find(self, reference: str) -> Container:
        found = self._by_id.get(reference)
        if found is not None:
            return found
        short = self._by_short.get(reference, ())
        if short:
            return _only(reference, short, "an ID that begins so")
        names = self._of_name(reference)
        if names:
            return _only(reference, names, "one of that name")
        if _HEXADECIMAL.fullmatch(reference):
            begins = [each for each in self._by_id.values() if _begins(each, reference)]
            if begins:
                return _only(reference, begins, "an ID that begins so")
        raise NotFoundError(f"No such container: {reference}")

    def _of_name(self, reference: str) -> t.Sequence[Container]:
        plain = reference.lstrip("/")
        found = self._by_name.get(plain)
        if found:
            return found
        node, slash, name = plain.partition("/")
        if not slash:
            return ()
        return [each for each in self._by_name.get(name, ()) if node in (each.node.name, each.node.engine_id)]


def _swarm_keys(container: Container) -> t.Tuple[str, ...]:
    """The original's ID, and the beginning by which it is looked for."""
    swarm_id = container.swarm_id
    if not swarm_id:
        return ()
    return (swarm_id, swarm_id[:_SHORT]) if len(swarm_id) > _SHORT else (swarm_id,)


def _take_out(index: t.Dict[str, t.List[Container]], key: str, container: Container) -> None:
    held = index.get(key, [])
    if container in held:
        held.remove(container)
    if not held:
        index.pop(key, None)


def _begins(container: Container, reference: str) -> bool:
    return container.id.startswith(reference) or container.swarm_id.startswith(reference)


def _only(reference: str, found: t.Sequence[Container], what: str) -> Container:
    """The one that is meant; of several the one whose node answers."""
    found = list({each.id: each for each in found}.values())
    if len(found) == 1:
        return found[0]
    answering = [each for each in found if each.node.healthy]
    if len(answering) == 1:
        return answering[0]
    places = sorted(f"{each.node.name or each.node.key}/{each.name}" for each in answering or found)
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    raise NotFoundError(
        f"No such container: {reference}: {len(places)} containers have {what}: {', '.join(places[:_NAMED])}{more}; "
        "write one of these, or more of the ID"
    )
