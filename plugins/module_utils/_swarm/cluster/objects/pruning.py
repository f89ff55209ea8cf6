# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What nobody uses, removed from one engine, or counted.

Before API 1.42 an engine prunes every volume that no container has, and later only anonymous ones. One task means the
same on all of its nodes, whatever their age: anonymous ones, unless a filter says ``all``.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ...engine.api import containers, images, networks, system, volumes
from ...engine.api.call import Filters, Pruned
from ...engine.client import EngineClient
from ...errors import EngineConflictError, EngineNotFoundError, InputError
from .unused import Found, is_true, unused_containers, unused_images, unused_networks, unused_volumes

_ANONYMOUS_ONLY_SINCE = (1, 42)

#: Filters that all engines know, so that a check can tell what they do.
_KNOWN: t.Mapping[str, t.Tuple[str, ...]] = {
    "containers": ("label", "label!", "until"),
    "images": ("dangling", "label", "label!", "until"),
    "networks": ("label", "label!", "until"),
    "volumes": ("all", "label", "label!"),
}


@dataclass(frozen=True)
class Pruning:
    """What is to be pruned: filters in the Engine API's form, None where that kind is left alone.

    :ivar every_build: also builds' results that others share
    :ivar keep_builds: bytes of builds' results that may stay
    :raises InputError: a filter that engines do not know
    """

    containers: t.Optional[Filters] = None
    images: t.Optional[Filters] = None
    networks: t.Optional[Filters] = None
    volumes: t.Optional[Filters] = None
    builds: t.Optional[Filters] = None
    every_build: bool = False
    keep_builds: t.Optional[int] = None

    def __post_init__(self) -> None:
        for kind, known in _KNOWN.items():
            for name in getattr(self, kind) or ():
                if name not in known:
                    raise InputError(f"{kind}_filters: there is no filter '{name}'; there are {', '.join(known)}")


def prune(client: EngineClient, what: Pruning) -> t.Dict[str, Pruned]:
    """Remove it; gives what went, by kind. Containers go first, as they hold the rest.

    :raises EngineError: the engine refuses; what went before is gone
    """
    done = {}
    if what.containers is not None:
        done["containers"] = client.send(containers.prune(what.containers))
    if what.networks is not None:
        done["networks"] = client.send(networks.prune(what.networks))
    if what.volumes is not None:
        done["volumes"] = _prune_volumes(client, what.volumes)
    if what.images is not None:
        done["images"] = client.send(images.prune(what.images))
    if what.builds is not None:
        done["builds"] = client.send(images.prune_builds(what.every_build, what.keep_builds, what.builds))
    return done


def _prune_volumes(client: EngineClient, filters: Filters) -> Pruned:
    if client.api_version >= _ANONYMOUS_ONLY_SINCE:
        return client.send(volumes.prune(filters))
    if is_true(filters.get("all") or ()):
        return client.send(volumes.prune({name: values for name, values in filters.items() if name != "all"}))
    usage = client.send(system.disk_usage())
    unused = unused_volumes(usage.get("Volumes") or (), usage.get("Containers") or (), filters)
    gone = []
    for name in unused.names:
        with contextlib.suppress(EngineConflictError, EngineNotFoundError):
            client.send(volumes.remove(name))
            gone.append(name)
    return Pruned(gone, unused.space)


def count(client: EngineClient, what: Pruning, now: float) -> t.Dict[str, Pruned]:
    """What ``prune`` would remove, by kind, as far as the engine's lists say.

    :param now: seconds since 1970
    """
    usage = client.send(system.disk_usage())
    there = usage.get("Containers") or []
    done = {}
    if what.containers is not None:
        gone = unused_containers(there, what.containers, now)
        there = [each for each in there if each.get("Id") not in gone.names]
        done["containers"] = _pruned(gone)
    if what.networks is not None:
        found = unused_networks(client.send(networks.list()), there, what.networks, now)
        done["networks"] = Pruned(list(found.names), None)
    if what.volumes is not None:
        done["volumes"] = _pruned(unused_volumes(usage.get("Volumes") or (), there, what.volumes))
    if what.images is not None:
        found = unused_images(usage.get("Images") or (), there, what.images, now)
        done["images"] = Pruned([{"Deleted": name} for name in found.names], found.space)
    if what.builds is not None:
        idle = [each for each in usage.get("BuildCache") or () if not each.get("InUse")]
        done["builds"] = Pruned([each.get("ID") for each in idle], sum(int(each.get("Size") or 0) for each in idle))
    return done


def _pruned(found: Found) -> Pruned:
    return Pruned(list(found.names), found.space)
