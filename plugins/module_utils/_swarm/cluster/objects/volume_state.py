# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Volumes made and removed on one engine."""

from __future__ import annotations

import typing as t

from ...engine.api import volumes
from ...engine.client import EngineClient
from .change import ObjectChange, make_change
from .volume import WantedVolume


def keep_volume(client: EngineClient, wanted: WantedVolume, recreate: str, dry: bool) -> ObjectChange:
    """Have the volume on the engine.

    :param recreate: when one that is there is removed first, with its data: ``never``, ``options-changed``, ``always``
    :param dry: only say what would be done
    :raises EngineError: the engine refuses, such as to remove a volume that a container uses
    """
    record = client.send(volumes.inspect(wanted.name))
    differences = [] if record is None else wanted.differences(record)
    replaces = record is not None and (recreate == "always" or (recreate == "options-changed" and bool(differences)))
    if record is not None and not replaces:
        warnings = [_stays(wanted.name, [each.option for each in differences])] if differences else []
        return make_change((), record, True, True, warnings=warnings)
    actions = [f"Removed volume {wanted.name}"] if replaces else []
    actions.append(f"Created volume {wanted.name} with driver {wanted.driver}")
    if not dry:
        if replaces:
            client.send(volumes.remove(wanted.name))
        client.send(volumes.create(wanted.body()))
        record = client.send(volumes.inspect(wanted.name))
    return make_change(actions, record, replaces, True, differences)


def drop_volume(client: EngineClient, name: str, dry: bool) -> ObjectChange:
    """Have no volume of that name on the engine. :raises EngineError: a container uses it"""
    record = client.send(volumes.inspect(name))
    if record is None:
        return make_change((), None, False, False)
    if not dry:
        client.send(volumes.remove(name))
    return make_change((f"Removed volume {name}",), None, True, False)


def _stays(name: str, options: t.Sequence[str]) -> str:
    return (
        f"volume {name} is there with another {', '.join(options)} and stays as it is; recreate=options-changed makes "
        "it anew, without the data that is in it"
    )
