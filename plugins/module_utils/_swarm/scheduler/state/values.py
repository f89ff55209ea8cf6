# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container or an image is found by: the values that an index over a key holds."""

from __future__ import annotations

import functools
import typing as t

from ...model.container import Container
from ...model.image import reference_names
from ...model.node import Node
from .node import NodeState

#: A cluster runs many containers of few images.
_KEPT_IMAGES = 4096


def values_of(key: str, container: Container) -> t.Iterable[str]:
    """The values of one container.

    :param key: ``container`` (name and ID), ``image`` (every name of it), or the key of a label in lower case
    """
    if key == "container":
        return (container.name, container.id) if container.id else (container.name,)
    if key == "image":
        return _names_of_image(container.image, container.image_id)
    return {value for label, value in container.labels.items() if label.lower() == key}


def image_values(node: Node) -> t.Iterator[str]:
    """Every name of every image that is known to be on the node, apart from those of its containers."""
    for image in node.images or ():
        yield from frozenset().union(*map(reference_names, (image.id, *image.tags, *image.digests)))


def values_on(key: str, state: NodeState) -> t.Iterator[str]:
    """The values of everything on a node; one as often as it is there."""
    for container in state.containers:
        yield from values_of(key, container)
    if key == "image":
        yield from image_values(state.node)


@functools.lru_cache(_KEPT_IMAGES)
def _names_of_image(reference: str, image_id: str) -> t.FrozenSet[str]:
    return reference_names(reference) | reference_names(image_id)
