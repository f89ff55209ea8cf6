# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Networks. A network is named by ID or name."""

from __future__ import annotations

import typing as t

from ..records import NETWORK
from .call import (
    NOT_FOUND,
    Call,
    Filters,
    JSONObject,
    Pruned,
    Reply,
    filter_query,
    path_of,
    read_nothing,
    read_pruned,
    record_or_none,
    short,
)


class Created(t.NamedTuple):
    """A new network. :ivar warning: the engine's own words on what it does not do as asked, or empty"""

    id: str
    warning: str


def list(filters: t.Optional[Filters] = None) -> Call[t.List[JSONObject]]:
    """Networks, as the engine lists them.

    :param filters: in the Engine API's form; ``name`` finds parts of names. None for all
    """
    return Call("GET", "/networks", "to list networks", Reply.objects, filter_query(filters))


def inspect(network: str) -> Call[t.Optional[JSONObject]]:
    """The engine's record of a network, None if it is not there."""
    path, asked = path_of("networks", network), f"to inspect network {network}"
    return Call("GET", path, asked, record_or_none(NETWORK), accepted=NOT_FOUND)


def create(body: t.Mapping[str, t.Any]) -> Call[Created]:
    """Create a network.

    :param body: the Engine API's create body, sent as it is
    """
    return Call("POST", "/networks/create", f"to create network {body.get('Name', '')}", _read_created, body=body)


def remove(network: str) -> Call[None]:
    """Remove a network that no container is connected to."""
    return Call("DELETE", path_of("networks", network), f"to remove network {short(network)}", read_nothing)


def prune(filters: t.Optional[Filters] = None) -> Call[Pruned]:
    """Remove the networks that no container uses."""
    read = read_pruned("NetworksDeleted")
    return Call("POST", "/networks/prune", "to prune networks", read, filter_query(filters))


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


def _read_created(reply: Reply) -> Created:
    answer = reply.fields()
    return Created(answer.require("Id").text("Id"), answer.text("Warning"))
