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
from ..model.node import Node
from ..model.resources import Reservation
from .fields import Fields
from .inspection import inspected_ports, inspected_reservation
from .ports import describe_ports, held_ports, read_listed_ports
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

#: Containers and images of one engine that we are ready to look at.
_MOST_LISTED = 20_000


def make_node(raw: RawEngine, https: bool = False) -> Node:
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
        labels=_node_labels(info),
        version=info.text("ServerVersion"),
        api_version=format_version(raw.api_version),
        cpus=cpus,
        memory=info.number("MemTotal"),
        containers=tuple(make_container(raw, host, cpus, value) for value in raw.containers),
        images=None if raw.images is None else tuple(make_image(raw.address, value) for value in raw.images),
        https=https,
    )


def to_inspect(address: str, containers: t.Sequence[t.Any], which: Inspect) -> t.List[str]:
    """IDs of the listed containers that ``which`` means.

    :raises EngineError: the list is not what an engine answers
    """
    if which is Inspect.NONE:
        return []
    _refuse_too_many(address, "containers", containers)
    listed = [Fields(address, "/containers/json", value) for value in containers]
    return [container.text("Id") for container in listed if which is Inspect.ALL or _is_unknown(container, which)]


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


def make_container(raw: RawEngine, host: str, node_cpus: int, value: t.Any) -> Container:
    """One container of a list.

    :param raw: address and inspections of its engine
    :param host: of the node, shown where a port is bound on every address
    :param value: its entry in the list
    :raises EngineError: it is not what an engine lists
    """
    listed = Fields(raw.address, "/containers/json", value).require("Id")
    identity, labels = listed.text("Id"), listed.map_of_texts("Labels")
    told_ports = read_ports(labels)
    listed_ports = read_listed_ports(listed)
    ports = held_ports(listed_ports).union(told_ports or ())
    inspection = raw.inspections.get(identity)
    if inspection is None:
        reservation = read_reservation(labels)
        foreign = told_ports is None or reservation is None
    else:
        fields = Fields(raw.address, f"/containers/{identity[:12]}/json", inspection)
        ports |= inspected_ports(fields)
        reservation = inspected_reservation(fields, node_cpus)
        foreign = False
    return Container(
        id=identity,
        name=_name(listed.texts("Names")) or identity[:12],
        image=listed.text("Image"),
        image_id=listed.text("ImageID"),
        labels=labels,
        state=listed.text("State"),
        status=listed.text("Status"),
        created=float(listed.number("Created")),
        ports=tuple(sorted(ports)) if len(ports) > 1 else tuple(ports),
        bindings=describe_ports(listed_ports, host),
        reservation=reservation or _NOTHING,
        network_mode=listed.within("HostConfig").text("NetworkMode"),
        foreign=foreign,
    )


def _name(names: t.Sequence[str]) -> str:
    """Its own name: a container that others link to is listed under ``/other/alias`` too."""
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
