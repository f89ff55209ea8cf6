# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which services a container is registered as: the rules of Registrator, so that what was written for it goes on.

Labels and environment variables that begin with ``SERVICE_`` say it; labels win. ``SERVICE_<port>_<NAME>`` is for one
port of the container, and wins over ``SERVICE_<NAME>``, which is for all of them.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .checks import CHECK_NAMES, Check, parse_check
from .instance import DEFAULT_WEIGHT, HEAVIEST, Instance

#: What labels and variables about services begin with.
BEGIN = "SERVICE_"
_OF_ONE_PORT = re.compile(r"([0-9]+)_(.+)", re.DOTALL)
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
#: What the keys of every store and the names of HAProxy and nginx can be made of.
_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9_.-]{1,128}")
_IDENTIFIER = re.compile(r"(?!\.+$)[A-Za-z0-9_.:-]{1,255}")
#: Addresses that stand for all of a host.
_EVERY_ADDRESS = frozenset(("", "0.0.0.0", "::"))
_TRUE = frozenset(("1", "true", "yes", "on"))


@dataclass(frozen=True)
class PublishedPort:
    """One port of a container that a port of the host leads to.

    :ivar container_port: 1 to 65535
    :ivar protocol: ``tcp``, ``udp`` or ``sctp``
    :ivar address: of the host, as the engine says it
    :ivar port: of the host
    """

    container_port: int
    protocol: str
    address: str
    port: int


@dataclass(frozen=True)
class ContainerFacts:
    """What is known of a running container.

    :ivar name: without a slash before it
    :ivar image: as it was asked for
    :ivar environment: ``NAME=value``, as the engine lists them
    """

    identifier: str
    name: str
    image: str
    labels: t.Mapping[str, str]
    environment: t.Sequence[str]
    ports: t.Sequence[PublishedPort]


@dataclass(frozen=True)
class Named:
    """What a container is registered as.

    :ivar instances: with the check that must pass first, None for none
    :ivar problems: sentences about what is not understood, in a steady order
    """

    instances: t.Tuple[t.Tuple[Instance, t.Optional[Check]], ...] = ()
    problems: t.Tuple[str, ...] = ()


@dataclass
class _Said:
    """What labels and environment say. :ivar common: by name; :ivar own: by port and name."""

    common: t.Dict[str, str] = field(default_factory=dict)
    own: t.Dict[int, t.Dict[str, str]] = field(default_factory=dict)
    problems: t.List[str] = field(default_factory=list)


def name_container(container: ContainerFacts, host: str, node: str, advertised: str) -> Named:
    """The services of one container.

    :param host: begins the identifiers: one for each engine
    :param node: name of the engine
    :param advertised: stands in for ``0.0.0.0`` and ``::``
    """
    said = _read(container)
    ports = sorted(set(container.ports), key=lambda port: (port.container_port, port.protocol, port.address, port.port))
    several = len({(port.container_port, port.protocol) for port in ports}) > 1
    named: t.Dict[str, t.Tuple[Instance, t.Optional[Check]]] = {}
    problems = [*said.problems, *_unused(said, ports)]
    for port in ports:
        values = {**said.common, **said.own.get(port.container_port, {})}
        if _is_true(values.get("ignore", "")):
            continue
        try:
            instance = _instance(container, port, values, said, several, (host, node, advertised))
            check = parse_check(values)
        except ValueError as error:
            problems.append(str(error))
            continue
        # A port that is published on IPv4 and IPv6 is one service; the first address in order is IPv4's.
        named.setdefault(instance.path, (instance, check))
    return Named(tuple(named.values()), tuple(dict.fromkeys(problems)))


def _read(container: ContainerFacts) -> _Said:
    said = _Said()
    environment = dict(entry.split("=", 1) for entry in container.environment if "=" in entry)
    for name, value in sorted({**environment, **container.labels}.items()):
        if not name.startswith(BEGIN):
            continue
        rest = name[len(BEGIN) :]
        of_one = _OF_ONE_PORT.fullmatch(rest)
        attribute = of_one.group(2) if of_one else rest
        if not _ATTRIBUTE.fullmatch(attribute):
            said.problems.append(f"{name} is not SERVICE_<NAME> or SERVICE_<port>_<NAME>")
        elif attribute.startswith("CHECK_") and attribute not in CHECK_NAMES:
            known = ", ".join(f"SERVICE_{each}" for each in sorted(CHECK_NAMES))
            said.problems.append(f"{name} is not a check that is made; {known} are")
        elif of_one:
            said.own.setdefault(int(of_one.group(1)), {})[attribute.lower()] = value
        else:
            said.common[attribute.lower()] = value
    return said


def _unused(said: _Said, ports: t.Sequence[PublishedPort]) -> t.List[str]:
    published = {port.container_port for port in ports}
    return [
        f"SERVICE_{port}_{next(iter(values)).upper()} is about port {port}, which is not published"
        for port, values in sorted(said.own.items())
        if port not in published
    ]


def _instance(
    container: ContainerFacts,
    port: PublishedPort,
    values: t.Mapping[str, str],
    said: _Said,
    several: bool,
    place: t.Tuple[str, str, str],
) -> Instance:
    host, node, advertised = place
    service = values.get("name") or _base_name(container.image)
    if several and "name" not in said.own.get(port.container_port, {}):
        service = f"{service}-{port.container_port}"
    if not _NAME.fullmatch(service):
        raise ValueError(
            f"'{service}' cannot be the name of a service, which has letters, digits, '_', '.' and '-' only; "
            f"set SERVICE_NAME"
        )
    suffix = "" if port.protocol == "tcp" else f":{port.protocol}"
    identifier = values.get("id") or f"{host}:{container.name}:{port.container_port}{suffix}"
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(f"'{identifier}' cannot be the SERVICE_ID, which has letters, digits and '_.:-' only")
    tags = [tag.strip() for tag in values.get("tags", "").split(",") if tag.strip()]
    taken = {"name", "tags", "id", "ignore", "weight", *(name.lower() for name in CHECK_NAMES)}
    return Instance(
        service,
        identifier,
        advertised if port.address in _EVERY_ADDRESS else port.address,
        port.port,
        port.protocol,
        container.name,
        container.identifier,
        node,
        tuple([*tags, port.protocol] if suffix else tags),
        {name: value for name, value in values.items() if name not in taken},
        _weight(values.get("weight")),
    )


def _base_name(image: str) -> str:
    """``registry:5000/library/redis:latest@sha256:...`` is ``redis``."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _weight(text: t.Optional[str]) -> int:
    if text is None:
        return DEFAULT_WEIGHT
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= HEAVIEST):
        raise ValueError(f"SERVICE_WEIGHT is '{text}', and it must be a whole number from 0 to {HEAVIEST}")
    return int(text)


def _is_true(text: str) -> bool:
    # Registrator ignored a container for any value; one that says no is taken by its word.
    return text.strip().lower() in _TRUE
