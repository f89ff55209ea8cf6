# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks. A network is named by ID or name."""

from __future__ import annotations

import typing as t

from ..records import NETWORK
from .call import NOT_FOUND, Call, JSONObject, Reply, path_of, read_nothing, record_or_none, short


def list() -> Call[t.List[JSONObject]]:
    """Networks, as the engine lists them."""
    return Call("GET", "/networks", "to list networks", Reply.objects)


def inspect(network: str) -> Call[t.Optional[JSONObject]]:
    """The engine's record of a network, None if it is not there."""
    path, asked = path_of("networks", network), f"to inspect network {network}"
    return Call("GET", path, asked, record_or_none(NETWORK), accepted=NOT_FOUND)


def connect(network: str, container: str, endpoint: t.Mapping[str, t.Any]) -> Call[None]:
    """Connect a container to a network.

    :param endpoint: the Engine API's ``EndpointConfig``, sent as it is
    """
    body = {"Container": container, "EndpointConfig": dict(endpoint)}
    asked = f"to connect {short(container)} to network {network}"
    return Call("POST", path_of("networks", network, "connect"), asked, read_nothing, body=body)


def disconnect(network: str, container: str, force: bool = False) -> Call[None]:
    """Disconnect a container from a network."""
    body = {"Container": container, "Force": force}
    asked = f"to disconnect {short(container)} from network {network}"
    return Call("POST", path_of("networks", network, "disconnect"), asked, read_nothing, body=body)
