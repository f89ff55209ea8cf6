# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Volumes."""

from __future__ import annotations

import typing as t

from ..records import VOLUME
from .call import (
    NOT_FOUND,
    Call,
    Filters,
    JSONObject,
    Patience,
    Pruned,
    Reply,
    filter_query,
    flags,
    path_of,
    read_nothing,
    read_pruned,
    record_or_none,
)


def list(filters: t.Optional[Filters] = None) -> Call[t.List[JSONObject]]:
    """Volumes, as the engine lists them.

    :param filters: in the Engine API's form; ``name`` finds parts of names. None for all
    """
    return Call("GET", "/volumes", "to list volumes", _read_volumes, filter_query(filters))


def inspect(volume: str) -> Call[t.Optional[JSONObject]]:
    """The engine's record of a volume, None if it is not there."""
    path, asked = path_of("volumes", volume), f"to inspect volume {volume}"
    return Call("GET", path, asked, record_or_none(VOLUME), accepted=NOT_FOUND)


def create(body: t.Mapping[str, t.Any]) -> Call[JSONObject]:
    """Create a volume; one that is there already is left as it is.

    :param body: the Engine API's ``VolumeCreateOptions``, sent as it is
    """
    return Call("POST", "/volumes/create", f"to create volume {body.get('Name', '')}".strip(), Reply.object, body=body)


def remove(volume: str, force: bool = False) -> Call[None]:
    """Remove it. :param force: no error where its driver has lost it"""
    asked = f"to remove volume {volume}"
    return Call("DELETE", path_of("volumes", volume), asked, read_nothing, flags(force=force))


def prune(filters: t.Optional[Filters] = None) -> Call[Pruned]:
    """Remove volumes that no container has; from API 1.42 on only anonymous ones, unless a filter says ``all``."""
    read = read_pruned("VolumesDeleted")
    return Call("POST", "/volumes/prune", "to prune volumes", read, filter_query(filters), patience=Patience(None))


def _read_volumes(reply: Reply) -> t.List[JSONObject]:
    return reply.objects("Volumes")
