# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The catalog of services that a host's own agent keeps: the one place that says whose it is."""

from __future__ import annotations

from ..settings import DiscoverySettings
from .consul_client import ConsulClient
from .consul_services import CatalogService, ConsulServices
from .entry import parse_entry

__all__ = ["CATALOG_URL", "TITLE", "CatalogService", "CatalogServices", "open_catalog"]

#: For people.
TITLE = "the Consul agent"
#: Where it is, as a rule.
CATALOG_URL = "http://127.0.0.1:8500"

CatalogServices = ConsulServices


def open_catalog(settings: DiscoverySettings, owner: str, ttl: float) -> CatalogServices:
    """The services of one owner; nothing is asked before the first call.

    :param settings: how the agent is spoken to; its source is an entry
    :param owner: whose services they are, such as the name of a host
    :param ttl: seconds after which they are critical if nobody keeps them
    :raises InputError: the source is no entry
    """
    client = ConsulClient(settings.source, (parse_entry(settings.source),), settings)
    return ConsulServices(client, owner, ttl)
