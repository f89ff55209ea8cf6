# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The state of a cluster at one moment, read from all its engines side by side."""

from __future__ import annotations

import contextlib
import gc
import typing as t
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..discovery.entry import Entry
from ..discovery.registry import discover
from ..engine.client import EngineClient
from ..engine.pool import EnginePool
from ..engine.reader import Reading
from ..engine.replies import Inspect, RawEngine
from ..engine.snapshot import make_node
from ..engine.together import Question, read_engines
from ..engine.versions import our_versions
from ..errors import ClusterError, EngineError, EngineResponseError
from ..model.container import Container
from ..model.labels import read_number
from ..model.listing import Listing
from ..model.node import Health, Node
from ..model.reference import SHORTEST_PREFIX, refers_to
from ..settings import ClusterSettings
from .partition import check_partition, in_partition, may_be_in

#: Seconds for an engine that did not answer when the same task asked it before: it has cost its time-out once, and one
#: that is back answers at once.
_SECOND_CHANCE = 1.0

_STARTING = 503

#: Engines, and reasons, that are named in one message.
_NAMED = 5

Place = t.Tuple[Node, Container]


@dataclass(frozen=True)
class Needs:
    """What a snapshot must hold beside what a list of containers tells.

    :ivar images: the images of each node
    :ivar ports: the host ports of containers of which no list tells them; costs one question for each of them
    :ivar foreign: what containers hold whose labels do not say it; costs one question for each of them
    :ivar foreign_on: the same on the nodes at these addresses only
    :ivar exact: what every container holds, whatever its labels say; costs one question for each container
    :ivar exact_on: the same on the nodes at these addresses only
    :ivar lists: only the containers that these filters of lists find, in the Engine API's form; None for all
    :ivar whole_on: the nodes at these addresses are read as if ``lists`` were None
    :ivar since: by address, the ID of a container: beside what ``lists`` find, what was created after it
    """

    images: bool = False
    ports: bool = False
    foreign: bool = False
    foreign_on: t.FrozenSet[str] = frozenset()
    exact: bool = False
    exact_on: t.FrozenSet[str] = frozenset()
    lists: t.Optional[t.Tuple[t.Mapping[str, t.Sequence[str]], ...]] = None
    whole_on: t.FrozenSet[str] = frozenset()
    since: t.Mapping[str, str] = field(default_factory=dict)

    def reading(self, address: str) -> Reading:
        """What is read of the engine at ``address``."""
        if self.lists is not None and address not in self.whole_on:
            return Reading(
                lists=self.lists,
                since=self.since.get(address),
                inspect=self._inspect(address) if address in self.since else Inspect.NONE,
            )
        return Reading(self.images, self._inspect(address))

    def _inspect(self, address: str) -> Inspect:
        if self.exact or address in self.exact_on:
            return Inspect.ALL
        if self.foreign or address in self.foreign_on:
            return Inspect.FOREIGN
        return Inspect.PORTS if self.ports else Inspect.NONE


@dataclass(frozen=True)
class Snapshot:
    """The cluster at one moment.

    :ivar nodes: sorted by name and address
    :ivar warnings: sentences about engines that cannot be used or that are hard to tell apart
    :ivar odd: those of them that are not about engines that cannot be used
    :ivar source: the discovery text that the engines were found through
    """

    nodes: t.Tuple[Node, ...]
    warnings: t.Tuple[str, ...] = ()
    odd: t.Tuple[str, ...] = ()
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
        """Where a container is: everywhere its name is found, else its ID, whole or at least 8 characters of it."""
        named = self._by_name.get(name_or_id)
        if named is not None:
            return named
        alike = self._by_short_id.get(name_or_id[:SHORTEST_PREFIX], ())
        return tuple(place for place in alike if refers_to(name_or_id, place[1]))

    def numbered(self, name: str) -> t.Sequence[t.Tuple[int, Node, Container]]:
        """The containers on healthy nodes that this product numbered under this name, each with its number."""
        return self._by_counted_name.get(name, ())

    @cached_property
    def _by_counted_name(self) -> t.Dict[str, t.List[t.Tuple[int, Node, Container]]]:
        families: t.Dict[str, t.List[t.Tuple[int, Node, Container]]] = {}
        for node in self.healthy:
            for container in node.containers:
                counted = read_number(container.labels)
                if counted is not None:
                    families.setdefault(counted[0], []).append((counted[1], node, container))
        return families

    @cached_property
    def _by_address(self) -> t.Dict[str, Node]:
        return {node.address: node for node in self.nodes}

    @cached_property
    def _by_name(self) -> t.Dict[str, t.Tuple[Place, ...]]:
        return self._index(lambda container: container.name)

    @cached_property
    def _by_short_id(self) -> t.Dict[str, t.Tuple[Place, ...]]:
        return self._index(lambda container: container.id[:SHORTEST_PREFIX])

    def _index(self, key: t.Callable[[Container], str]) -> t.Dict[str, t.Tuple[Place, ...]]:
        places: t.Dict[str, t.Tuple[Place, ...]] = {}
        for node in self.nodes:
            for container in node.containers:
                name = key(container)
                before = places.get(name)
                places[name] = ((node, container),) if before is None else (*before, (node, container))
        return places


def take_snapshot(
    settings: ClusterSettings,
    needs: Needs = Needs(),
    silent: t.AbstractSet[str] = frozenset(),
    pool: t.Optional[EnginePool] = None,
) -> Snapshot:
    """Find the engines and read the state of each, all side by side.

    An engine that does not answer is a node that says why; it takes ``snapshot_timeout`` seconds at most, and the
    others go on meanwhile.

    :param silent: addresses of engines that have just not answered: they are given a second at most
    :param pool: whose connections are used and kept; what it knows of an engine is not asked again
    :raises InputError: a setting cannot be right; raised before anything is asked
    :raises DiscoveryError: there are no engines to be found
    """
    check_partition(settings.partition)
    our_versions(settings.engine.api_version)
    if pool is None:
        with EnginePool(settings.engine) as own:
            return take_snapshot(settings, needs, silent, own)
    pool.check()
    left_out: t.List[str] = []
    listed = {entry.address: _listing(entry) for entry in discover(settings.discovery, left_out.extend)}
    listed = {address: listing for address, listing in listed.items() if may_be_in(listing, settings.partition)}
    nodes = [node for node in _read(listed, settings, needs, silent, pool) if in_partition(node, settings.partition)]
    nodes, twice = without_twins(_whole_where_alike(nodes, settings, needs, pool))
    nodes.sort(key=lambda node: (node.name, node.address))
    odd = (*left_out, *twice, *_sharing_one_id(nodes))
    unusable = tell_unhealthy([node for node in nodes if not node.healthy], len(nodes))
    return Snapshot(tuple(nodes), (*unusable, *odd), odd, settings.discovery.source)


def _whole_where_alike(nodes: t.List[Node], settings: ClusterSettings, needs: Needs, pool: EnginePool) -> t.List[Node]:
    """The nodes, those with the engine ID of another one read again with all that stands on them: nothing else tells
    one engine under two addresses from cloned machines."""
    if needs.lists is None:
        return nodes
    counts = Counter(node.id for node in nodes if node.healthy and node.id)
    alike = [node for node in nodes if counts[node.id] > 1 and node.address not in needs.whole_on]
    if not alike:
        return nodes
    whole_on = needs.whole_on | {node.address for node in alike}
    whole = read_nodes(alike, settings, replace(needs, whole_on=whole_on), pool)
    again = {node.address: node for node in whole}
    return [again.get(node.address, node) for node in nodes]


def with_known(snapshot: Snapshot, known: t.Mapping[str, Node]) -> Snapshot:
    """A snapshot that tells of some nodes only what is new, with all that was known of them before.

    :param known: those nodes as they were, by address
    """

    def joined(node: Node) -> Node:
        before = known.get(node.address)
        if before is None or not node.healthy:
            return node
        told = {container.id for container in node.containers}
        rest = tuple(container for container in before.containers if container.id not in told)
        return replace(node, containers=(*node.containers, *rest))

    return replace(snapshot, nodes=tuple(map(joined, snapshot.nodes)))


def require_healthy(snapshot: Snapshot, settings: ClusterSettings) -> None:
    """:raises ClusterError: nothing can be placed on any node of the snapshot, which says why"""
    if snapshot.healthy:
        return
    if not snapshot.nodes:
        partition = ", ".join(map(str, settings.partition))
        raise ClusterError(f"partition: no engine of {snapshot.source} meets {partition}")
    reasons = (
        "; ".join(f"{node.name}: {node.reason}" for node in snapshot.nodes)
        if len(snapshot.nodes) <= _NAMED
        else group_reasons(snapshot.nodes)
    )
    raise ClusterError(f"none of the {len(snapshot.nodes)} engines of {snapshot.source} can be used: {reasons}")


def read_nodes(
    nodes: t.Iterable[Node], settings: ClusterSettings, needs: Needs = Needs(), pool: t.Optional[EnginePool] = None
) -> t.List[Node]:
    """Read the engines of ``nodes`` again, side by side; one that does not answer is unhealthy.

    :param pool: as for ``take_snapshot``
    :raises InputError: a setting cannot be right
    """
    our_versions(settings.engine.api_version)
    if pool is None:
        with EnginePool(settings.engine) as own:
            return read_nodes(nodes, settings, needs, own)
    return _read({node.address: node.listing for node in nodes}, settings, needs, frozenset(), pool)


def read_node(address: str, settings: ClusterSettings, needs: Needs = Needs(), *, https: bool = False) -> Node:
    """Read one engine, as ``read_nodes`` does. :param https: as the node's"""
    return read_nodes([Node(address=address, name=address, listing=Listing(https))], settings, needs)[0]


def _listing(entry: Entry) -> Listing:
    return Listing(entry.scheme == "https", entry.server_name, dict(entry.labels))


def _read(
    listed: t.Mapping[str, Listing],
    settings: ClusterSettings,
    needs: Needs,
    silent: t.AbstractSet[str],
    pool: EnginePool,
) -> t.List[Node]:
    """The nodes at the addresses that are keys of ``listed``."""
    patience = settings.engine.snapshot_timeout
    questions = [
        Question(
            pool.get(address, listing),
            needs.reading(address),
            min(_SECOND_CHANCE, patience) if address in silent else patience,
        )
        for address, listing in listed.items()
    ]

    def make(client: EngineClient, raw: RawEngine) -> Node:
        return make_node(raw, client.listing)

    with _collector_paused():
        answers = read_engines(questions, make)
    return [
        _unhealthy(address, listing, answer) if isinstance(answer, EngineError) else answer
        for (address, listing), answer in zip(listed.items(), answers)
    ]


def _unhealthy(address: str, listing: Listing, error: EngineError) -> Node:
    starting = isinstance(error, EngineResponseError) and error.status == _STARTING
    health = Health.PENDING if starting else Health.UNHEALTHY
    return Node(address=address, name=address, health=health, reason=str(error), labels=listing.labels, listing=listing)


def tell_unhealthy(nodes: t.Sequence[Node], total: int) -> t.List[str]:
    """The warnings about nodes that cannot be used: one for each, or of many one for all, by their reasons.

    :param total: how many nodes there are
    """
    if len(nodes) <= _NAMED:
        return [f"the engine at {node.address} is {node.health.value}: {node.reason}" for node in nodes]
    return [f"{len(nodes)} of {total} engines cannot be used: {group_reasons(nodes)}"]


def group_reasons(nodes: t.Iterable[Node]) -> str:
    """Why nodes cannot be used, the most frequent reason first, each with some of the addresses."""
    alike: t.Dict[str, t.List[str]] = {}
    for node in nodes:
        alike.setdefault(node.reason.replace(node.address, "the engine"), []).append(node.address)
    groups = sorted(alike.items(), key=lambda group: -len(group[1]))
    told = [
        f"{reason}: {len(addresses)} ({', '.join(addresses[:_NAMED])}{', ...' if len(addresses) > _NAMED else ''})"
        for reason, addresses in groups[:_NAMED]
    ]
    left = sum(len(addresses) for _reason, addresses in groups[_NAMED:])
    return "; ".join(told) + (f"; {left} more for other reasons" if left else "")


def without_twins(nodes: t.Sequence[Node]) -> t.Tuple[t.List[Node], t.List[str]]:
    """The nodes without those that are another one under a second address, and a warning about each.

    Cloned machines have one engine ID, too; but no two engines have a container in common, as IDs of containers are
    random numbers of 256 bits.
    """
    sharing = {identity for identity, count in Counter(node.id for node in nodes).items() if identity and count > 1}
    if not sharing:
        return list(nodes), []
    kept: t.List[Node] = []
    warnings = []
    by_container: t.Dict[str, Node] = {}
    for node in nodes:
        identities = [container.id for container in node.containers] if node.id in sharing else []
        first = next((by_container[each] for each in identities if each in by_container), None)
        if first is None:
            kept.append(node)
            by_container.update(dict.fromkeys(identities, node))
            continue
        warnings.append(
            f"{first.address} and {node.address} are one engine, {first.name}, with the same containers; it is used as "
            f"{first.address}. List it once"
        )
    return kept, warnings


def _sharing_one_id(nodes: t.Iterable[Node]) -> t.Iterator[str]:
    by_id: t.Dict[str, t.List[Node]] = {}
    for node in nodes:
        if node.healthy and node.id:
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
