# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The networks of a container, its endpoint in each, and its MAC address."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..errors import InputError
from .links import linked_container, normal_links, parse_links, wanted_links
from .namespaces import container_in
from .parse import normal_ip_address, parse_ip_address, parse_mac_address
from .rule import ApiVersion, Body, Inspect, Source, View, lookup, put

#: An ID of a network, or so much of its beginning that it is no name by chance.
_ID = re.compile(r"[0-9a-f]{12,64}")

#: From here on a container can be created in more than one network, and MAC addresses belong to networks.
ALL_NETWORKS_AT_CREATE: ApiVersion = (1, 44)


@dataclass(frozen=True)
class NetworkConnection:
    """A network to be connected to. :ivar endpoint: the engine's ``EndpointConfig``."""

    name: str
    endpoint: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """One entry of ``networks``; None and empty are not set. :ivar links: ``NAME:ALIAS`` each."""

    name: str
    ipv4_address: t.Optional[str] = None
    ipv6_address: t.Optional[str] = None
    aliases: t.Tuple[str, ...] = ()
    links: t.Tuple[str, ...] = ()
    mac_address: t.Optional[str] = None

    @property
    def connection(self) -> NetworkConnection:
        """The network with its endpoint."""
        ipam = {"IPv4Address": self.ipv4_address, "IPv6Address": self.ipv6_address}
        endpoint = {
            "IPAMConfig": {key: address for key, address in ipam.items() if address},
            "Aliases": list(self.aliases),
            "Links": list(self.links),
            "MacAddress": self.mac_address,
        }
        return NetworkConnection(self.name, {key: value for key, value in endpoint.items() if value})

    def fulfilled_by(self, endpoint: Inspect) -> bool:
        """Whether a connected endpoint has all that is asked for. It may have more aliases and links."""
        ipam = endpoint.get("IPAMConfig") or {}
        return (
            self.ipv4_address in (None, normal_ip_address(ipam.get("IPv4Address")))
            and self.ipv6_address in (None, normal_ip_address(ipam.get("IPv6Address")))
            and set(self.aliases) <= set(endpoint.get("Aliases") or ())
            and set(self.links) <= set(normal_links(endpoint.get("Links")))
            and self.mac_address in (None, (endpoint.get("MacAddress") or "").lower())
        )


def read_networks(source: Source) -> t.Optional[t.Tuple[Network, ...]]:
    """The entries of ``networks``. :raises InputError: a bad address or link, or a network twice"""
    entries = source.options.get("networks")
    if entries is None:
        return None
    networks = tuple(_parse_network(entry) for entry in entries)
    names = [network.name for network in networks]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"networks: '{name}' appears twice; a container has one endpoint in a network")
    return networks


def _parse_network(entry: t.Mapping[str, t.Any]) -> Network:
    name = entry["name"]
    where = f"networks: '{name}'"
    ipv4, ipv6, mac_address = entry.get("ipv4_address"), entry.get("ipv6_address"), entry.get("mac_address")
    return Network(
        name=name,
        ipv4_address=parse_ip_address(ipv4, f"{where}, ipv4_address", 4) if ipv4 else None,
        ipv6_address=parse_ip_address(ipv6, f"{where}, ipv6_address", 6) if ipv6 else None,
        aliases=tuple(entry.get("aliases") or ()),
        links=parse_links(entry.get("links") or (), f"{where}, links"),
        mac_address=parse_mac_address(mac_address, f"{where}, mac_address") if mac_address else None,
    )


def needs_api(networks: t.Sequence[Network]) -> t.Sequence[t.Tuple[str, ApiVersion]]:
    """MAC addresses of endpoints."""
    wants_mac_address = any(network.mac_address for network in networks)
    return (("networks.mac_address", ALL_NETWORKS_AT_CREATE),) if wants_mac_address else ()


def split_connections(
    networks: t.Sequence[Network], api_version: ApiVersion, *, cli_compatible: bool
) -> t.Tuple[t.Tuple[NetworkConnection, ...], t.Tuple[NetworkConnection, ...]]:
    """(at create, after it).

    ============== =============== =========================================
    cli_compatible API version     at create
    ============== =============== =========================================
    true           from 1.44       all
    true           older           the first, as much as they take
    false          any             none: the default network comes first
    ============== =============== =========================================
    """
    connections = tuple(network.connection for network in networks)
    at_create = 0 if not cli_compatible else len(connections) if api_version >= ALL_NETWORKS_AT_CREATE else 1
    return connections[:at_create], connections[at_create:]


def write_networking(
    body: Body,
    values: t.Mapping[str, t.Any],
    connections: t.Sequence[NetworkConnection],
    api_version: ApiVersion,
) -> None:
    """``NetworkingConfig``, and the container's links and MAC address where this network and API version have them."""
    endpoints = {connection.name: dict(connection.endpoint) for connection in connections}
    mode = values.get("network_mode") or "default"
    mac_address, links = values.get("mac_address"), values.get("links")
    if mac_address and api_version < ALL_NETWORKS_AT_CREATE:
        body["MacAddress"] = mac_address
    elif mac_address:
        endpoints.setdefault(mode, {}).setdefault("MacAddress", mac_address)
    if links and is_user_defined(mode):
        # There the engine drops the container's links without a word, and takes the endpoint's.
        endpoint = endpoints.setdefault(mode, {})
        endpoint["Links"] = list(dict.fromkeys([*endpoint.get("Links", ()), *links]))
    elif links:
        put(body, ("HostConfig", "Links"), list(links))
    if endpoints:
        put(body, ("NetworkingConfig", "EndpointsConfig"), endpoints)


def is_user_defined(mode: str) -> bool:
    """Whether a network mode names a network that somebody created."""
    return mode not in ("default", "bridge", "nat", "host", "none") and container_in(mode) is None


def seen_links(view: View) -> t.Tuple[str, ...]:
    """The container's links, and those of its endpoint in the network of its mode."""
    own = lookup(view.inspect, ("HostConfig", "Links"))
    mode = lookup(view.inspect, ("HostConfig", "NetworkMode"))
    endpoint = lookup(view.inspect, ("NetworkSettings", "Networks", mode, "Links"))
    return wanted_links(normal_links([*(own or ()), *(endpoint or ())]), view)


def wanted_mac_address(mac_address: str, view: View) -> str:
    """The address as asked for."""
    return mac_address


def seen_mac_address(view: View) -> str:
    """The container's own MAC address, or that of its endpoint in the network of its mode."""
    own = lookup(view.inspect, ("Config", "MacAddress"))
    if not own:
        mode = lookup(view.inspect, ("HostConfig", "NetworkMode"))
        name = "bridge" if mode in (None, "", "default") else mode
        own = lookup(view.inspect, ("NetworkSettings", "Networks", name, "MacAddress"))
    return str(own or "").lower()


@dataclass(frozen=True)
class NetworkDifferences:
    """What sets a container's networks right.

    :ivar to_reconnect: connected, but otherwise than asked for: to be disconnected first
    :ivar to_disconnect: names of networks that were not asked for
    """

    to_connect: t.Tuple[NetworkConnection, ...] = ()
    to_reconnect: t.Tuple[NetworkConnection, ...] = ()
    to_disconnect: t.Tuple[str, ...] = ()

    def __iter__(self) -> t.Iterator[t.Tuple[t.Any, ...]]:
        return iter((self.to_connect, self.to_reconnect, self.to_disconnect))

    def __bool__(self) -> bool:
        return any(self)


def compare_networks(networks: t.Sequence[Network], inspect: Inspect, *, purge: bool) -> NetworkDifferences:
    """:param purge: networks that were not asked for are to be left"""
    connected = lookup(inspect, ("NetworkSettings", "Networks")) or {}
    names = {network.name: _name_there(network.name, connected) for network in networks}
    return NetworkDifferences(
        tuple(network.connection for network in networks if names[network.name] is None),
        tuple(
            network.connection
            for network in networks
            for name in (names[network.name],)
            if name is not None and not network.fulfilled_by(connected[name] or {})
        ),
        tuple(name for name in connected if name not in names.values()) if purge else (),
    )


def _name_there(asked: str, connected: Inspect) -> t.Optional[str]:
    """The name under which a container is connected to a network that was asked for by name or ID; None where it is
    not. The engine lists networks by name, and takes the beginning of an ID for the whole."""
    if asked in connected:
        return asked
    if not _ID.fullmatch(asked):
        return None
    alike = [name for name, each in connected.items() if ((each or {}).get("NetworkID") or "").startswith(asked)]
    return alike[0] if len(alike) == 1 else None


def linked_in(networks: t.Sequence[Network]) -> t.Tuple[str, ...]:
    """Containers that the endpoints link to."""
    return tuple(linked_container(link) for network in networks for link in network.links)
