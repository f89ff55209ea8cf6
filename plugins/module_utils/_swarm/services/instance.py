# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One published port of one container, as it is registered in a key/value store.

Two keys tell of it. ``<prefix>/<service>/<identifier>`` holds ``address:port``, as Registrator wrote it, for whoever
read that. ``<prefix>-facts/<service>/<identifier>`` holds the rest as JSON.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import asdict, dataclass, field

from ..errors import InputError
from ..model.address import split_address

#: Behind the prefix of services: what else is known of each, and which containers are about to stop.
FACTS_SUFFIX = "-facts"
DRAIN_SUFFIX = "-drain"

_ADDRESS = re.compile(r"[A-Za-z0-9_.:%-]+")

#: Characters of the longest name of a host, and what is around it.
_LONGEST = 300

#: Weight of an instance that says none; HAProxy's own default is 1, which leaves no room below.
DEFAULT_WEIGHT = 100
HEAVIEST = 256


@dataclass(frozen=True)
class Instance:
    """Where one service can be reached.

    :ivar service: name of the service
    :ivar identifier: unique within the service: ``<host>:<container>:<port>``, with ``:udp`` or ``:sctp`` behind
    :ivar address: an IP address or a name, without brackets
    :ivar port: on the host
    :ivar protocol: ``tcp``, ``udp`` or ``sctp``
    :ivar container: name of the container
    :ivar container_id: its ID
    :ivar node: name of the engine that it is on
    :ivar tags: words that users gave it
    :ivar attributes: any further values that users gave it, names in lower case
    :ivar weight: 0 to 256, its part of the requests beside the others'
    """

    service: str
    identifier: str
    address: str
    port: int
    protocol: str
    container: str
    container_id: str
    node: str
    tags: t.Tuple[str, ...] = ()
    attributes: t.Mapping[str, str] = field(default_factory=dict)
    weight: int = DEFAULT_WEIGHT

    @property
    def path(self) -> str:
        """The part of both keys behind the prefix."""
        return f"{self.service}/{self.identifier}"

    @property
    def endpoint(self) -> str:
        """``address:port``, an IPv6 address in brackets."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def facts(self) -> str:
        """All that is known of it, as JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def read_instance(path: str, endpoint: str, facts: t.Optional[str]) -> Instance:
    """The instance that two keys tell of; whoever else writes such keys need not write the second.

    :param path: of the key behind the prefix, ``<service>/<identifier>``
    :param endpoint: value of the first key
    :param facts: value of the second key, None where there is none; one that cannot be read is left out
    :raises InputError: the first key cannot be right
    """
    service, slash, identifier = path.partition("/")
    if not (service and slash and identifier) or "/" in identifier:
        raise InputError(f"'{path}' is not <service>/<identifier>")
    address, port = _endpoint(endpoint)
    known = read_facts(facts)
    parts = identifier.split(":")
    protocol = parts[-1] if len(parts) > 3 and parts[-1] in ("udp", "sctp") else "tcp"
    named = parts[1] if len(parts) >= 3 else identifier
    return Instance(
        service,
        identifier,
        address,
        port,
        protocol,
        container=_text(known, "container", named),
        container_id=_text(known, "container_id", ""),
        node=_text(known, "node", parts[0]),
        tags=tuple(tag for tag in _list(known.get("tags")) if isinstance(tag, str)),
        attributes={str(name): str(value) for name, value in _mapping(known.get("attributes")).items()},
        weight=_weight(known.get("weight")),
    )


def _endpoint(text: str) -> t.Tuple[str, int]:
    try:
        address, port = split_address(text) if len(text) <= _LONGEST else ("", 0)
    except InputError:
        address, port = "", 0
    # What goes into a router's configuration is made of nothing else.
    if not _ADDRESS.fullmatch(address) or not 1 <= port <= 65535:
        raise InputError(f"'{text[:_LONGEST]}' is not an address:port, such as 192.0.2.11:80")
    return address, port


def read_facts(text: t.Optional[str]) -> t.Dict[str, t.Any]:
    """What the second key says; nothing where it cannot be read."""
    try:
        facts = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        # Written by anybody: the service is reached all the same.
        return {}
    return facts if isinstance(facts, dict) else {}


def _list(value: t.Any) -> t.List[t.Any]:
    return value if isinstance(value, list) else []


def _mapping(value: t.Any) -> t.Dict[t.Any, t.Any]:
    return value if isinstance(value, dict) else {}


def _text(known: t.Mapping[str, t.Any], name: str, otherwise: str) -> str:
    value = known.get(name)
    return value if isinstance(value, str) else otherwise


def _weight(value: t.Any) -> int:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HEAVIEST
    return value if right else DEFAULT_WEIGHT
