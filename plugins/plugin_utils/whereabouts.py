# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the container of a connection is: where it was last seen, else looked for over all engines."""

from __future__ import annotations

import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.locate import find_container, parse_reference
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, take_snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import containers
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pool import EnginePool
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    ClusterError,
    EngineConflictError,
    EngineError,
    EngineNotFoundError,
    EngineUnreachableError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.listing import Listing
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings

Result = t.TypeVar("Result")

#: What to do about a state in which a container takes no command.
_CURES = {
    "created": "has not been started; start it",
    "dead": "is dead; remove it and create it again",
    "exited": "is not running; start it",
    "paused": "is paused; unpause it",
    "removing": "is being removed",
    "restarting": "is restarting; look into its log if it does so again and again",
}


class Spot(t.NamedTuple):
    """A container where it is.

    :ivar container: its ID, or its name where no more is known
    :ivar node: the name of the node, or its address where no more is known
    """

    client: EngineClient
    container: str
    node: str


class Whereabouts:
    """Follows one container.

    :param reference: what it is called: a name, an ID, or either behind the name of a node and a slash
    :param address: of the engine where it was last seen, as a discovery source has it; empty where that is not known
    :param identity: the ID that it had there, if known
    :raises InputError: ``reference`` or ``address`` cannot be right
    """

    def __init__(self, settings: ClusterSettings, reference: str, address: str = "", identity: str = "") -> None:
        self.reference = parse_reference(reference, "remote_addr")
        self._settings = settings
        self._pool = EnginePool(settings.engine)
        self._seen = self._last_seen(address, identity) if address else None
        self._spot = self._seen

    def reach(self, act: t.Callable[[Spot], Result]) -> Result:
        """Do ``act`` where the container is. Where it is not (any more), it is looked for once and ``act`` done there.

        :param act: may be done twice; it raises the errors of an engine
        :raises ClusterError: the container is nowhere, in several places, or in a state in which it takes no commands
        :raises EngineError: the engine does not answer as it should
        """
        before = self._spot
        spot = before or self._look()
        try:
            return act(spot)
        except (EngineNotFoundError, EngineUnreachableError):
            self._spot = None
            if before is None:
                raise
            return self._again(act)
        except EngineConflictError as error:
            # An old copy, stopped, may be what was left where it was last seen.
            if before is None or before is not self._seen:
                raise self._explain_state(spot, error) from error
            self._spot = None
            return self._again(act)

    def forget(self) -> None:
        """Look for it anew the next time."""
        self._spot = None

    def close(self) -> None:
        """Close all connections; a further call opens them again."""
        self._pool.close()

    def _last_seen(self, address: str, identity: str) -> Spot:
        try:
            entry = parse_entry(address)
        except InputError as error:
            raise InputError(f"address: {error.message}") from None
        client = self._pool.get(entry.address, Listing(entry.scheme == "https"))
        return Spot(client, identity or self.reference.name, self.reference.node or entry.address)

    def _look(self) -> Spot:
        snapshot = take_snapshot(self._settings, Needs(lists=self.reference.filters()), pool=self._pool)
        node, container = find_container(self.reference, snapshot)
        self._spot = Spot(self._pool.get(node.address, node.listing), container.id, node.name)
        return self._spot

    def _again(self, act: t.Callable[[Spot], Result]) -> Result:
        spot = self._look()
        try:
            return act(spot)
        except EngineConflictError as conflict:
            raise self._explain_state(spot, conflict) from conflict

    def _explain_state(self, spot: Spot, error: EngineConflictError) -> ClusterError:
        """Why an engine refuses to do something in a container, in words that say what to do."""
        try:
            record = spot.client.send(containers.inspect(spot.container))
        except EngineError:
            return ClusterError(str(error))
        cure = _CURES.get((record.get("State") or {}).get("Status", ""))
        return ClusterError(f"the container {self.reference.name} on {spot.node} {cure}" if cure else str(error))
