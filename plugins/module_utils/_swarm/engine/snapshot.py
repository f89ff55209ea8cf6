# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine's replies -> a node. Pure: nothing is asked here."""

from __future__ import annotations

import typing as t

from ..errors import EngineError
from ..model.address import split_address
from ..model.container import Container, hides_ports
from ..model.image import Image
from ..model.labels import is_foreign, read_ports, read_reservation
from ..model.listing import UNLISTED, Listing
from ..model.node import Node
from ..model.resources import Reservation
from .fields import Fields, is_number
from .inspection import Held, read_held
from .ports import ListedPort, describe_ports, held_ports, read_listed_ports, read_ports_quickly
from .replies import Inspect, RawEngine
from .versions import format_version

#: Label -> the field of ``/info`` that it is made from, under the keys of the original.
_FACTS = {
    "storagedriver": "Driver",
    "kernelversion": "KernelVersion",
    "operatingsystem": "OperatingSystem",
    "ostype": "OSType",
    "architecture": "Architecture",
}


_NOTHING = Reservation()
_TEXT = {str}

#: Containers and images of one engine that we are ready to look at.
_MOST_LISTED = 20_000


def make_node(raw: RawEngine, listing: Listing = UNLISTED) -> Node:
    """The healthy node behind the replies.

    :raises EngineError: a reply is not what an engine answers; the message shows the field
    """
    _refuse_too_many(raw.address, "containers", raw.containers)
    _refuse_too_many(raw.address, "images", raw.images or ())
    info = Fields(raw.address, "/info", raw.info)
    cpus = info.number("NCPU")
    host = split_address(raw.address)[0]
    return Node(
        address=raw.address,
        name=info.text("Name") or raw.address,
        id=info.text("ID"),
        labels={**_node_labels(info), **listing.labels},
        version=info.text("ServerVersion"),
        api_version=format_version(raw.api_version),
        cpus=cpus,
        memory=info.number("MemTotal"),
        containers=tuple(make_container(raw, host, cpus, value) for value in raw.containers),
        images=None if raw.images is None else tuple(make_image(raw.address, value) for value in raw.images),
        listing=listing,
    )


def to_inspect(address: str, containers: t.Sequence[t.Any], which: Inspect) -> t.List[str]:
    """IDs of the listed containers that ``which`` means.

    :raises EngineError: the list is not what an engine answers
    """
    if which is Inspect.NONE:
        return []
    _refuse_too_many(address, "containers", containers)
    listed = (
        Fields(address, "/containers/json", value)
        for value in containers
        if which is Inspect.ALL or not _tells_all(value)
    )
    return [container.text("Id") for container in listed if which is Inspect.ALL or _is_unknown(container, which)]


def _tells_all(value: t.Any) -> bool:
    """Whether a listed container has labels of ours that can be read, as most have: then nothing else is looked at."""
    labels = value.get("Labels") if isinstance(value, dict) else None
    if not isinstance(labels, dict) or set(map(type, labels.values())) - _TEXT:
        return False
    return not is_foreign(labels)


def _is_unknown(container: Fields, which: Inspect) -> bool:
    if not is_foreign(container.map_of_texts("Labels")):
        return False
    return which is Inspect.FOREIGN or hides_ports(
        container.text("State"), container.within("HostConfig").text("NetworkMode")
    )


def _refuse_too_many(address: str, what: str, listed: t.Sequence[t.Any]) -> None:
    if len(listed) > _MOST_LISTED:
        raise EngineError(address, f"{address} lists {len(listed):,} {what}; more than {_MOST_LISTED:,} are not read")


def _node_labels(info: Fields) -> t.Dict[str, str]:
    """The engine's own labels, and its facts.

    A fact wins over a label of its name, as in the original: a constraint on ``architecture`` must not depend on what
    somebody wrote into a configuration file.
    """
    labels = dict(_split_label(label) for label in info.texts("Labels"))
    labels.update((key, info.text(field)) for key, field in _FACTS.items() if info.text(field))
    return labels


def _split_label(label: str) -> t.Tuple[str, str]:
    key, _equals, value = label.partition("=")
    return key, value


class Listed(t.NamedTuple):
    """What a list says of a container, looked at but not yet made anything of.

    :ivar ports: in the order in which people look for them
    """

    id: str
    names: t.Sequence[str]
    image: str
    image_id: str
    labels: t.Mapping[str, str]
    state: str
    status: str
    created: int
    network_mode: str
    ports: t.Sequence[ListedPort]


def read_listed(address: str, value: t.Any) -> Listed:
    """An entry of a list of containers.

    :param address: of the engine that listed it
    :raises EngineError: a field is not what an engine answers
    """
    quick = _read_quickly(value) if isinstance(value, dict) else None
    if quick is not None:
        return quick
    listed = Fields(address, "/containers/json", value).require("Id")
    return Listed(
        listed.text("Id"),
        listed.texts("Names"),
        listed.text("Image"),
        listed.text("ImageID"),
        listed.map_of_texts("Labels"),
        listed.text("State"),
        listed.text("Status"),
        listed.number("Created"),
        listed.within("HostConfig").text("NetworkMode"),
        read_listed_ports(listed),
    )


def _read_quickly(value: t.Mapping[str, t.Any]) -> t.Optional[Listed]:
    """The same where all fields are there and right, as they nearly always are; None where one has to be looked at.

    Fifty thousand containers are read in a second only so.
    """
    try:
        identity, names, image, image_id = value["Id"], value["Names"], value["Image"], value["ImageID"]
        labels, state, status, created = value["Labels"], value["State"], value["Status"], value["Created"]
        network_mode, listed = value["HostConfig"]["NetworkMode"], value["Ports"]
        kinds = {type(each) for each in (identity, image, image_id, state, status, network_mode, *names)}
        right = kinds == _TEXT and not set(map(type, labels.values())) - _TEXT and is_number(created)
        if not right or not isinstance(names, list) or not isinstance(listed, list):
            return None
        ports = read_ports_quickly(listed) if listed else ()
    except (AttributeError, KeyError, TypeError):
        return None
    if ports is None:
        return None
    return Listed(identity, names, image, image_id, labels, state, status, created, network_mode, ports)


def make_container(raw: RawEngine, host: str, node_cpus: int, value: t.Any) -> Container:
    """One container of a list.

    :param raw: address and inspections of its engine
    :param host: of the node, shown where a port is bound on every address
    :param value: its entry in the list
    :raises EngineError: it is not what an engine lists
    """
    return container_of(raw, host, node_cpus, read_listed(raw.address, value))


def container_of(raw: RawEngine, host: str, node_cpus: int, listed: Listed) -> Container:
    """The same of what was looked at already. :raises EngineError: its inspection is not what an engine answers"""
    identity, labels = listed.id, listed.labels
    told_ports = read_ports(labels)
    ports = held_ports(listed.ports).union(told_ports or ()) if listed.ports else set(told_ports or ())
    inspection = raw.inspections.get(identity)
    if inspection is None:
        reservation = read_reservation(labels)
        foreign = told_ports is None or reservation is None
    else:
        if not isinstance(inspection, Held):
            inspection = read_held(raw.address, f"/containers/{identity[:12]}/json", inspection, node_cpus)
        ports |= inspection.ports
        reservation = inspection.reservation
        foreign = False
    return Container(
        id=identity,
        name=own_name(listed.names) or identity[:12],
        image=listed.image,
        image_id=listed.image_id,
        labels=labels,
        state=listed.state,
        status=listed.status,
        created=float(listed.created),
        ports=tuple(sorted(ports)) if len(ports) > 1 else tuple(ports),
        bindings=describe_ports(listed.ports, host),
        reservation=reservation or _NOTHING,
        network_mode=listed.network_mode,
        foreign=foreign,
    )


def own_name(names: t.Sequence[str]) -> str:
    """The container's own name, empty if it has none: one that others link to is listed under ``/other/alias`` too."""
    for name in names:
        if name.count("/") <= 1:
            return name.lstrip("/")
    return ""


def make_image(address: str, value: t.Any) -> Image:
    """One image of a list.

    :raises EngineError: it is not what an engine lists
    """
    listed = Fields(address, "/images/json", value)
    return Image(
        id=listed.text("Id"),
        tags=tuple(tag for tag in listed.texts("RepoTags") if tag != "<none>:<none>"),
        digests=tuple(digest for digest in listed.texts("RepoDigests") if digest != "<none>@<none>"),
    )
