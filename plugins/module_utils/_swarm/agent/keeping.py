# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is registered is kept in a place: told when it changes, kept alive in between, and tried again where that fails.

Nothing is dropped while the place does not answer: its own time decides, and is tried to be met.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..discovery.backend import Clock
from ..discovery.catalog import TITLE, CatalogService, CatalogServices
from ..discovery.owned_keys import OwnedKeys
from ..errors import DiscoveryError
from ..services.instance import Instance
from ..services.registry import Place, Registered

#: Times in a TTL that everything is kept.
_RENEWALS = 4
#: Seconds before a place that does not answer is tried again: the first pause, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0

Log = t.Callable[[str], None]


class Target(t.Protocol):
    """Where services are registered.

    :ivar title: for people, such as ``the store``
    """

    title: str

    @property
    def ttl(self) -> float:
        """Seconds after which everything is gone that nobody keeps."""

    def keep(self, registered: Registered) -> t.List[str]:
        """Make it exactly this, for another while. :returns: sentences about what has changed

        :raises DiscoveryError: it did not take it all
        """

    def release(self) -> None:
        """Remove everything. :raises DiscoveryError: it did not"""


@dataclass
class KeyTarget:
    """Keys in a store."""

    place: Place
    keys: OwnedKeys
    title: str = "the store"

    @property
    def ttl(self) -> float:
        return self.keys.ttl

    def keep(self, registered: Registered) -> t.List[str]:
        keys = registered.keys
        return [
            f"registered {path} = {keys[path]}" if path in keys else f"removed {path}"
            for path in self.keys.keep(keys)
            if path.startswith(f"{self.place.prefix}/")
        ]

    def release(self) -> None:
        self.keys.release()


@dataclass
class CatalogTarget:
    """Services of the catalog's agent on this host."""

    services: CatalogServices
    title: str = TITLE

    @property
    def ttl(self) -> float:
        return self.services.ttl

    def keep(self, registered: Registered) -> t.List[str]:
        self.services.keep(catalog_service(instance) for instance in registered.serving)
        return []

    def release(self) -> None:
        self.services.release()


def catalog_service(instance: Instance) -> CatalogService:
    """How the catalog tells of it."""
    return CatalogService(
        instance.path.replace("/", ":"),
        instance.service,
        instance.address,
        instance.port,
        instance.tags,
        instance.weight,
        (
            *sorted(instance.attributes.items()),
            ("node", instance.node),
            ("container", instance.container),
            ("protocol", instance.protocol),
        ),
    )


class Keeper:
    """Keeps what is registered in one place.

    :param chance: gives a number from 0 to 1
    :param log: takes one line for each change and each problem
    """

    def __init__(self, target: Target, clock: Clock, chance: t.Callable[[], float], log: Log) -> None:
        self._target = target
        self._clock = clock
        self._chance = chance
        self._log = log
        self._kept: t.Optional[t.Mapping[str, str]] = None
        self._keep_at = 0.0
        self._failures = 0
        self._told = ""

    def keep(self, registered: Registered) -> None:
        """Keep it, if it has changed or it is time to.

        :raises InputError: the TTL cannot be kept there
        """
        now, title = self._clock(), self._target.title
        if now < self._keep_at and (registered.keys == self._kept or self._failures):
            return
        try:
            changed = self._target.keep(registered)
        except DiscoveryError as error:
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(self._failures, 8)))
            self._keep_at = now + longest * (1 + self._chance()) / 2
            self._failures += 1
            if str(error) != self._told:
                self._log(f"{title} does not take the services, trying again: {error}")
            self._told = str(error)
            return
        if self._failures:
            self._log(f"{title} takes the services again, after {self._failures} tries that failed")
        self._failures, self._told = 0, ""
        if self._kept is None:
            self._log(f"{title} keeps the services of this engine, {len(registered.serving)} now")
        self._kept = dict(registered.keys)
        self._keep_at = now + self._target.ttl / _RENEWALS
        for line in changed:
            self._log(line)

    def give_up(self) -> None:
        """Remove everything, as the process is to stop."""
        title = self._target.title
        try:
            self._target.release()
        except DiscoveryError as error:
            self._log(f"stopped, and {title} did not remove the services; they vanish by their TTL: {error}")
        else:
            self._log(f"stopped, removed all services from {title}")
