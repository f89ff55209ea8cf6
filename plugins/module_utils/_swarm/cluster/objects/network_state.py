# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks made, filled and removed on one engine."""

from __future__ import annotations

import typing as t

from ...engine.api import containers, networks
from ...engine.client import EngineClient
from ...engine.versions import format_version
from ...errors import EngineConflictError, EngineNotFoundError, EngineVersionError
from .change import ObjectChange, ObjectDifference, Record, make_change
from .network import WantedNetwork

_WITHOUT_IPV4_SINCE = (1, 47)


class Connections(t.NamedTuple):
    """Which containers a network is to have.

    :ivar containers: names or IDs; those that are not on the engine are passed over
    :ivar appends: leave others connected
    """

    containers: t.Tuple[str, ...] = ()
    appends: bool = False


def find_network(client: EngineClient, name: str, ids: bool = False) -> t.Optional[Record]:
    """The engine's record of the network of that name, None if there is none.

    An engine takes the beginning of an ID for a name. So it is asked for names, and then for the ID of the one.

    :param ids: take ``name`` for an ID, or the beginning of one, where no network has that name
    :raises EngineConflictError: two have the name, as old engines allow
    """
    named = [each for each in client.send(networks.list({"name": [name]})) if each.get("Name") == name]
    if len(named) > 1:
        identities = ", ".join(str(each.get("Id"))[:12] for each in named)
        sentence = f"{client.address} has {len(named)} networks named {name}: {identities}"
        raise EngineConflictError(client.address, 409, f"{sentence}; remove all but one by their IDs")
    if named:
        return client.send(networks.inspect(str(named[0].get("Id"))))
    record = client.send(networks.inspect(name)) if ids else None
    return record if record is not None and str(record.get("Id")).startswith(name) else None


class NetworkState:
    """One network on one engine.

    :param dry: only say what would be done
    """

    def __init__(self, client: EngineClient, name: str, dry: bool) -> None:
        self._client = client
        self._name = name
        self._dry = dry
        self._actions: t.List[str] = []
        self._warnings: t.List[str] = []
        self._differences: t.List[ObjectDifference] = []

    def keep(self, wanted: WantedNetwork, connections: Connections, force: bool) -> ObjectChange:
        """Have the network on the engine, with the containers that it is to have. One that differs is made anew.

        :param force: make it anew in any case
        :raises EngineError: the engine refuses
        """
        _check_version(self._client, wanted)
        found = find_network(self._client, self._name)
        record = found
        if record is not None:
            self._differences = wanted.differences(record)
            if force or self._differences:
                self._remove(record)
                record = None
        created = record is None
        if created:
            record = self._create(wanted)
        self._connect(connections.containers, None if created and self._dry else record)
        if not connections.appends and not created:
            self._disconnect_others(connections.containers, record or {})
        if not self._dry:
            record = find_network(self._client, self._name)
        return make_change(self._actions, record, found is not None, True, self._differences, self._warnings)

    def drop(self) -> ObjectChange:
        """Have no network of that name on the engine; containers are disconnected first.

        :raises EngineError: the engine refuses
        """
        record = find_network(self._client, self._name)
        if record is not None:
            self._remove(record)
        return make_change(self._actions, None, record is not None, False, self._differences)

    def _create(self, wanted: WantedNetwork) -> t.Optional[Record]:
        self._actions.append(f"Created network {wanted.name} with driver {wanted.driver}")
        if self._dry:
            return None
        created = self._client.send(networks.create(wanted.body()))
        if created.warning:
            self._warnings.append(f"{self._client.address}: {created.warning}")
        return self._client.send(networks.inspect(created.id))

    def _remove(self, record: Record) -> None:
        for identity, endpoint in (record.get("Containers") or {}).items():
            self._disconnect(record, identity, str(endpoint.get("Name") or identity))
        if not self._dry:
            self._client.send(networks.remove(str(record["Id"])))
        self._actions.append(f"Removed network {self._name}")

    def _connect(self, names: t.Iterable[str], record: t.Optional[Record]) -> None:
        """:param record: None for a network that is only to be"""
        for name in names:
            container = self._inspect(name)
            if container is None or (record is not None and _is_in(container, record)):
                continue
            if not self._dry and record is not None:
                self._client.send(networks.connect(str(record["Id"]), str(container["Id"]), {}))
            self._note(f"Connected container {name}", name, True)

    def _disconnect_others(self, names: t.Collection[str], record: Record) -> None:
        for identity, endpoint in (record.get("Containers") or {}).items():
            name = str(endpoint.get("Name") or identity)
            if name not in names and not any(identity.startswith(each) for each in names if len(each) >= 12):
                self._disconnect(record, identity, name)

    def _disconnect(self, record: Record, identity: str, name: str) -> None:
        if not self._dry:
            try:
                self._client.send(networks.disconnect(str(record["Id"]), identity, force=True))
            except EngineNotFoundError:
                # it has ended since it was listed
                return
        self._note(f"Disconnected container {name}", name, False)

    def _note(self, action: str, name: str, connected: bool) -> None:
        self._actions.append(action)
        self._differences.append(ObjectDifference(f"connected.{name}", connected, not connected))

    def _inspect(self, name: str) -> t.Optional[Record]:
        try:
            return self._client.send(containers.inspect(name))
        except EngineNotFoundError:
            return None


def _check_version(client: EngineClient, wanted: WantedNetwork) -> None:
    """An older engine makes the network with IPv4 nevertheless, and it would be made anew in each run.

    :raises EngineVersionError: it does not know what is wanted
    """
    if wanted.enable_ipv4 is False and client.api_version < _WITHOUT_IPV4_SINCE:
        spoken = format_version(client.api_version)
        sentence = f"a network without IPv4 needs API version {format_version(_WITHOUT_IPV4_SINCE)}"
        raise EngineVersionError(client.address, f"{sentence}; {client.address} speaks API {spoken}")


def _is_in(container: Record, network: Record) -> bool:
    """A network lists only containers that run; a container names its networks in every state."""
    joined = (container.get("NetworkSettings") or {}).get("Networks") or {}
    endpoint = joined.get(network.get("Name"))
    # one that was made anew has the name and another ID
    return endpoint is not None and endpoint.get("NetworkID") in ("", None, network.get("Id"))
