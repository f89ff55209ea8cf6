# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An image on a node."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

_ID = re.compile(r"(sha256:)?[0-9a-f]{64}")


@dataclass(frozen=True)
class Image:
    """An image on a node.

    :ivar id: with its ``sha256:``
    :ivar tags: ``repository:tag`` each
    :ivar digests: ``repository@sha256:...`` each
    """

    id: str
    tags: t.Tuple[str, ...] = ()
    digests: t.Tuple[str, ...] = ()


def reference_names(reference: str) -> t.FrozenSet[str]:
    """Every way to write what an image reference names: as it stands, with the tag it implies, without any tag.

    ``redis`` gives ``redis`` and ``redis:latest``; ``host:5000/redis:6`` gives itself and ``host:5000/redis``; an image
    ID gives itself with and without its ``sha256:``; nothing gives nothing.
    """
    if not reference:
        return frozenset()
    if reference.startswith("sha256:"):
        return frozenset((reference, reference[len("sha256:") :]))
    repository = reference.partition("@")[0]
    slash, colon = repository.rfind("/"), repository.rfind(":")
    if colon > slash:
        return frozenset((reference, repository, repository[:colon]))
    implied = () if "@" in reference else (f"{repository}:latest",)
    return frozenset((reference, repository, *implied))


def is_image_id(reference: str) -> bool:
    """Whether a reference is a full image ID. Such an image cannot be pulled: no registry knows it by that."""
    return _ID.fullmatch(reference) is not None
