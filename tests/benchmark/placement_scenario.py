# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters and requests for the benchmark of placement: the same each time, of any size."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation

MIB = 2**20
_ZONES = ("east", "west")
_APPS = tuple(f"app-{number}" for number in range(20))
_IMAGES = ("redis:7", "nginx:1.27", "postgres:16", "shop/api:42", "shop/front:42", "shop/jobs:42")
_SIZES = (32, 64, 128, 256)


def make_nodes(count: int, containers: int) -> list[Node]:
    """Nodes of 64 cpus and 512 GiB in two zones, three in five of them with a cache.

    A fifth of the containers holds a host port, a tenth is stopped; all have a label and reserve memory and cpu.
    """
    chance = random.Random(1)
    return [_node(number, containers, chance) for number in range(count)]


def _node(number: int, containers: int, chance: random.Random) -> Node:
    standing = tuple(
        Container(
            id=f"{number:032x}{position:032x}",
            name=f"{number}-{position}",
            image=chance.choice(_IMAGES),
            labels={"app": "cache" if position == 0 and number % 5 < 3 else chance.choice(_APPS), "team": "shop"},
            state="exited" if position % 10 == 9 else "running",
            ports=(HostPort("", 30000 + position),) if position % 5 == 0 else (),
            reservation=Reservation(chance.choice(_SIZES) * MIB, 0.1),
        )
        for position in range(containers)
    )
    return Node(
        address=f"10.{number // 65536}.{number // 256 % 256}.{number % 256}:2376",
        name=f"node-{number:05}",
        id=f"id-{number}",
        labels={"zone": _ZONES[number // 5 % 2], "disk": "ssd" if number % 3 else "hdd"},
        cpus=64,
        memory=512 * 1024 * MIB,
        containers=standing,
    )


def request(number: int, service: int) -> Request:
    """A container of a service: constraint, affinity, host port and memory are the service's."""
    return replace(_service(service), name=f"service-{service}-{number}")


@functools.cache
def _service(service: int) -> Request:
    return Request(
        name="",
        image="shop/api:43",
        labels={"app": f"service-{service}"},
        constraints=parse_expressions((f"zone=={_ZONES[service % 2]}",), "constraints"),
        affinities=parse_expressions(("app==cache",), "affinities"),
        ports=(HostPortRequest("", 8000 + service, 8000 + service),),
        reservation=Reservation(_SIZES[service % 4] * MIB),
    )


def batch(count: int, services: int) -> Iterator[Request]:
    """Requests of services, turn by turn: no two in a row are alike."""
    return (request(number, number % services) for number in range(count))


def unlike_any(number: int) -> Request:
    """A request with an amount of memory, a constraint and a port that no other one has."""
    return Request(
        name=f"single-{number}",
        constraints=parse_expressions((f"zone==/east|{number}/",), "constraints"),
        affinities=parse_expressions(("app==cache",), "affinities"),
        ports=(HostPortRequest("", 10000 + number, 10000 + number),),
        reservation=Reservation(64 * MIB + number),
    )
