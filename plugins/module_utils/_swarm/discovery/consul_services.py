# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Services in Consul's catalog, by way of the agent of the same host, which answers for them.

The catalog itself is never written: what an agent does not know of, it takes out again. Each service has a check with a
TTL, so that it is critical, and no answer of DNS, once nobody keeps it, and is gone a while after that.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import DiscoveryRefusedError
from .consul_client import ConsulClient

#: What the agent's services that are ours have in their metadata, with the host's name behind it.
OWNER = "classic-swarm-host"
#: Consul looks for those that are to go every half minute, and takes nothing below a minute.
_LEAST_AFTER = 60.0
#: Of metadata: names have these characters alone; how much of it there may be.
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")
_MOST_META, _LONGEST_NAME, _LONGEST_VALUE = 60, 128, 512


@dataclass(frozen=True)
class CatalogService:
    """One service of the agent.

    :ivar identifier: unique on the agent
    :ivar weight: 1 to 65,535, its part of the answers of DNS
    :ivar meta: names and values as users gave them; what Consul cannot take of them is left out or made fit
    """

    identifier: str
    name: str
    address: str
    port: int
    tags: t.Tuple[str, ...] = ()
    weight: int = 1
    meta: t.Tuple[t.Tuple[str, str], ...] = ()


class ConsulServices:
    """The services of one owner on one agent. For one thread; nothing is asked before the first call.

    :param owner: whose services they are, such as the name of a host
    :param ttl: seconds after which they are critical if ``keep`` was not called
    """

    def __init__(self, client: ConsulClient, owner: str, ttl: float) -> None:
        self.ttl = ttl
        self._client = client
        self._owner = owner
        #: Those that the agent was given, as it does not show all that it was given.
        self._known: t.Dict[str, CatalogService] = {}

    def keep(self, wanted: t.Iterable[CatalogService]) -> None:
        """Make the agent's services of this owner exactly these, and keep them for another while.

        The agent is asked each time which it has, since it forgets some when it is restarted.

        :raises DiscoveryError: the agent did not take it all; the next call takes nothing for granted
        """
        services = {service.identifier: service for service in wanted}
        known, self._known = self._known, {}
        found = self._found()
        for identifier in found - services.keys():
            self._deregister(identifier)
        for identifier, service in services.items():
            if identifier in found and known.get(identifier) == service:
                self._pass(identifier)
            else:
                self._register(service)
        self._known = services

    def release(self) -> None:
        """Remove all of them.

        :raises DiscoveryError: the agent was not told; they are critical after the TTL
        """
        self._known = {}
        for identifier in self._found():
            self._deregister(identifier)

    def _found(self) -> t.Set[str]:
        answer = self._client.call("GET", "agent/services", "list the services of the Consul agent")
        try:
            items = list((answer.data or {}).items())
            return {identifier for identifier, told in items if (told.get("Meta") or {}).get(OWNER) == self._owner}
        except AttributeError:
            raise DiscoveryRefusedError("what should be a Consul agent gave no list of its services") from None

    def _register(self, service: CatalogService) -> None:
        meta = {_NO_NAME.sub("_", name)[:_LONGEST_NAME]: value[:_LONGEST_VALUE] for name, value in service.meta}
        body = {
            "ID": service.identifier,
            "Name": service.name,
            "Address": service.address,
            "Port": service.port,
            "Tags": list(service.tags),
            "Weights": {"Passing": max(1, service.weight), "Warning": 1},
            "Meta": {**dict(list(meta.items())[:_MOST_META]), OWNER: self._owner},
            "Check": {
                "Name": "kept by swarm register",
                "TTL": f"{self.ttl:g}s",
                "Status": "passing",
                "DeregisterCriticalServiceAfter": f"{max(_LEAST_AFTER, 2 * self.ttl):g}s",
            },
        }
        self._client.call("PUT", "agent/service/register", f"register {service.identifier} with the agent", json=body)

    def _pass(self, identifier: str) -> None:
        path = f"agent/check/pass/{quote(f'service:{identifier}', safe='')}"
        self._client.call("PUT", path, f"keep {identifier} with the agent")

    def _deregister(self, identifier: str) -> None:
        path = f"agent/service/deregister/{quote(identifier, safe='')}"
        self._client.call("PUT", path, f"remove {identifier} from the agent")
