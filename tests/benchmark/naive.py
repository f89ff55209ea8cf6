# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scheduler as one writes it on the first day: each request walks every node and every container on it.

It keeps no sum, no index and no order, and shares nothing with the product but its values and its language. The
benchmark of placement takes its time as the reference; a property test takes its answers as the right ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence

from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import Expression, Operator
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import reference_names
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

_BILLION = 10**9
_ID_LENGTH = 64


class NaiveCluster:
    """What stands where, as plain lists."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.address: node for node in nodes}
        self.standing = {address: list(node.containers) for address, node in self.nodes.items()}

    def place(self, request: Request, settings: SchedulingSettings) -> str | None:
        """Address of the node for `request`; it stands there from then on. None where nothing fits."""
        gone = [(address, each) for address, each in self._containers() if each.id and each.id == request.replaces][:1]
        for address, container in gone:
            self.standing[address].remove(container)
        best = min((key for key in self._keys(request, settings)), default=None)
        if best is None:
            for address, container in gone:
                self.standing[address].append(container)
            return None
        address = str(best[-1])
        self.standing[address].append(self._made(request, address))
        return address

    def remove(self, address: str, name: str) -> None:
        """The first container of that name is gone from the node at `address`."""
        here = self.standing[address]
        here.remove(next(container for container in here if container.name == name))

    def _containers(self) -> Iterable[tuple[str, Container]]:
        return ((address, container) for address, here in self.standing.items() for container in here)

    def _keys(self, request: Request, settings: SchedulingSettings) -> Iterable[tuple[float | str, ...]]:
        for address, node in self.nodes.items():
            here = self.standing[address]
            if fits(request, node, here, settings) and self._keeps_skew(request, node):
                yield (
                    -_soft_met(request, node, here),
                    *self._loads(request, node),
                    *_ORDERS[settings.strategy](request, node, here, settings),
                    node.name,
                    address,
                )

    def _loads(self, request: Request, node: Node) -> Iterable[float]:
        """For each level whether the node is in no domain, and how many of the family are in its domain, by share."""
        for depth, level in enumerate(request.spread_over):
            domain = _domain(node, level.key)
            yield domain is None
            yield self._members(request, node, depth) / level.shares.get(domain or "", 1)

    def _members(self, request: Request, node: Node, depth: int) -> int:
        keys = [level.key for level in request.spread_over[: depth + 1]]
        return sum(
            container.labels.get("classic.swarm.name") == (request.family or request.name)
            and all(_domain(self.nodes[address], key) == _domain(node, key) for key in keys)
            for address, container in self._containers()
        )

    def _keeps_skew(self, request: Request, node: Node) -> bool:
        for depth, level in enumerate(request.spread_over):
            if level.max_skew is None:
                continue
            here = _domain(node, level.key)
            if here is None:
                return False
            least = min(
                (
                    self._members(request, other, depth) / level.shares.get(_domain(other, level.key) or "", 1)
                    for other in self.nodes.values()
                    if _is_beside(request, node, other, depth)
                ),
                default=None,
            )
            members = self._members(request, node, depth) + 1
            if least is None or members / level.shares.get(here, 1) - least > level.max_skew + 1e-9:
                return False
        return True

    def _made(self, request: Request, address: str) -> Container:
        given = allocate(request.ports, self.standing[address]) or ()
        state = "running" if request.starts else "created"
        return Container(
            "",
            request.name,
            request.image,
            "",
            {**request.labels, **({"classic.swarm.name": request.family} if request.family else {})},
            state,
            ports=tuple(given),
            reservation=request.reservation,
        )


def fits(request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings) -> bool:
    """Whether the node meets every hard wish."""
    return (
        node.healthy
        and node.address not in request.avoid
        and allocate(request.ports, here) is not None
        and _has_slot(node, here)
        and all(any(_is_called(each, wish.container) for each in here) for wish in request.dependencies)
        and all(_affinity_met(wish, node, here) for wish in request.affinities if not wish.soft)
        and all(_constraint_met(wish, node) for wish in request.constraints if not wish.soft)
        and (not request.whitelist or node.name in request.whitelist or node.id in request.whitelist)
        and _has_room(request, node, here, settings)
    )


def allocate(wishes: Sequence[HostPortRequest], here: Sequence[Container]) -> list[HostPort] | None:
    """A free port for each wish, None where one finds none: fixed ones first, then the range that ends first."""
    held = [port for container in here for port in container.ports]
    found: dict[int, HostPort] = {}
    for position in sorted(
        range(len(wishes)), key=lambda at: (not wishes[at].fixed, wishes[at].last, wishes[at].first)
    ):
        wish = wishes[position]
        for number in range(wish.first, wish.last + 1):
            port = HostPort(wish.address, number, wish.protocol)
            if not any(map(port.collides_with, [*held, *found.values()])):
                found[position] = port
                break
        else:
            return None
    return [found[position] for position in range(len(wishes))]


def _domain(node: Node, key: str) -> str | None:
    if key == "node":
        return node.address
    return next((value for label, value in node.labels.items() if label.lower() == key), None)


def _is_beside(request: Request, node: Node, other: Node, depth: int) -> bool:
    """Whether the other node is one that the request allows, in a domain of that level beside the node's."""
    *outer, key = [level.key for level in request.spread_over[: depth + 1]]
    return (
        other.healthy
        and _domain(other, key) is not None
        and all(_domain(other, each) == _domain(node, each) for each in outer)
        and all(_constraint_met(wish, other) for wish in request.constraints if not wish.soft)
        and (not request.whitelist or other.name in request.whitelist or other.id in request.whitelist)
    )


def _has_slot(node: Node, here: Sequence[Container]) -> bool:
    text = next((value for key, value in node.labels.items() if key.lower() == "containerslots"), "")
    return not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) or len(here) < int(text)


def _is_called(container: Container, reference: str) -> bool:
    is_prefix = re.fullmatch(r"[0-9a-f]{12,63}", reference) and len(container.id) == _ID_LENGTH
    return reference in (container.name, container.id) or bool(is_prefix and container.id.startswith(reference))


def _affinity_met(wish: Expression, node: Node, here: Sequence[Container]) -> bool:
    if wish.key == "container":
        met = any(wish.pattern.test(each.name) or wish.pattern.test(each.id) for each in here)
        if wish.pattern.exact is not None:
            met = any(_is_called(each, wish.pattern.exact) for each in here)
    elif wish.key == "image":
        references = [reference for each in here for reference in (each.image, each.image_id)]
        references += [
            reference for image in node.images or () for reference in (image.id, *image.tags, *image.digests)
        ]
        met = any(map(wish.pattern.test, frozenset().union(*map(reference_names, references))))
    else:
        met = any(
            wish.pattern.test(value) for each in here for key, value in each.labels.items() if key.lower() == wish.key
        )
    return met is (wish.operator is Operator.EQUAL)


def _constraint_met(wish: Expression, node: Node) -> bool:
    if wish.key == "node":
        return wish.matches((node.name, node.id))
    return wish.matches(value for key, value in node.labels.items() if key.lower() == wish.key)


def _soft_met(request: Request, node: Node, here: Sequence[Container]) -> int:
    constraints = sum(_constraint_met(wish, node) for wish in request.constraints if wish.soft)
    return constraints + sum(_affinity_met(wish, node, here) for wish in request.affinities if wish.soft)


def _reserved(here: Iterable[Container]) -> tuple[int, int]:
    memory = nanocpus = 0
    for container in here:
        memory += container.reservation.memory
        nanocpus += round(container.reservation.cpus * _BILLION)
    return memory, nanocpus


def _has_room(request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings) -> bool:
    memory, nanocpus = _reserved(here)
    wanted = request.reservation
    memory_limit, nanocpus_limit = _limits(node, settings)
    return (not wanted.memory or memory + wanted.memory <= memory_limit) and (
        not wanted.cpus or nanocpus + round(wanted.cpus * _BILLION) <= nanocpus_limit
    )


def _limits(node: Node, settings: SchedulingSettings) -> tuple[int, int]:
    memory = int(node.memory * (1 + settings.overcommit)) - settings.headroom_memory
    return memory, round((node.cpus * (1 + settings.overcommit) - settings.headroom_cpus) * _BILLION)


# The orders: what is less comes first.


def _spread(request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings) -> tuple[float, ...]:
    count = sum(settings.spread_counts == "all" or container.running for container in here)
    return _per_cent(request, node, here, settings), count


def _per_cent(request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings) -> int:
    memory, nanocpus = _reserved(here)
    memory_limit, nanocpus_limit = _limits(node, settings)
    full = 0
    if request.reservation.memory and memory_limit > 0:
        full += (memory + request.reservation.memory) * 100 // memory_limit
    if request.reservation.cpus and nanocpus_limit > 0:
        full += (nanocpus + round(request.reservation.cpus * _BILLION)) * 100 // nanocpus_limit
    return full


def _fractions(request: Request, node: Node, here: Sequence[Container]) -> tuple[float, float]:
    memory, nanocpus = _reserved(here)
    memory += request.reservation.memory
    nanocpus += round(request.reservation.cpus * _BILLION)
    return memory / node.memory if node.memory else 0.0, nanocpus / (node.cpus * _BILLION) if node.cpus else 0.0


def _binpack(
    request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings
) -> tuple[float, ...]:
    return -_per_cent(request, node, here, settings), -len(here)


def _balanced(
    request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings
) -> tuple[float, ...]:
    memory, cpus = _fractions(request, node, here)
    text = next((value for key, value in node.labels.items() if key.lower() == "containerslots"), "")
    slots = int(text) if re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) else 0
    return ((memory + cpus + (len(here) + 1) / (slots if slots >= 1 else max(node.cpus, 1) * 32)) / 3,)


def _random(request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings) -> tuple[float, ...]:
    digest = hashlib.sha256(f"{settings.seed}\0{request.name}\0{node.address}".encode()).digest()
    return (int.from_bytes(digest[:6], "big"),)


def _free_memory(
    request: Request, node: Node, here: Sequence[Container], settings: SchedulingSettings
) -> tuple[float, ...]:
    return (-max(0, _limits(node, settings)[0] - _reserved(here)[0]),)


_Order = Callable[[Request, Node, Sequence[Container], SchedulingSettings], tuple[float, ...]]

#: One for each strategy; of rank expressions it knows the one of RANK.
_ORDERS: dict[str, _Order] = {
    "spread": _spread,
    "binpack": _binpack,
    "balanced": _balanced,
    "random": _random,
    "expression": _free_memory,
}
RANK = "free.memory"
