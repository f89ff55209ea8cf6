# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The state of a cluster at one moment, read from all its engines side by side."""

from __future__ import annotations

import contextlib
import gc
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from ..discovery.entry import Entry
from ..discovery.registry import discover
from ..engine.reader import read_engine
from ..engine.replies import Inspect
from ..engine.snapshot import make_node
from ..engine.tls import EngineTLS
from ..engine.versions import our_versions
from ..errors import ClusterError, EngineError, EngineResponseError
from ..model.container import Container
from ..model.node import Health, Node
from ..settings import ClusterSettings, EngineSettings
from .partition import check_partition, in_partition

#: Engines asked at once. More would not be faster on a few cores; fewer would let engines that hang hold up the rest.
_WORKERS = 64

#: Characters of an ID that stand for the whole of it, as the docker CLI shows it.
_SHORT_ID = 12

#: Seconds for an engine that did not answer when the same task asked it before: it has cost its time-out once, and one
#: that is back answers at once.
_SECOND_CHANCE = 1.0

_STARTING = 503

Place = t.Tuple[Node, Container]


@dataclass(frozen=True)
class Needs:
    """What a snapshot must hold beside what a list of containers tells.

    :ivar images: the images of each node
    :ivar foreign: what containers hold whose labels do not say it; costs one question for each of them
    :ivar exact: what every container holds, whatever its labels say; costs one question for each container
    :ivar exact_on: the same on the nodes at these addresses only
    """

    images: bool = False
    foreign: bool = False
    exact: bool = False
    exact_on: t.FrozenSet[str] = frozenset()

    def inspect(self, address: str) -> Inspect:
        """Which containers of the engine at ``address`` are inspected."""
        if self.exact or address in self.exact_on:
            return Inspect.ALL
        return Inspect.FOREIGN if self.foreign else Inspect.NONE


@dataclass(frozen=True)
class Snapshot:
    """The cluster at one moment.

    :ivar nodes: sorted by name and address
    :ivar warnings: sentences about engines that cannot be used or that are hard to tell apart
    :ivar source: the discovery text that the engines were found through
    """

    nodes: t.Tuple[Node, ...]
    warnings: t.Tuple[str, ...] = ()
    source: str = ""

    @property
    def healthy(self) -> t.Tuple[Node, ...]:
        """The nodes that can take containers."""
        return tuple(node for node in self.nodes if node.healthy)

    @property
    def unhealthy(self) -> t.Tuple[Node, ...]:
        """The others, pending ones included; each says why."""
        return tuple(node for node in self.nodes if not node.healthy)

    def node(self, address: str) -> Node:
        """The node whose engine is at ``address``.

        :raises ClusterError: there is none in the snapshot
        """
        node = self._by_address.get(address)
        if node is None:
            raise ClusterError(f"no engine at {address} in the cluster of {self.source}")
        return node

    def find(self, name_or_id: str) -> t.Tuple[Place, ...]:
        """Where a container is: everywhere its name is found, else its ID, whole or at least 12 characters of it."""
        named = self._by_name.get(name_or_id)
        if named is not None:
            return tuple(named)
        alike = self._by_short_id.get(name_or_id[:_SHORT_ID], ()) if len(name_or_id) >= _SHORT_ID else ()
        return tuple(place for place in alike if place[1].id.startswith(name_or_id))

    @cached_property
    def _by_address(self) -> t.Dict[str, Node]:
        return {node.address: node for node in self.nodes}

    @cached_property
    def _by_name(self) -> t.Dict[str, t.List[Place]]:
        return self._index(lambda container: container.name)

    @cached_property
    def _by_short_id(self) -> t.Dict[str, t.List[Place]]:
        return self._index(lambda container: container.id[:_SHORT_ID])

    def _index(self, key: t.Callable[[Container], str]) -> t.Dict[str, t.List[Place]]:
        places: t.Dict[str, t.List[Place]] = {}
        for node in self.nodes:
            for container in node.containers:
                places.setdefault(key(container), []).append((node, container))
        return places


def take_snapshot(
    settings: ClusterSettings, needs: Needs = Needs(), silent: t.AbstractSet[str] = frozenset()
) -> Snapshot:
    """Find the engines and read the state of each, all side by side.

    An engine that does not answer is a node that says why; it takes ``snapshot_timeout`` seconds at most, and the
    others go on meanwhile.

    :param silent: addresses of engines that have just not answered: they are given a second at most
    :raises InputError: a setting cannot be right; raised before anything is asked
    :raises DiscoveryError: there are no engines to be found
    """
    check_partition(settings.partition)
    our_versions(settings.engine.api_version)
    tls = EngineTLS(settings.engine.tls) if settings.engine.tls.enabled else None
    entries = discover(settings.discovery)
    if tls is None and any(entry.scheme == "https" for entry in entries):
        tls = EngineTLS(settings.engine.tls)

    hurried = replace(settings.engine, snapshot_timeout=min(_SECOND_CHANCE, settings.engine.snapshot_timeout))

    def read(entry: Entry) -> Node:
        patience = hurried if entry.address in silent else settings.engine
        return _read(entry.address, entry.scheme == "https", tls, patience, needs)

    with _collector_paused(), ThreadPoolExecutor(max_workers=min(_WORKERS, len(entries))) as executor:
        nodes = [node for node in executor.map(read, entries) if in_partition(node, settings.partition)]
    nodes.sort(key=lambda node: (node.name, node.address))
    return Snapshot(tuple(nodes), tuple(_warnings(nodes)), settings.discovery.source)


def read_node(
    address: str,
    settings: ClusterSettings,
    needs: Needs = Needs(),
    *,
    https: bool = False,
) -> Node:
    """Read one engine again.

    :param https: as the node's
    :returns: the node, unhealthy if it does not answer
    :raises InputError: a setting cannot be right
    """
    our_versions(settings.engine.api_version)
    tls = EngineTLS(settings.engine.tls) if https or settings.engine.tls.enabled else None
    return _read(address, https, tls, settings.engine, needs)


def _read(address: str, https: bool, tls: t.Optional[EngineTLS], settings: EngineSettings, needs: Needs) -> Node:
    spoken = tls if https or settings.tls.enabled else None
    try:
        return make_node(read_engine(address, spoken, settings, needs.images, needs.inspect(address)), https)
    except EngineError as error:
        starting = isinstance(error, EngineResponseError) and error.status == _STARTING
        health = Health.PENDING if starting else Health.UNHEALTHY
        return Node(address=address, name=address, health=health, reason=str(error), https=https)


def tell_unhealthy(node: Node) -> str:
    """The warning about a node that cannot be used."""
    return f"the engine at {node.address} is {node.health.value}: {node.reason}"


def _warnings(nodes: t.Iterable[Node]) -> t.Iterator[str]:
    by_id: t.Dict[str, t.List[Node]] = {}
    for node in nodes:
        if not node.healthy:
            yield tell_unhealthy(node)
        elif node.id:
            by_id.setdefault(node.id, []).append(node)
    for identity, sharing in by_id.items():
        if len(sharing) > 1:
            yield (
                f"{' and '.join(f'{node.name} ({node.address})' for node in sharing)} have one engine ID, {identity}, "
                "as cloned machines do; all are used, but an ID does not tell them apart"
            )


@contextlib.contextmanager
def _collector_paused() -> t.Iterator[None]:
    """Without the cyclic garbage collector: it would walk the growing heap of parsed replies again and again, which
    makes up to a quarter of the time for a thousand engines. Replies hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
