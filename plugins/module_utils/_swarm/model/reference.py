# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How a container is referred to: by its name, its ID, or the beginning of its ID that no other has.

A name comes before an ID, as with the engine: a container called ``deadbeef`` is meant by that, whatever IDs begin so.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import AmbiguousNameError
from .container import Container
from .node import Node

#: Characters that the beginning of an ID has at least. What is shorter is more likely a mistyped name than an ID.
SHORTEST_PREFIX = 8
#: Characters of a whole ID.
ID_LENGTH = 64
_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},{ID_LENGTH - 1}}}")

#: A container and where it is.
Place = t.Tuple[Node, Container]


def is_id_prefix(reference: str) -> bool:
    """Whether ``reference`` may be the beginning of an ID."""
    return _PREFIX.fullmatch(reference) is not None


def begins_id(reference: str, identity: str) -> bool:
    """Whether the ID ``identity`` begins with ``reference``, and ``reference`` is long enough to say so."""
    return identity.startswith(reference) and is_id_prefix(reference)


def refers_to(reference: str, container: Container) -> bool:
    """Whether ``reference`` is the name, the ID or the beginning of the ID of ``container``."""
    return reference in (container.name, container.id) or begins_id(reference, container.id)


def require_one(reference: str, found: t.Iterable[Place]) -> None:
    """Refuse the beginning of an ID that several containers have.

    :param found: all that ``reference`` may refer to; those of its very name are left to whoever asks
    :raises AmbiguousNameError: it begins the IDs of several containers; each is named
    """
    alike = {container.id: (node, container) for node, container in found if begins_id(reference, container.id)}
    if len(alike) > 1:
        places = ", ".join(
            sorted(f"{container.name} ({container.id[:16]}) on {node.name}" for node, container in alike.values())
        )
        raise AmbiguousNameError(
            f"the IDs of {len(alike)} containers begin with '{reference}': {places}; write more of the ID, or the name"
        )


def full_id(reference: str, ids: t.Mapping[str, str]) -> str:
    """The ID of the container on one node that ``reference`` means; ``reference`` itself where there is no such one.

    :param ids: IDs of the node's containers by name
    """
    if reference in ids:
        return ids[reference]
    alike = [each for each in ids.values() if begins_id(reference, each)]
    return alike[0] if len(alike) == 1 else reference


def name_of(reference: str, ids: t.Mapping[str, str]) -> str:
    """The name of the container on one node that ``reference`` means; ``reference`` itself where there is no such one.

    :param ids: IDs of the node's containers by name
    """
    if reference in ids:
        return reference
    identity = full_id(reference, ids)
    return next((name for name, each in ids.items() if each == identity), reference)
