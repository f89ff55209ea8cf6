# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory knows of a cluster, as plain values: a cache holds them as JSON, and publishing asks no engine."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
    from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
    from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node

#: Raised whenever a field changes, so that what an older release left in a cache is read anew and not misread.
RECORDS_FORMAT = 2

#: Pairs of key and value. No mapping, because cache plugins give a meaning of their own to mappings with certain
#: keys, such as ``__ansible_unsafe``, and the keys of labels are anybody's.
Labels = t.List[t.List[str]]


class ContainerRecord(t.TypedDict):
    """A container. ``created`` is in seconds since the epoch; ``ports`` are as ``docker ps`` shows them."""

    id: str
    name: str
    image: str
    state: str
    status: str
    created: int
    ports: t.List[str]
    labels: Labels


class NodeRecord(t.TypedDict):
    """An engine. ``memory`` and ``reserved_memory`` are in bytes; ``https`` means TLS whatever the options say;
    ``tls_hostname`` is the name to expect in its certificate, where it is not that of the options."""

    name: str
    address: str
    id: str
    health: str
    reason: str
    version: str
    api_version: str
    cpus: int
    memory: int
    reserved_memory: int
    reserved_cpus: float
    https: bool
    tls_hostname: t.Optional[str]
    labels: Labels
    containers: t.List[ContainerRecord]


class ClusterRecord(t.TypedDict):
    """A cluster. ``warnings`` are sentences for the user."""

    format: int
    nodes: t.List[NodeRecord]
    warnings: t.List[str]


def make_records(snapshot: Snapshot) -> ClusterRecord:
    """The records of a snapshot."""
    return {
        "format": RECORDS_FORMAT,
        "nodes": [_node_record(node) for node in snapshot.nodes],
        "warnings": list(snapshot.warnings),
    }


def are_records(value: t.Any) -> bool:
    """Whether ``value``, which came from a cache, holds records that this release understands."""
    return isinstance(value, dict) and value.get("format") == RECORDS_FORMAT


def _node_record(node: Node) -> NodeRecord:
    return {
        "name": node.name,
        "address": node.address,
        "id": node.id,
        "health": node.health.value,
        "reason": node.reason,
        "version": node.version,
        "api_version": node.api_version,
        "cpus": node.cpus,
        "memory": node.memory,
        "reserved_memory": sum(container.reservation.memory for container in node.containers),
        "reserved_cpus": round(sum(container.reservation.cpus for container in node.containers), 3),
        "https": node.https,
        "tls_hostname": node.listing.server_name,
        "labels": _labels(node.labels),
        "containers": [_container_record(container) for container in node.containers],
    }


def _container_record(container: Container) -> ContainerRecord:
    return {
        "id": container.id,
        "name": container.name,
        "image": container.image,
        "state": container.state,
        "status": container.status,
        "created": int(container.created),
        "ports": list(container.bindings),
        "labels": _labels(container.labels),
    }


def _labels(labels: t.Mapping[str, str]) -> Labels:
    return [[key, value] for key, value in sorted(labels.items())]
